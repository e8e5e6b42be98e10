"""Several server processes on one store: they are one server that happens to have several addresses."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.faults.graphs import link, link_path, listed, model, pages, twin
from tests.faults.tables import Tables
from tests.serving import Credentials, add_client, client, get_token

from twinhaus.auth.scopes import TWINS_READ, TWINS_WRITE
from twinhaus.testing.server import run_cli, running_server

ROOMS = {"modelFilter": {"modelIds": [model("Room")]}}
WRITERS = 8
TWINS_OF_A_WRITER = 25


@pytest.fixture
def credentials(store: str) -> Credentials:
    """A client of the store that may read and write."""
    return add_client(store, "several", TWINS_READ, TWINS_WRITE)


@pytest.fixture
def urls(store: str) -> Iterator[tuple[str, str]]:
    """Two servers on the store."""
    with running_server(store) as one, running_server(store) as other:
        yield one.url, other.url


@pytest.fixture
def pair(urls: tuple[str, str], credentials: Credentials) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """A client of each server; the token of both is the first one's."""
    token = get_token(urls[0], credentials)
    with client(urls[0], token) as one, client(urls[1], token) as other:
        yield one, other


def put(http: httpx.Client, body: object, path: str = "/twins") -> httpx.Response:
    """A write that must be taken."""
    answer = http.put(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer


def at_once(jobs: list[Callable[[], None]]) -> None:
    """All jobs side by side, to their ends."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for running in [pool.submit(job) for job in jobs]:
            running.result()


def test_each_server_sees_at_once_what_the_other_acknowledged(
    pair: tuple[httpx.Client, httpx.Client],
) -> None:
    """A twin, a relationship or a deletion that one server answered for is in the other's next answer."""
    put(pair[0], twin("level", "Level"))
    for number in range(20):
        one, other = pair if number % 2 else pair[::-1]
        room = f"room-{number}"
        put(one, twin(room, "Room", name="old"))
        assert room in listed(other, ROOMS)
        put(other, twin(room, "Room", name="new"))
        assert one.get(f"/twins/{room}").json()["contents"]["name"] == "new"
        put(one, link(room, "isPartOf", "level"), "/twins/relationships")
        assert listed(other, {"locationFilter": {"locationId": "level"}}) == {"level", room}
        assert other.delete(link_path(room, "isPartOf", "level")).status_code == 204
        assert listed(one, {"locationFilter": {"locationId": "level"}}) == {"level"}
        assert one.delete(f"/twins/{room}").status_code == 204
        assert other.get(f"/twins/{room}").status_code == 404


def test_models_loaded_by_another_process_serve_at_once(
    pair: tuple[httpx.Client, httpx.Client], store: str, tmp_path: Path
) -> None:
    """`twinhaus models load` beside running servers: each of them takes twins of the new models with its next request,
    and finds them under the models these extend.
    """
    for number, http in enumerate((*pair, *pair)):
        new = f"dtmi:com:example:Laboratory{number};1"
        refused = http.put("/twins", json={"id": "early", "modelId": new, "contents": {}})
        assert refused.status_code == 400
        interface = {
            "@context": "dtmi:dtdl:context;3",
            "@id": new,
            "@type": "Interface",
            "extends": model("Room"),
            "contents": [{"@type": "Property", "name": "hazard", "schema": "string"}],
        }
        file = tmp_path / f"laboratory-{number}.json"
        file.write_text(json.dumps(interface), "utf-8")
        loaded = run_cli("models", "load", str(file), "--store", store)
        assert loaded.returncode == 0, loaded.stderr
        for one in pair:
            laboratory = f"laboratory-{number}-{pair.index(one)}"
            put(one, {"id": laboratory, "modelId": new, "contents": {"hazard": "fire"}})
        assert {f"laboratory-{number}-0", f"laboratory-{number}-1"} <= listed(http, ROOMS)


def test_models_removed_by_another_process_are_gone_at_once(
    pair: tuple[httpx.Client, httpx.Client], store: str, tmp_path: Path
) -> None:
    """`twinhaus models remove` beside running servers: with its next request each of them refuses twins of the model,
    reads and lists those there are, no longer as what the model had extended; loaded again, all is as before.
    """
    new = "dtmi:com:example:Laboratory;1"
    file = tmp_path / "laboratory.json"
    extends = {"@context": "dtmi:dtdl:context;3", "@id": new, "@type": "Interface", "extends": model("Room")}
    file.write_text(json.dumps(extends), "utf-8")
    laboratory = {"id": "laboratory", "modelId": new, "contents": {}}
    for number in range(3):
        for command in (("load", str(file)), ("remove", new)):
            done = run_cli("models", *command, "--store", store)
            assert done.returncode == 0, done.stderr
            for http in pair if number % 2 else pair[::-1]:
                answer = http.put("/twins", json=laboratory)
                assert (answer.status_code == 200) is (command[0] == "load"), answer.text
                assert http.get("/twins/laboratory").status_code == 200
                assert listed(http, {"modelFilter": {"modelIds": [new]}}) == {"laboratory"}
                assert listed(http, ROOMS) == ({"laboratory"} if command[0] == "load" else set())
    with Tables(store) as tables:
        tables.check()
    assert pair[0].delete("/twins/laboratory").status_code == 204
    assert pair[1].get("/twins/laboratory").status_code == 404


def test_a_token_of_one_server_is_good_at_the_other(urls: tuple[str, str], credentials: Credentials) -> None:
    """Servers on one store share keys, issuer and audience, so a load balancer may stand before them."""
    for giver, taker in (urls, urls[::-1]):
        with client(taker, get_token(giver, credentials)) as http:
            assert http.post("/twins", json={}).status_code == 200


def test_a_list_begun_at_one_server_goes_on_at_the_other(pair: tuple[httpx.Client, httpx.Client]) -> None:
    """Continuation tokens are the store's, not a server's: pages asked for in turn are one list."""
    rooms = [f"room-{number}" for number in range(20)]
    for room in rooms:
        put(pair[0], twin(room, "Room"))
    found, body, turn = [], {**ROOMS, "pageSize": 3}, 0
    while body:
        answer = pair[turn % 2].post("/twins", json=body)
        assert answer.status_code == 200, answer.text
        found += [one["id"] for one in answer.json()["content"]]
        token = answer.json()["continuationToken"]
        body, turn = {"continuationToken": token} if token else {}, turn + 1
    assert found == rooms
    assert turn == 7


def test_no_write_is_lost_when_both_servers_write_at_once(
    pair: tuple[httpx.Client, httpx.Client], store: str
) -> None:
    """Clients of both servers create twins and relate them at once: all of it is there, and both see the same."""
    put(pair[0], twin("level", "Level"))
    own = [[f"room-{writer}-{number}" for number in range(TWINS_OF_A_WRITER)] for writer in range(WRITERS)]

    def write(http: httpx.Client, rooms: list[str]) -> None:
        for room in rooms:
            put(http, twin(room, "Room", name=room))
            put(http, link(room, "isPartOf", "level"), "/twins/relationships")

    at_once([lambda http=pair[n % 2], rooms=rooms: write(http, rooms) for n, rooms in enumerate(own)])  # type: ignore[misc]
    wanted = {room for rooms in own for room in rooms}
    for http in pair:
        assert listed(http, ROOMS) == wanted
        assert listed(http, {"locationFilter": {"locationId": "level"}}) == {*wanted, "level"}
    with Tables(store) as tables:
        tables.check()
        updates = [updated for (updated,) in tables.rows("SELECT updated FROM twin")]
        assert len(set(updates)) == len(updates), "no two changes have the same time"


def test_if_match_holds_between_servers(pair: tuple[httpx.Client, httpx.Client]) -> None:
    """Of two replacements at two servers that both name the same ETag, one is refused with 412: no update is lost."""
    put(pair[0], twin("counter", "Room", name="0"))
    taken: list[int] = []

    def count(http: httpx.Client) -> None:
        for _ in range(10):
            seen = http.get("/twins/counter")
            body = twin("counter", "Room", name=str(int(seen.json()["contents"]["name"]) + 1))
            answer = http.put("/twins", json=body, headers={"If-Match": seen.headers["ETag"]})
            assert answer.status_code in (200, 412), answer.text
            if answer.status_code == 200:
                taken.append(1)

    at_once([lambda http=pair[n % 2]: count(http) for n in range(6)])  # type: ignore[misc]
    assert pair[0].get("/twins/counter").json()["contents"]["name"] == str(len(taken))


def test_servers_that_start_at_once_on_a_new_store_agree(new_store: str) -> None:
    """Whoever comes first makes the store and its keys; the others wait, and find them there."""
    with ExitStack() as running, ThreadPoolExecutor(3) as pool:
        starting = [pool.submit(running.enter_context, running_server(new_store)) for _ in range(3)]
        servers = [one.result() for one in starting]
        token = get_token(servers[0].url, add_client(new_store, "late", TWINS_READ))
        for server in servers:
            with client(server.url, token) as http:
                assert http.post("/twins", json={}).json()["content"] == []


def test_workers_of_one_server_are_one_server(store: str, credentials: Credentials) -> None:
    """`serve --workers 2`: every request may meet another process, and nothing shows it; stopped, none stays behind."""
    with running_server(store, "--workers", "2") as server:
        token = get_token(server.url, credentials)
        for number in range(15):
            # A new connection each time, so that either may take it.
            with client(server.url, token) as http:
                put(http, twin(f"room-{number}", "Room"))
            with client(server.url, token) as http:
                found = [one["id"] for page in pages(http, ROOMS, page_size=7) for one in page]
            assert found == [f"room-{one}" for one in range(number + 1)]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz")
