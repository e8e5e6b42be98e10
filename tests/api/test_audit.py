"""GET /audit over HTTP: who changed what, by which request, filtered, and read back page by page."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from tests import serving
from tests.api.asking import faults, put, relate
from tests.api.models import willow
from tests.engines import Engine
from tests.serving import Credentials

from twinhaus import changes
from twinhaus.instants import TICKS_PER_SECOND, format_instant, parse_instant
from twinhaus.testing.server import running_server

MEMBERS = ["time", "clientId", "requestId", "action", "kind", "id"]
LEVEL, ROOM = willow("Level"), willow("Room")


@dataclass(frozen=True, slots=True)
class Office:
    """A server, and three clients of it, each with its id."""

    store: str
    auditor: httpx.Client
    builder: httpx.Client
    sweeper: httpx.Client
    ids: dict[str, str]


@pytest.fixture(scope="module")
def office(engine: Engine) -> Iterator[Office]:
    """Some twins were built and some swept away; each request names itself."""
    with engine.new_store() as store:
        serving.make_store(store)
        with ExitStack() as stack:
            url = stack.enter_context(running_server(store)).url
            known = {
                "auditor": serving.add_client(store, "auditor", "admin", "twins:read"),
                "builder": serving.add_client(store, "builder", "twins:write"),
                "sweeper": serving.add_client(store, "sweeper", "twins:write"),
            }

            def speak(credentials: Credentials) -> httpx.Client:
                return stack.enter_context(serving.client(url, serving.get_token(url, credentials)))

            clients = {name: speak(credentials) for name, credentials in known.items()}
            office = Office(store, **clients, ids={name: one.client_id for name, one in known.items()})
            fill(office)
            yield office


def fill(office: Office) -> None:
    """Two levels and a room come, one is changed, one goes with its relationship; and some requests change nothing."""
    builder, sweeper = office.builder, office.sweeper
    builder.headers["X-Request-Id"] = "foundation"
    for level in ("L1", "L2"):
        put(builder, level, LEVEL, name="secret plans")
    builder.headers["X-Request-Id"] = "walls"
    put(builder, "R1", ROOM)
    relate(builder, "R1", "isPartOf", "L1")
    relate(builder, "R1", "isPartOf", "L1")
    put(sweeper, "L2", LEVEL, name="swept")
    sweeper.headers["X-Request-Id"] = "broom"
    assert sweeper.delete("/twins/R1").status_code == 409
    assert sweeper.delete("/twins/R9").status_code == 404
    assert sweeper.put("/twins", json={"id": "R2", "modelId": "dtmi:none;1"}).status_code == 400
    assert sweeper.delete("/twins/R1?cascade=true").status_code == 204
    del builder.headers["X-Request-Id"], sweeper.headers["X-Request-Id"]


def ask(http: httpx.Client, query: str = "", **parameters: Any) -> dict[str, Any]:
    """One page."""
    answer = http.get(f"/audit{query}", params=parameters or None)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    assert page.keys() == {"content", "continuationToken"}
    return page


def said(http: httpx.Client, **parameters: Any) -> list[tuple[str, str, str]]:
    """What happened to which things, newest first."""
    return [(one["action"], one["kind"], one["id"]) for one in ask(http, **parameters)["content"]]


def twins(http: httpx.Client, **parameters: Any) -> list[tuple[str, str]]:
    """What happened to which twins."""
    return [(action, id_) for action, _, id_ in said(http, kind="twin", **parameters)]


def test_the_trail_tells_who_changed_what(office: Office) -> None:
    """Newest first: each change with its client, its request, and what was done; refusals and repeats are none."""
    builder, sweeper = office.ids["builder"], office.ids["sweeper"]
    found = ask(office.auditor, pageSize=7)["content"]
    assert all(list(one) == MEMBERS for one in found)
    (unnamed,) = {one["requestId"] for one in found if one["action"] == "replaced"}
    assert unnamed
    assert [tuple(one.values())[1:] for one in found] == [
        (sweeper, "broom", "deleted", "twin", "R1"),
        (sweeper, "broom", "deleted", "relationship", "R1_isPartOf_L1"),
        (sweeper, unnamed, "replaced", "twin", "L2"),
        (builder, "walls", "created", "relationship", "R1_isPartOf_L1"),
        (builder, "walls", "created", "twin", "R1"),
        (builder, "foundation", "created", "twin", "L2"),
        (builder, "foundation", "created", "twin", "L1"),
    ]


def test_the_time_is_that_of_the_change(office: Office) -> None:
    """An entry's time is the twin's `lastUpdateTime`, to the digit; times fall strictly from the newest on."""
    twin = office.auditor.get("/twins/L2").json()
    assert ask(office.auditor, id="L2")["content"][0]["time"] == twin["lastUpdateTime"]
    times = [one["time"] for one in ask(office.auditor, pageSize=1000)["content"]]
    assert times == sorted(set(times), reverse=True)


def test_what_was_done_past_the_server_is_there_too(office: Office) -> None:
    """The store's models, its clients and its first signing key, by those who brought them; no request sent them."""
    for kind, count in (("model", 69), ("client", 3), ("signing-key", 1)):
        found = ask(office.auditor, kind=kind)["content"]
        assert len(found) == count
        assert {(one["action"], one["requestId"]) for one in found} == {("created", None)}
    assert {one["id"] for one in ask(office.auditor, kind="client")["content"]} == set(office.ids.values())


def test_the_trail_tells_no_contents(office: Office) -> None:
    """What is in a twin is not in the trail, nor are secrets and keys."""
    text = office.auditor.get("/audit", params={"pageSize": 1000}).text
    assert "secret plans" not in text
    assert "BEGIN" not in text


def test_each_filter(office: Office) -> None:
    """By client, request, action, kind and id; names and words in any casing, ids exactly; together all must hold."""
    http, builder = office.auditor, office.ids["builder"]
    assert twins(http, clientId=builder) == [("created", "R1"), ("created", "L2"), ("created", "L1")]
    assert twins(http, requestId="foundation") == [("created", "L2"), ("created", "L1")]
    assert twins(http, action="DELETED") == [("deleted", "R1")]
    assert said(http, KIND="Relationship", Action="created") == [
        ("created", "relationship", "R1_isPartOf_L1")
    ]
    assert twins(http, id="L2") == [("replaced", "L2"), ("created", "L2")]
    assert twins(http, id="l2") == []
    assert twins(http, id="L2", clientId=builder, action="created", requestId="foundation") == [
        ("created", "L2")
    ]
    assert said(http, clientId="nobody") == []
    assert said(http, clientId=builder, kind="client") == []


def test_times_are_strict_and_pasted_as_they_stand(office: Office) -> None:
    """`after` and `before` an entry's own time leave it out, be the `+` of its offset encoded or not."""
    times = {one["action"]: one["time"] for one in ask(office.auditor, id="L2")["content"]}
    created, replaced = times["created"], times["replaced"]
    assert twins(office.auditor, after=created, before=replaced) == [("created", "R1")]
    pasted = ask(office.auditor, f"?kind=twin&after={created}&before={replaced}")["content"]
    assert [one["id"] for one in pasted] == ["R1"]
    ticks = parse_instant(created)
    assert ticks is not None
    assert twins(office.auditor, after=format_instant(ticks - 1), id="L2")[-1] == ("created", "L2")
    assert twins(office.auditor, before=format_instant(ticks - 3_600 * TICKS_PER_SECOND)) == []


def test_a_token_alone_goes_on(office: Office) -> None:
    """It brings filters and page size along; both may be sent again; the last page has none."""
    whole = ask(office.auditor, kind="model", pageSize=1000)
    assert whole["continuationToken"] is None
    page = ask(office.auditor, kind="model", pageSize=30)
    found = page["content"]
    page = ask(office.auditor, continuationToken=page["continuationToken"])
    found += page["content"]
    assert len(found) == 60
    page = ask(office.auditor, continuationToken=page["continuationToken"], kind="MODEL", pageSize=9)
    assert page["continuationToken"] is None
    assert found + page["content"] == whole["content"]


def test_a_token_of_another_list_is_refused(office: Office) -> None:
    """With other filters, changed, or of POST /twins; nor does a list of twins take one of the trail."""
    token = ask(office.auditor, kind="twin", pageSize=1)["continuationToken"]
    other = office.auditor.post("/twins", json={"pageSize": 1}).json()["continuationToken"]
    for parameters in (
        {"continuationToken": token, "kind": "model"},
        {"continuationToken": token, "kind": "twin", "id": "L1"},
        {"continuationToken": f"{token}A"},
        {"continuationToken": other},
    ):
        assert faults(office.auditor.get("/audit", params=parameters)).keys() == {"continuationToken"}
    answer = office.auditor.post("/twins", json={"continuationToken": token})
    assert faults(answer).keys() == {"continuationToken"}


def test_every_fault_is_named_at_its_parameter(office: Office) -> None:
    """All at once: unreadable, empty, unknown, and given twice."""
    answer = office.auditor.get(
        "/audit?after=yesterday&before=1&action=burnt&kind=&clientId=&REQUESTID=a&requestId=b&pageSize=0&since=2024"
    )
    errors = faults(answer)
    names = {"after", "before", "action", "kind", "clientId", "requestId", "pageSize", "since"}
    assert errors.keys() == names
    assert "one of created, replaced" in errors["action"][0]
    assert errors["requestId"] == ["requestId is given twice"]
    for size in ("1001", "-1", "1.5", "many"):
        assert faults(office.auditor.get("/audit", params={"pageSize": size})).keys() == {"pageSize"}


def test_only_who_administers_may_look(office: Office) -> None:
    """The scope is `admin`; who may write twins may not read who else did."""
    refused = office.builder.get("/audit")
    assert refused.status_code == 403
    assert 'scope="admin"' in refused.headers["www-authenticate"]


def test_without_authorisation_everyone_is_anonymous(new_store: str) -> None:
    """With --auth none the trail knows the request, and not who sent it."""
    serving.make_store(new_store)
    with (
        running_server(new_store, "--auth", "none") as server,
        serving.client(server.url) as http,
    ):
        answer = http.put("/twins", json={"id": "L1", "modelId": LEVEL})
        (entry,) = ask(http, id="L1")["content"]
        assert (entry["clientId"], entry["requestId"]) == ("anonymous", answer.headers["x-request-id"])
        with serving.opened(new_store) as direct:
            direct.write(lambda tx: changes.delete_twin(tx, "L1", cascade=False)).result()
        assert ask(http, id="L1")["content"][0]["clientId"] == "twinhaus"


def test_pages_never_skip_or_repeat_while_others_write(office: Office) -> None:
    """Read back in small pages while a client writes on and on, every entry that was there comes once, in its order,
    and none that came meanwhile.
    """
    before = ask(office.auditor, pageSize=1000)["content"]
    written, stop = Event(), Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            put(office.builder, f"W{number % 7}", ROOM, name=f"{number}")
            number += 1
            if number > 20:
                written.set()

    beside = Thread(target=write)
    beside.start()
    try:
        assert written.wait(60)
        begun = ask(office.auditor, pageSize=1)
        found = []
        page = ask(office.auditor, before=begun["content"][0]["time"], pageSize=5)
        while True:
            found += page["content"]
            if page["continuationToken"] is None:
                break
            page = ask(office.auditor, continuationToken=page["continuationToken"])
    finally:
        stop.set()
        beside.join()
    times = [one["time"] for one in found]
    assert times == sorted(set(times), reverse=True)
    assert found[-len(before) :] == before
    assert {one["id"] for one in found[: -len(before)]} <= {f"W{number}" for number in range(7)}
    assert len(found) - len(before) >= 20
