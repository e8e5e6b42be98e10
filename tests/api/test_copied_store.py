"""A store that was copied while a server ran on it is served as the store itself was."""

import threading
from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from tests import serving
from tests.copies import PAIRS, Pair, copied, engine_called, pair_of
from tests.serving import FORM, LEVEL, Credentials

from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import running_server

LEVELS = [f"level-{number:02}" for number in range(30)]


@pytest.fixture(params=PAIRS, ids=" to ".join)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A store of thirty levels, and where its copy will be, in each engine in turn."""
    source, target = (engine_called(request, name) for name in request.param)
    with pair_of(source.new_store(), target) as new:
        serving.make_store(new.source, twins=[{"id": level, "modelId": LEVEL} for level in LEVELS])
        yield new


def page(http: httpx.Client, body: JsonObject) -> tuple[list[str], str | None]:
    """The ids on a page, and the token for the next."""
    answer = http.post("/twins", json=body)
    assert answer.status_code == 200, answer.text
    return [twin["id"] for twin in answer.json()["content"]], answer.json()["continuationToken"]


def rest(http: httpx.Client, token: str | None) -> list[str]:
    """The ids on all pages from a token on."""
    ids: list[str] = []
    while token:
        more, token = page(http, {"continuationToken": token})
        ids += more
    return ids


def test_tokens_clients_and_lists_go_on(pair: Pair) -> None:
    """Access tokens that the old server handed out are good at the new one, and its clients get more there; a list goes
    on where it stood, skipping and repeating nothing, though the old server went on to create twins.
    """
    restricted = serving.add_client(pair.source, "restricted", "twins:read", locations=[LEVELS[3]])
    with serving.serving(pair.source) as old:
        credentials, token = old.credentials, serving.get_token(old.url, old.credentials)
        first, begun = page(old.http, {"pageSize": 10})
        copied(pair.source, pair.target)
        put(old.http, "lost-1")
        put(old.http, "lost-2")
        _, late = page(old.http, {"pageSize": 31})
        assert rest(old.http, late) == ["lost-2"]
        keys = httpx.get(f"{old.url}/.well-known/jwks.json").json()
    with running_server(pair.target) as new, serving.client(new.url, token) as http:
        put(http, "new-1")
        put(http, "new-2")
        assert first + rest(http, begun) == [*LEVELS, "new-1", "new-2"]
        assert rest(http, late) == ["new-1", "new-2"]
        assert httpx.get(f"{new.url}/.well-known/jwks.json").json() == keys
        with serving.client(new.url, serving.get_token(new.url, credentials)) as again:
            assert again.get("/twins/new-1").status_code == 200
        with serving.client(new.url, serving.get_token(new.url, restricted)) as narrow:
            assert page(narrow, {}) == ([LEVELS[3]], None)
        wrong = Credentials(credentials.client_id, "wrong")
        assert refusal(new.url, wrong) == 401


def put(http: httpx.Client, twin_id: str) -> None:
    """Create a level."""
    assert http.put("/twins", json={"id": twin_id, "modelId": LEVEL}).status_code == 200


def refusal(url: str, credentials: Credentials) -> int:
    """The status of a request for a token."""
    form = {**FORM, "client_id": credentials.client_id, "client_secret": credentials.client_secret}
    return httpx.post(f"{url}/oauth2/token", data=form).status_code


def test_a_backup_is_of_one_moment_among_many_writes(pair: Pair) -> None:
    """What the server acknowledged before is in it, and of what was written meanwhile an unbroken beginning."""
    with serving.serving(pair.source) as served:
        acknowledged: list[str] = []
        enough, over = threading.Event(), threading.Event()

        def write() -> None:
            for number in count():
                put(served.http, f"new-{number}")
                acknowledged.append(f"new-{number}")
                if number == 5:
                    enough.set()
                if over.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert enough.wait(serving.TIMEOUT_SECONDS)
            before = list(acknowledged)
            copied(pair.source, pair.target)
            after = len(acknowledged) + 1
        finally:
            over.set()
            writer.join()
    with serving.opened(pair.target) as store:
        ids = store.read(lambda reader: [twin.id for twin in reader.each_twin()]).result()
    new = ids[len(LEVELS) :]
    assert new[: len(before)] == before
    assert new == [f"new-{number}" for number in range(len(new))]
    assert len(before) <= len(new) <= after
