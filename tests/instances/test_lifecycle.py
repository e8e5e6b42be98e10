"""Instances come and go while a server runs: each request finds what there is now."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests import serving
from tests.api.asking import get, list_ids, put
from tests.api.bulk import NDJSON, ByHand, lines
from tests.engines import Engine
from tests.instances.ways import OWN, Tenants, addressed, create, remove
from tests.serving import LEVEL

from twinhaus.auth.scopes import SCOPES
from twinhaus.testing.server import run_cli, running_server

MANY = 12


@pytest.fixture(scope="module")
def busy(engine: Engine) -> Iterator[Tenants]:
    """A server that keeps at most three instances open, and those for a second."""
    with engine.new_store() as store:
        serving.make_store(store)
        credentials = {OWN: serving.add_client(store, "first", *SCOPES)}
        with running_server(store, instances_open_max="3", instance_idle_seconds="1") as server:
            yield Tenants(server.url, store, credentials)


def settled(http: httpx.Client, path: str) -> httpx.Response:
    """What is answered, where need be to a second request: an engine may notice by the first that all is different."""
    answer = http.get(path)
    return http.get(path) if answer.status_code == 503 else answer


def test_a_new_instance_is_there_at_once(busy: Tenants) -> None:
    """A command makes it, and the next request finds it; before, the same request found none."""
    with addressed(busy.url, "new") as http:
        assert http.get("/openapi.json").status_code == 404
    busy.credentials["new"] = create(busy.store, "new")
    with busy.client("new") as http:
        put(http, "first", LEVEL)
        assert list_ids(http) == {"first"}
    remove(busy.store, "new")


def test_a_removed_instance_is_gone_at_once(busy: Tenants) -> None:
    """Although the server has it open, and the client a token that it has used."""
    busy.credentials["gone"] = create(busy.store, "gone")
    with busy.client("gone") as http:
        put(http, "first", LEVEL)
        remove(busy.store, "gone")
        for answer in (
            http.get("/twins/first"),
            http.post("/twins", json={}),
            http.put("/twins", json={"id": "late", "modelId": LEVEL}),
            http.post("/oauth2/token", data=serving.FORM),
        ):
            assert answer.status_code == 404, answer.text
            assert answer.json()["type"] == "urn:twinhaus:problem:no-instance"


def test_one_made_again_is_another(busy: Tenants) -> None:
    """Under the same name, with other keys: old tokens and secrets are worthless, and nothing is there any more."""
    first = busy.credentials["again"] = create(busy.store, "again")
    with busy.client("again") as old:
        put(old, "first", LEVEL)
        token = old.post("/twins", json={"pageSize": 1}).json()["continuationToken"]
        assert token is None
        remove(busy.store, "again")
        second = busy.credentials["again"] = create(busy.store, "again")
        assert settled(old, "/twins/first").status_code == 401
        answer = old.post("/oauth2/token", data=serving.FORM, auth=(first.client_id, first.client_secret))
        assert answer.json()["error"] == "invalid_client"
    assert first != second
    with busy.client("again") as new:
        assert list_ids(new) == set()
        assert new.get("/audit").status_code == 200
        put(new, "second", LEVEL)
        assert list_ids(new) == {"second"}
    with serving.opened(busy.store, "again") as direct:
        assert direct.read(lambda reader: reader.find_twin("second")).result() is not None
    remove(busy.store, "again")


def test_what_is_under_way_ends_as_it_began(busy: Tenants) -> None:
    """A bulk request of an instance that is removed and made again goes on in the old one, and writes nothing into the
    new one.
    """
    busy.credentials["bulk"] = create(busy.store, "bulk")
    token = busy.token("bulk")
    request = ByHand(busy.url, "/instances/bulk/twins/bulk", token=token)
    try:
        request.send(lines({"id": "early", "modelId": LEVEL}))
        report = request.told()
        assert next(report)["outcome"] == "created"
        remove(busy.store, "bulk")
        busy.credentials["bulk"] = create(busy.store, "bulk")
        with addressed(busy.url, "bulk") as http:
            assert settled(http, "/.well-known/jwks.json").status_code == 200
        with busy.client("bulk") as http:
            put(http, "of-the-new-one", LEVEL)
        request.send(lines({"id": "late", "modelId": LEVEL}))
        request.finish()
        list(report)
    finally:
        request.cut()
    with busy.client("bulk") as http:
        assert list_ids(http) == {"of-the-new-one"}
    remove(busy.store, "bulk")


def test_more_than_may_be_open_are_all_served(busy: Tenants) -> None:
    """One after the other, each with what is its own, over and over; a long request keeps its own open meanwhile."""
    names = [f"many-{number}" for number in range(MANY)]
    for name in names:
        busy.credentials[name] = create(busy.store, name)
    long = ByHand(busy.url, f"/instances/{names[0]}/twins/bulk", token=busy.token(names[0]))
    report = long.told()
    clients = {}
    try:
        long.send(lines({"id": "long-0", "modelId": LEVEL}))
        assert next(report)["outcome"] == "created"
        for name in names[1:]:
            headers = {"Authorization": f"Bearer {busy.token(name)}"}
            clients[name] = httpx.Client(
                base_url=f"{busy.url}/instances/{name}", headers=headers, timeout=serving.TIMEOUT_SECONDS
            )
            put(clients[name], f"of-{name}", LEVEL)
        for _ in range(3):
            for name in names[1:]:
                assert list_ids(clients[name]) == {f"of-{name}"}
        long.send(lines({"id": "long-1", "modelId": LEVEL}))
        assert next(report)["outcome"] == "created"
        long.finish()
        assert next(report)["summary"]["created"] == 2
    finally:
        long.cut()
        for http in clients.values():
            http.close()
    shown = httpx.get(f"{busy.url}/metrics").text
    assert float(shown.partition("\ntwinhaus_instances_open ")[2].partition("\n")[0]) <= 3
    for name in names:
        remove(busy.store, name)


def test_a_damaged_instance_is_unavailable_and_no_other(engine: Engine, tmp_path: Path) -> None:
    """Requests for it get a 503 that says nothing of files; those for others, and the server, are as before."""
    if engine.name != "sqlite":
        pytest.skip("A file can be damaged by hand.")
    with engine.new_store() as store:
        serving.make_store(store)
        credentials = {name: create(store, name) for name in ("good", "bad")}
        Path(f"{store}.instances/bad.db").write_bytes(b"no database" * 1_000)
        with running_server(store) as server:
            tenants = Tenants(server.url, store, credentials)
            with addressed(server.url, "bad") as http:
                answer = http.get("/.well-known/jwks.json")
            assert answer.status_code == 503
            assert "retry-after" in answer.headers
            assert "bad.db" not in answer.text
            assert store not in answer.text
            with tenants.client("good") as http:
                put(http, "good", LEVEL)
            assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_without_tokens_instances_are_named_too(new_store: str) -> None:
    """`--auth none` opens every graph to this machine, each by its path or header."""
    serving.make_store(new_store)
    create(new_store, "acme")
    with running_server(new_store, "--auth", "none") as server:
        for way in ("path", "header"):
            with addressed(server.url, "acme", way) as http:
                put(http, f"by-{way}", LEVEL)
        with addressed(server.url, "acme") as http:
            assert list_ids(http) == {"by-path", "by-header"}
        with addressed(server.url, OWN) as http:
            assert list_ids(http) == set()


def test_a_server_may_serve_one_instance_alone(new_store: str) -> None:
    """`serve --instance` shows it without a name, to the tokens of that instance; and knows no other."""
    serving.make_store(new_store)
    credentials = {name: create(new_store, name) for name in ("acme", "beta")}
    with serving.opened(new_store, "acme") as direct:
        serving.put_twin(direct, {"id": "a", "modelId": LEVEL})
    with running_server(new_store) as server:
        token = Tenants(server.url, new_store, credentials).token("acme")
    with running_server(new_store, "--instance", "acme", "--workers", "2") as server:
        with serving.client(server.url, token) as http:
            assert get(http, "a")["id"] == "a"
            for name in ("acme", "beta"):
                assert http.get(f"/instances/{name}/twins/a").status_code == 404
        with serving.client(server.url, serving.get_token(server.url, credentials["acme"])) as http:
            assert list_ids(http) == {"a"}


def test_a_server_of_an_unknown_instance_does_not_start(new_store: str) -> None:
    """It says which there is not."""
    serving.make_store(new_store)
    done = run_cli("serve", "--store", new_store, "--port", "0", "--instance", "nobody")
    assert done.returncode == 1
    assert b'There is no instance "nobody".' in done.stderr


def test_several_workers_serve_the_same_instances(new_store: str) -> None:
    """Whichever of them is asked: what one has written all of them find."""
    serving.make_store(new_store)
    credentials = {name: create(new_store, name) for name in ("acme", "beta")}
    with running_server(new_store, "--workers", "2") as server:
        tenants = Tenants(server.url, new_store, credentials)
        for name in credentials:
            token = {"Authorization": f"Bearer {tenants.token(name)}"}
            for number in range(8):  # A connection each, so that both workers are asked.
                with addressed(server.url, name) as http:
                    http.headers.update(token)
                    put(http, f"{name}-{number}", LEVEL)
                    assert list_ids(http) == {f"{name}-{one}" for one in range(number + 1)}
                    body = json.dumps({"id": f"{name}-{number}", "modelId": LEVEL}).encode()
                    assert (
                        http.post("/twins/bulk", content=body, headers={"Content-Type": NDJSON}).status_code
                        == 200
                    )
