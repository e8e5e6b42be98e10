"""Every route, asked by everyone: without a token, with each scope alone, and by a client that is restricted to
locations, about a twin inside them, a twin outside, and a twin that does not exist.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests import serving
from tests.api.asking import put, relate
from tests.api.models import willow
from tests.engines import Engine
from tests.serving import Served

from twinhaus.api.routes import ROUTES, Route
from twinhaus.auth import clients
from twinhaus.auth.scopes import ADMIN, MODELS_WRITE, SCOPES, TWINS_READ, TWINS_WRITE

PLACE, OUTSIDE_PLACE = "Room-inside", "Room-outside"
INSIDE, OUTSIDE, UNKNOWN = "Sensor-inside", "Sensor-outside", "Sensor-unknown"
MODEL = willow("AirTemperatureSensor")
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Row:
    """How to ask a route about a twin, and what a restricted client gets for one inside and one outside."""

    path: str
    inside: int
    outside: int
    body: Any = None
    media_type: str = "application/json"


def only(twin: str) -> dict[str, Any]:
    """A filter for one twin."""
    return {"propertyFilter": {"field": "id", "operator": "equals", "value": twin}}


TWIN = {"id": "{twin}", "modelId": MODEL, "contents": {"name": "Changed"}}
LINK = {"sourceId": "{twin}", "name": "isCapabilityOf", "targetId": PLACE}
LINK_ID = quote("{twin}_isCapabilityOf_" + PLACE, safe="{}")
PATCH = [{"op": "add", "path": "/contents/name", "value": "Patched"}]

# What is hidden is answered as what does not exist; where that is a 200, the bodies are compared (see below).
ROWS = {
    ("PUT", "/twins"): Row("/twins", 200, 403, TWIN),
    ("POST", "/twins"): Row("/twins", 200, 200, only("{twin}")),
    ("PATCH", "/twins"): Row("/twins", 200, 200, {"filter": only("{twin}"), "patch": PATCH}),
    ("DELETE", "/twins"): Row("/twins?cascade=true", 200, 200, {"filter": only("{twin}")}),
    ("POST", "/twins/count"): Row("/twins/count", 200, 200, only("{twin}")),
    ("POST", "/twins/ids"): Row("/twins/ids?includeRelationships=true", 200, 200, ["{twin}"]),
    ("POST", "/twins/graph"): Row("/twins/graph", 200, 404, {"alias": "Twin", "id": "{twin}"}),
    ("POST", "/twins/bulk"): Row("/twins/bulk", 200, 200, TWIN, NDJSON),
    ("POST", "/twins/relationships/bulk"): Row("/twins/relationships/bulk", 200, 200, LINK, NDJSON),
    ("PUT", "/twins/relationships"): Row("/twins/relationships", 200, 400, LINK),
    ("GET", "/twins/{twin_id}"): Row("/twins/{twin}", 200, 404),
    ("PATCH", "/twins/{twin_id}"): Row("/twins/{twin}", 200, 404, PATCH),
    ("DELETE", "/twins/{twin_id}"): Row("/twins/{twin}?cascade=true", 204, 404),
    ("GET", "/twins/{twin_id}/relationships/outgoing"): Row("/twins/{twin}/relationships/outgoing", 200, 404),
    ("GET", "/twins/{twin_id}/relationships/incoming"): Row(
        "/twins/{twin}/relationships/incoming?pageSize=1", 200, 404
    ),
    ("GET", "/twins/{twin_id}/relationships/{relationship_id}"): Row(
        "/twins/{twin}/relationships/" + LINK_ID, 200, 404
    ),
    # The sensor's only place: without it, it would be nowhere.
    ("DELETE", "/twins/{twin_id}/relationships/{relationship_id}"): Row(
        "/twins/{twin}/relationships/" + LINK_ID, 403, 404
    ),
    ("DELETE", "/twins/relationships"): Row(
        "/twins/relationships", 403, 200, {"filter": {"source": only("{twin}")}}
    ),
    ("GET", "/export"): Row("/export", 200, 200),
    ("GET", "/models"): Row("/models", 200, 200),
    ("GET", "/models/{model_id}"): Row(f"/models/{MODEL}", 200, 200),
    ("GET", "/models/{model_id}/schema"): Row(f"/models/{MODEL}/schema", 200, 200),
}
SCOPED = [route for route in ROUTES if route.scope is not None]
OF_TWINS = [route for route in SCOPED if route.scope in (TWINS_READ, TWINS_WRITE)]


def name_of(route: Route) -> str:
    """Method and path."""
    return f"{route.method} {route.path}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token of each kind."""

    of_scope: dict[str, str]
    restricted: str


@pytest.fixture(scope="module")
def served(engine: Engine) -> Iterator[Served]:
    """A server with two rooms."""
    with engine.new_store() as store:
        rooms = [{"id": place, "modelId": willow("Room")} for place in (PLACE, OUTSIDE_PLACE)]
        serving.make_store(store, twins=rooms)
        with serving.serving(store) as served:
            yield served


@pytest.fixture(scope="module")
def tokens(served: Served) -> Tokens:
    """Each scope alone, and reading and writing restricted to one of the rooms."""
    with serving.opened(served.store) as direct:
        client, secret = direct.write(
            lambda transaction: clients.add_client(
                transaction, "restricted", [TWINS_READ, TWINS_WRITE], locations=[PLACE]
            )
        ).result()
    of_scope = {scope: serving.get_token(served.url, served.credentials, scope=scope) for scope in SCOPES}
    restricted = serving.get_token(served.url, serving.Credentials(client.id, secret))
    return Tokens(of_scope, restricted)


@pytest.fixture(autouse=True)
def sensors(served: Served) -> None:
    """One in each room, and nowhere else, whatever the test before has done."""
    for twin in (INSIDE, OUTSIDE, UNKNOWN):
        served.http.delete(f"/twins/{twin}?cascade=true")
    for sensor, place in ((INSIDE, PLACE), (OUTSIDE, OUTSIDE_PLACE)):
        put(served.http, sensor, MODEL, name="As it was")
        relate(served.http, sensor, "isCapabilityOf", place)


def ask(served: Served, route: Route, twin: str, token: str | None) -> httpx.Response:
    """Ask a route about a twin."""
    row = ROWS.get((route.method, route.path), Row(route.path.replace("{", "").replace("}", ""), 403, 403))
    headers = {"X-Request-Id": "same"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
    body = None if row.body is None else json.dumps(row.body).replace("{twin}", twin)
    with serving.client(served.url) as http:
        return http.request(
            route.method,
            row.path.replace("{twin}", twin),
            content=body,
            headers=headers | ({} if body is None else {"Content-Type": row.media_type}),
        )


def test_every_route_of_twins_and_models_has_its_row() -> None:
    """A route that is added has to say what a restricted client gets."""
    assert {(route.method, route.path) for route in OF_TWINS} == ROWS.keys()


@pytest.mark.parametrize("route", SCOPED, ids=name_of)
def test_without_a_token(served: Served, route: Route) -> None:
    """401, whatever is asked."""
    assert ask(served, route, INSIDE, None).status_code == 401


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("route", SCOPED, ids=name_of)
def test_each_scope_opens_its_own_routes_only(
    served: Served, tokens: Tokens, route: Route, scope: str
) -> None:
    """With another scope than the route's, 403, which names the missing one; with its own the request is heard."""
    answer = ask(served, route, OUTSIDE, tokens.of_scope[scope])
    if scope != route.scope:
        assert answer.status_code == 403
        assert f'scope="{route.scope}"' in answer.headers["www-authenticate"]
    else:
        assert answer.status_code not in (401, 403)


@pytest.mark.parametrize("route", OF_TWINS, ids=name_of)
def test_a_restricted_client_inside(served: Served, tokens: Tokens, route: Route) -> None:
    """What is located in its places it reads and writes; it cannot take it out of them."""
    answer = ask(served, route, INSIDE, tokens.restricted)
    assert answer.status_code == ROWS[route.method, route.path].inside, answer.text


@pytest.mark.parametrize("route", OF_TWINS, ids=name_of)
def test_a_restricted_client_outside(served: Served, tokens: Tokens, route: Route) -> None:
    """What is located elsewhere is answered exactly as what does not exist, and stays as it is."""
    hidden, unknown = (ask(served, route, twin, tokens.restricted) for twin in (OUTSIDE, UNKNOWN))
    assert hidden.status_code == ROWS[route.method, route.path].outside, hidden.text
    assert hidden.status_code == unknown.status_code
    assert hidden.text.replace(OUTSIDE, UNKNOWN) == unknown.text
    stored = served.http.get(f"/twins/{OUTSIDE}?includeRelationships=true").json()
    assert stored["contents"]["name"] == "As it was"
    assert len(stored["outgoingRelationships"]) == 1


@pytest.mark.parametrize(
    "route", [route for route in SCOPED if route.scope in (ADMIN, MODELS_WRITE)], ids=name_of
)
def test_a_restricted_client_has_no_reach_beyond_places(served: Served, tokens: Tokens, route: Route) -> None:
    """Models, clients, keys and the audit trail belong to no place: 403."""
    assert ask(served, route, INSIDE, tokens.restricted).status_code == 403


def test_what_a_restricted_client_reads_is_what_is_inside(served: Served, tokens: Tokens) -> None:
    """Lists, counts and exports hold its room and what is in it, and nothing else."""
    headers = {"Authorization": f"Bearer {tokens.restricted}"}
    with serving.client(served.url) as http:
        listed = http.post("/twins", json={}, headers=headers)
        assert [twin["id"] for twin in listed.json()["content"]] == [PLACE, INSIDE]
        assert "Server-Timing" not in listed.headers  # It depends on what is not inside.
        assert http.post("/twins/count", json={}, headers=headers).json() == 2
        lines = [json.loads(line) for line in http.get("/export", headers=headers).text.splitlines()]
        assert {line["twin"]["id"] for line in lines if "twin" in line} == {PLACE, INSIDE}
        assert [line["relationship"]["sourceId"] for line in lines if "relationship" in line] == [INSIDE]


def test_the_token_of_another_shows_nothing_more(served: Served, tokens: Tokens) -> None:
    """Where who sees everything has begun to page through a room's relationships, a client that is restricted goes on
    with what it sees, and learns of no more; of a room outside, it cannot go on at all.
    """
    links = [(PLACE, PLACE), (OUTSIDE_PLACE, PLACE), (OUTSIDE_PLACE, OUTSIDE_PLACE)]
    headers = {"Authorization": f"Bearer {tokens.restricted}"}
    for source, target in links:
        relate(served.http, source, "servedBy", target)
    first = {
        place: served.http.get(f"/twins/{place}/relationships/incoming?pageSize=1")
        for place in (PLACE, OUTSIDE_PLACE)
    }
    with serving.client(served.url) as http:
        inside, outside = (
            http.get(page.url.join(page.links["next"]["url"]), headers=headers) for page in first.values()
        )
    for source, target in links:
        served.http.delete(f"/twins/{source}/relationships/{source}_servedBy_{target}").raise_for_status()
    assert [one["id"] for one in inside.json()] == [f"{PLACE}_servedBy_{PLACE}"]
    assert "link" not in inside.headers
    assert outside.status_code == 404
