"""Clients over HTTP: added, listed, edited and removed, and what that does to the tokens they have."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests import serving
from tests.engines import Engine
from tests.serving import Credentials, Served

from twinhaus.auth import clients
from twinhaus.auth.clients import ClientDraft
from twinhaus.auth.scopes import SCOPES

SHOWN = {"id", "name", "scopes", "locations", "createdTime"}


@pytest.fixture(scope="module")
def served(engine: Engine) -> Iterator[Served]:
    """A server of its own: what others do would stand in its lists."""
    with engine.new_store() as store:
        serving.make_store(store)
        with serving.serving(store) as running:
            yield running


@pytest.fixture
def added(served: Served, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """A client that may read and write, as it was answered."""
    body = {"name": request.node.name, "scopes": ["twins:read", "twins:write"]}
    answer = served.http.post("/clients", json=body)
    assert answer.status_code == 201, answer.text
    yield answer.json()
    served.http.delete(f"/clients/{answer.json()['id']}")


def token_of(served: Served, client: dict[str, Any]) -> dict[str, str]:
    """The header with a fresh token of a client."""
    token = serving.get_token(served.url, Credentials(client["id"], client["secret"]))
    return {"Authorization": f"Bearer {token}"}


def lists(served: Served, headers: dict[str, str]) -> int:
    """How a list with this token is answered."""
    return httpx.post(f"{served.url}/twins", headers=headers).status_code


def errors(answer: httpx.Response) -> set[str]:
    """The paths of a refusal's faults."""
    assert answer.status_code == 400, answer.text
    return set(answer.json()["errors"])


def test_a_client_is_added(served: Served) -> None:
    """201 with the client, its secret, its tag and its place, which no cache keeps; the secret gets tokens."""
    body = {"name": "Dashboard", "scopes": ["twins:read"], "locations": ["BLDG-1", "not there yet"]}
    answer = served.http.post("/api/v3/clients", json=body)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    client = answer.json()
    assert client.keys() == SHOWN | {"secret"}
    assert {name: client[name] for name in body} == body
    assert len(client["secret"]) >= 32
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", client["createdTime"])
    place = str(answer.url.join(answer.headers["location"]))
    assert place == f"{served.url}/api/v3/clients/{client['id']}"
    read = served.http.get(place)
    assert read.json() == {name: client[name] for name in SHOWN}
    assert read.headers["etag"] == answer.headers["etag"]
    assert lists(served, token_of(served, client)) == 200


def test_secrets_are_told_once(served: Served, added: dict[str, Any]) -> None:
    """Neither the list nor the client itself shows a secret or its hash."""
    listed = served.http.get("/clients")
    read = served.http.get(f"/clients/{added['id']}")
    assert read.json() in listed.json()
    assert all(client.keys() == SHOWN for client in listed.json())
    assert [client["name"] for client in listed.json()] == sorted(one["name"] for one in listed.json())
    assert added["secret"] not in listed.text + read.text


def test_what_is_given_replaces_what_was(served: Served, added: dict[str, Any]) -> None:
    """Each of name, scopes and locations by itself; the secret stays, and the tag changes."""
    path = f"/clients/{added['id']}"
    before = served.http.get(path)
    named = served.http.patch(path, json={"name": "Other", "scopes": None})
    assert named.json() == {**before.json(), "name": "Other"}
    assert named.headers["etag"] != before.headers["etag"]
    placed = served.http.patch(path, json={"Locations": ["B1", "B1"], "scopes": ["twins:read"]})
    assert placed.json() == {**named.json(), "locations": ["B1"], "scopes": ["twins:read"]}
    lifted = served.http.patch(path, json={"locations": []})
    assert lifted.json() == {**placed.json(), "locations": []}
    assert served.http.patch(path, json={}).json() == lifted.json()
    assert served.http.get(path).headers["etag"] == lifted.headers["etag"]
    assert lists(served, token_of(served, added)) == 200


def test_edits_may_ask_for_a_state(served: Served, added: dict[str, Any]) -> None:
    """If-Match and If-None-Match hold for edits and removals; what does not hold changes nothing."""
    path = f"/clients/{added['id']}"
    tag = served.http.get(path).headers["etag"]
    body = {"name": f"{added['name']} again"}
    assert served.http.patch(path, json=body, headers={"If-Match": '"0"'}).status_code == 412
    assert served.http.delete(path, headers={"If-None-Match": tag}).status_code == 412
    assert errors(served.http.patch(path, json={"name": 7}, headers={"If-Match": "0"})) == {
        "if-match",
        "name",
    }
    assert errors(served.http.delete(path, headers={"If-Match": "0"})) == {"if-match"}
    assert served.http.get(path).headers["etag"] == tag
    edited = served.http.patch(path, json=body, headers={"If-Match": tag})
    assert edited.status_code == 200
    assert served.http.delete(path, headers={"If-Match": tag}).status_code == 412
    assert served.http.delete(path, headers={"If-Match": edited.headers["etag"]}).status_code == 204


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"name", "scopes"}),
        ([], {"$"}),
        ({"name": "", "scopes": []}, {"name", "scopes"}),
        ({"name": "a\nb", "scopes": ["everything"]}, {"name", "scopes"}),
        ({"name": "a" * 257, "scopes": "admin"}, {"name", "scopes"}),
        ({"name": 1, "scopes": ["admin", 2, None]}, {"name", "scopes[1]", "scopes[2]"}),
        ({"name": "x", "scopes": ["admin"], "locations": ["B1"]}, {"scopes"}),
        ({"name": "x", "scopes": ["models:write", "x"], "locations": ["B1", ""]}, {"scopes", "locations[1]"}),
        ({"name": "x", "scopes": ["twins:read"], "locations": ["a\x01", "b" * 257]}, {"locations[0]", "locations[1]"}),
        ({"name": "x", "scopes": ["twins:read"], "locations": ["x"] * 101}, {"locations"}),
        ({"name": "x", "scopes": ["twins:read"], "location": ["x"]}, {"location"}),
        ({"name": "x", "scopes": ["twins:read"], "secret": "mine"}, {"secret"}),
    ],
)  # fmt: skip
def test_all_faults_of_a_client_are_named(served: Served, body: Any, paths: set[str]) -> None:
    """Each at its path; nothing is added."""
    before = served.http.get("/clients").json()
    assert errors(served.http.post("/clients", json=body)) == paths
    assert served.http.get("/clients").json() == before


def test_edits_are_judged_with_what_stays(served: Served, added: dict[str, Any]) -> None:
    """Locations do not go with a far scope that the client has, nor a far scope with locations that it has."""
    path = f"/clients/{added['id']}"
    assert served.http.patch(path, json={"scopes": ["admin"]}).status_code == 200
    assert errors(served.http.patch(path, json={"locations": ["B1"]})) == {"scopes"}
    both = served.http.patch(path, json={"locations": ["B1"], "scopes": ["twins:write"]})
    assert both.status_code == 200
    assert errors(served.http.patch(path, json={"scopes": ["models:write"]})) == {"scopes"}
    assert served.http.get(path).json() == both.json()


def test_names_are_one_clients(served: Served, added: dict[str, Any]) -> None:
    """A name that another client has is a 409, for a new client and for an edited one; its own it may keep."""
    taken = {"name": added["name"], "scopes": ["admin"]}
    assert served.http.post("/clients", json=taken).status_code == 409
    other = served.http.post("/clients", json={**taken, "name": "Other one"}).json()
    assert served.http.patch(f"/clients/{other['id']}", json={"name": added["name"]}).status_code == 409
    assert served.http.patch(f"/clients/{added['id']}", json={"name": added["name"]}).status_code == 200


def test_a_client_goes_by_its_id(served: Served, added: dict[str, Any]) -> None:
    """404 for a name, and for an id that is none, whatever is asked of it."""
    for nobody in (added["name"], "nobody"):
        path = f"/clients/{nobody}"
        answers = [
            served.http.get(path),
            served.http.patch(path, json={"name": "x"}),
            served.http.delete(path),
            served.http.post(f"{path}/secret"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
    assert served.http.get(f"/clients/{added['id']}").status_code == 200


def test_a_removed_client_is_out_at_once(served: Served, added: dict[str, Any]) -> None:
    """A token that the server remembers ends with its client; so does the secret."""
    headers = token_of(served, added)
    assert lists(served, headers) == 200
    assert served.http.delete(f"/clients/{added['id']}").status_code == 204
    assert lists(served, headers) == 401
    form = {**serving.FORM, "client_id": added["id"], "client_secret": added["secret"]}
    assert httpx.post(f"{served.url}/oauth2/token", data=form).status_code == 401
    assert served.http.delete(f"/clients/{added['id']}").status_code == 404


def test_edited_scopes_hold_at_once(served: Served, added: dict[str, Any]) -> None:
    """A token that the server remembers loses a scope with its client, and gains none that it does not carry."""
    headers = token_of(served, added)
    assert lists(served, headers) == 200
    path = f"/clients/{added['id']}"
    served.http.patch(path, json={"scopes": ["twins:write", "admin"]})
    assert lists(served, headers) == 403
    assert httpx.get(f"{served.url}/clients", headers=headers).status_code == 403
    served.http.patch(path, json={"scopes": ["twins:read"]})
    assert lists(served, headers) == 200


def test_a_new_secret_ends_the_old_one(served: Served, added: dict[str, Any]) -> None:
    """It is told once, which no cache keeps; tokens that the old one got stay good until they expire."""
    headers = token_of(served, added)
    answer = served.http.post(f"/clients/{added['id']}/secret")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json().keys() == {"id", "secret"}
    form = {**serving.FORM, "client_id": added["id"], "client_secret": added["secret"]}
    assert httpx.post(f"{served.url}/oauth2/token", data=form).status_code == 401
    assert lists(served, token_of(served, answer.json())) == 200
    assert lists(served, headers) == 200


def test_another_process_sees_edits(served: Served) -> None:
    """What a command changes holds for the next request, also with a token that the server remembers."""
    credentials = serving.add_client(served.store, "edited elsewhere", *SCOPES)
    headers = {"Authorization": f"Bearer {serving.get_token(served.url, credentials)}"}
    assert lists(served, headers) == 200
    with serving.opened(served.store) as store:
        store.write(
            lambda transaction: clients.edit_client(
                transaction,
                clients.get_client(transaction, credentials.client_id),
                ClientDraft(scopes=["twins:write"]),
            )
        ).result()
    assert lists(served, headers) == 403


def test_who_changed_a_client_is_written_down(served: Served, added: dict[str, Any]) -> None:
    """Each change by its author; an edit that changes nothing is none."""
    path = f"/clients/{added['id']}"
    for body in ({"scopes": ["admin"]}, {"scopes": ["admin"]}, {}):
        served.http.patch(path, json=body)
    served.http.post(f"{path}/secret")
    served.http.delete(path)
    entries = served.http.get("/audit", params={"kind": "client", "id": added["id"]}).json()["content"]
    assert [entry["action"] for entry in entries] == ["deleted", "replaced", "replaced", "created"]
    assert {entry["clientId"] for entry in entries} == {served.credentials.client_id}
