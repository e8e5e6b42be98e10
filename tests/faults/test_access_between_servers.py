"""Who may do what is changed at one server, or by a command: every other server knows with its next job."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import jwt
import pytest
from tests import serving
from tests.api.bulk import NDJSON, ByHand, lines
from tests.faults.graphs import link, listed, twin
from tests.serving import Credentials, client

from twinhaus.auth import clients
from twinhaus.auth.scopes import ADMIN, TWINS_READ, TWINS_WRITE
from twinhaus.storage.store import Transaction
from twinhaus.testing.server import run_cli, running_server

ENOUGH_SECONDS = 30


@dataclass(frozen=True)
class Scene:
    """Two servers on one store: an administrator at the first, and a client who has been at the second already."""

    store: str
    admin: httpx.Client
    other: httpx.Client
    credentials: Credentials

    @property
    def path(self) -> str:
        """Where the client is administered."""
        return f"/clients/{self.credentials.client_id}"

    def edit(self, **members: list[str]) -> None:
        """Change the client at the first server."""
        answer = self.admin.patch(self.path, json=members)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def scene(store: str) -> Iterator[Scene]:
    """A building with two levels, and a room on each."""
    admin, credentials = (
        serving.add_client(store, "admin", ADMIN),
        serving.add_client(store, "client", TWINS_READ, TWINS_WRITE),
    )
    with running_server(store) as one, running_server(store) as two:
        token = serving.get_token(two.url, credentials)
        with client(one.url, serving.get_token(one.url, admin)) as first, client(two.url, token) as second:
            for number in "12":
                put(second, twin(f"level-{number}", "Level"))
                put(second, twin(f"room-{number}", "Room"))
                put(second, link(f"room-{number}", "isPartOf", f"level-{number}"), "/twins/relationships")
            yield Scene(store, first, second, credentials)


def put(http: httpx.Client, body: object, path: str = "/twins") -> None:
    """A write that must be taken."""
    answer = http.put(path, json=body)
    assert answer.status_code == 200, answer.text


# A request for each way in which a server asks its store, and for each in which it begins to answer before that.
REQUESTS = {
    "a read on the event loop": ("POST", "/twins", b""),
    "a read of a single twin": ("GET", "/twins/room-1", b""),
    "a read on a thread": ("POST", "/twins", b'{"pageSize":1000}'),
    "a write": ("PUT", "/twins", b'{"id":"new","modelId":"dtmi:com:willowinc:Room;1","contents":{}}'),
    "a stream": ("GET", "/export", b""),
    "the head of a stream": ("HEAD", "/export", b""),
    "a bulk request": ("POST", "/twins/bulk", b""),
    "a bulk request of all or none": ("POST", "/twins/bulk?atomic=true", b""),
}


def test_a_removed_client_is_out_with_its_next_request(scene: Scene) -> None:
    """Whatever it asks of the other server, and has asked of it before, is a 401; nothing of it is done."""
    url = str(scene.other.base_url)
    for name, (method, path, body) in REQUESTS.items():
        credentials = serving.add_client(scene.store, name, TWINS_READ, TWINS_WRITE)
        headers = {"Content-Type": NDJSON if "bulk" in path else "application/json"}
        with client(url, serving.get_token(url, credentials)) as http:
            assert http.request(method, path, content=body, headers=headers).status_code == 200
            assert scene.admin.delete(f"/clients/{credentials.client_id}").status_code == 204
            answer = http.request(method, path, content=body, headers=headers)
        assert answer.status_code == 401, name
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_client_that_a_command_removes(scene: Scene) -> None:
    """`twinhaus clients remove` beside running servers holds for all of them."""
    assert listed(scene.other, {}) == {"level-1", "level-2", "room-1", "room-2"}
    assert run_cli("clients", "remove", "client", "--store", scene.store).returncode == 0
    assert scene.other.post("/twins").status_code == 401


def test_scopes_are_taken_and_given_at_once(scene: Scene) -> None:
    """Each edit at one server holds for the next request to the other."""
    for _ in range(5):
        scene.edit(scopes=[TWINS_READ])
        assert scene.other.put("/twins", json=twin("new", "Room")).status_code == 403
        assert scene.other.post("/twins").status_code == 200
        scene.edit(scopes=[TWINS_WRITE])
        assert scene.other.put("/twins", json=twin("new", "Room")).status_code == 200
        assert scene.other.post("/twins").status_code == 403


def test_locations_are_changed_at_once(scene: Scene) -> None:
    """Each edit at one server says what the next list at the other holds."""
    for places, found in (
        (["level-1"], {"level-1", "room-1"}),
        (["level-2"], {"level-2", "room-2"}),
        ([], {"level-1", "level-2", "room-1", "room-2"}),
    ) * 3:
        scene.edit(locations=places)
        assert listed(scene.other, {}) == found


def test_a_retired_key_ends_its_tokens_everywhere(scene: Scene) -> None:
    """The other server refuses the next request with a token it signed, and neither publishes it nor signs with it."""
    old = scene.other.headers["Authorization"].removeprefix("Bearer ")
    assert scene.other.post("/twins").status_code == 200
    added = scene.admin.post("/signing-keys").json()["id"]
    new = serving.get_token(str(scene.other.base_url), scene.credentials)
    assert jwt.get_unverified_header(new)["kid"] == added
    assert scene.other.post("/twins").status_code == 200
    assert scene.admin.delete(f"/signing-keys/{jwt.get_unverified_header(old)['kid']}").status_code == 204
    assert scene.other.post("/twins").status_code == 401
    scene.other.headers["Authorization"] = f"Bearer {new}"
    assert scene.other.post("/twins").status_code == 200
    published = scene.other.get("/.well-known/jwks.json").json()["keys"]
    assert [key["kid"] for key in published] == [added]


def test_a_write_that_waits_is_done_for_its_client_as_it_is_then(scene: Scene) -> None:
    """A client is removed by a transaction that other writes wait for: a write of its own that waited is a 401."""
    begun, go_on = threading.Event(), threading.Event()

    def remove_slowly(transaction: Transaction) -> None:
        clients.remove_client(transaction, "client")
        begun.set()
        assert go_on.wait(ENOUGH_SECONDS)

    with serving.opened(scene.store) as store, ThreadPoolExecutor(1) as pool:
        removed = store.write(remove_slowly)
        assert begun.wait(ENOUGH_SECONDS)
        # Until the removal is committed, reads see the client, and let it in.
        assert scene.other.post("/twins").status_code == 200
        waiting = pool.submit(scene.other.put, "/twins", json=twin("new", "Room"))
        go_on.set()
        removed.result()
        assert waiting.result().status_code == 401
    assert scene.other.post("/twins").status_code == 401


def remove(scene: Scene) -> None:
    """The client goes."""
    assert scene.admin.delete(scene.path).status_code == 204


def restrict(scene: Scene) -> None:
    """The client may go to one level only from now on."""
    scene.edit(locations=["level-1"])


def disarm(scene: Scene) -> None:
    """The client may only read from now on."""
    scene.edit(scopes=[TWINS_READ])


def test_locations_that_change_while_a_bulk_request_lasts(scene: Scene) -> None:
    """Lines that come after the change are judged by the new ones: what is outside of them is refused."""
    sender = ByHand(
        str(scene.other.base_url), token=scene.other.headers["Authorization"].removeprefix("Bearer ")
    )
    told = sender.told()
    sender.send(lines(twin("room-1", "Room", name="a"), twin("room-2", "Room", name="a")))
    assert [next(told)["outcome"] for _ in range(2)] == ["replaced", "replaced"]
    restrict(scene)
    sender.send(lines(twin("room-1", "Room", name="b"), twin("room-2", "Room", name="b")))
    after = [next(told) for _ in range(2)]
    sender.finish()
    assert [one["outcome"] for one in after] == ["replaced", "rejected"]
    assert next(told)["summary"]["rejected"] == 1
    sender.cut()
    scene.edit(locations=[])
    assert scene.other.get("/twins/room-1").json()["contents"]["name"] == "b"
    assert scene.other.get("/twins/room-2").json()["contents"]["name"] == "a"


@pytest.mark.parametrize(("change", "status"), [(remove, 401), (disarm, 403)])
def test_a_bulk_request_ends_with_its_right_to_write(
    scene: Scene, change: Callable[[Scene], None], status: int
) -> None:
    """A client that loses it at one server is told so by the other, which takes no further line."""
    sender = ByHand(
        str(scene.other.base_url), token=scene.other.headers["Authorization"].removeprefix("Bearer ")
    )
    told = sender.told()
    sender.send(lines(twin("before", "Room")))
    assert next(told)["outcome"] == "created"
    change(scene)
    sender.send(lines(twin("after", "Room")))
    sender.finish()
    assert next(told)["aborted"]["status"] == status
    sender.cut()
    with serving.opened(scene.store) as store:
        found = store.read(lambda reader: [reader.find_twin(id_) is not None for id_ in ("before", "after")])
        assert found.result() == [True, False]


def test_many_changes_let_everyone_else_work(scene: Scene) -> None:
    """While clients are added and removed at one server all along, no request of another client is refused."""
    done = threading.Event()

    def provision() -> int:
        number = 0
        while not done.is_set():
            answer = scene.admin.post("/clients", json={"name": f"new-{number}", "scopes": [TWINS_READ]})
            assert answer.status_code == 201, answer.text
            assert scene.admin.delete(f"/clients/{answer.json()['id']}").status_code == 204
            number += 1
        return number

    with ThreadPoolExecutor(1) as pool:
        changes = pool.submit(provision)
        for number in range(100):
            put(scene.other, twin("busy", "Room", name=str(number)))
            assert scene.other.get("/twins/busy").json()["contents"]["name"] == str(number)
            assert scene.other.post("/twins", json={"pageSize": 1000}).status_code == 200
        done.set()
        assert changes.result() > 0
