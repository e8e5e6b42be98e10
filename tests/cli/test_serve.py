"""serve: every option, by the environment too, and what other processes do meanwhile."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from tests import serving
from tests.cli.stores import BARE, SPECIAL, Cli, bare, commands_on, find_twin, lines_file, model_file

from twinhaus.testing.server import running_server


@contextmanager
def started(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """`twinhaus serve` with nothing but an environment: its address, and what it said until it served."""
    process = subprocess.Popen(
        [sys.executable, "-m", "twinhaus.cli", "serve"],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = ""
    try:
        for line in process.stderr:
            said += line
            if "Uvicorn running on" in line:
                break
        yield said.partition("running on ")[2].split()[0], said
    finally:
        process.terminate()
        process.stderr.read()
        process.stderr.close()
        process.wait()


def test_serve_by_environment(with_models: Cli, store: str) -> None:
    """Every option of serve comes from the environment too, and what none is, is told; --auth none says loudly what it
    means.
    """
    environment = {
        "TWINHAUS_STORE": store,
        "TWINHAUS_HOST": "127.0.0.2",
        "TWINHAUS_PORT": "0",
        "TWINHAUS_WORKERS": "1",
        "TWINHAUS_AUTH": "none",
        "TWINHAUS_LOG_LEVEL": "DEBUG",
        "TWINHAUS_LOG_LEVLE": "warning",
    }
    with started(environment) as (url, said):
        assert "nothing reads the variable TWINHAUS_LOG_LEVLE. Did you mean TWINHAUS_LOG_LEVEL?" in said
        assert url.startswith("http://127.0.0.2:")
        assert "--auth none" in said
        assert "everything" in said
        assert httpx.get(f"{url}/readyz").json() == {"status": "ok", "models": 2}
        assert httpx.post(f"{url}/twins").status_code == 200


@pytest.mark.parametrize(
    ("option", "value"),
    [("--port", "70000"), ("--port", "x"), ("--workers", "0"), ("--auth", "some"), ("--log-level", "loud")],
)
def test_serve_refuses_options_that_cannot_be(file: Path, option: str, value: str) -> None:
    """A value out of range is a usage error that names the option; no store is made."""
    ended = commands_on(file)("serve", option, value)
    assert ended.exit_code == 2
    assert option in ended.stderr
    assert not file.exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_serve_refuses_an_address_that_is_taken(file: Path, workers: int) -> None:
    """Where something listens already, or no such address is this machine's, it ends with 1 and one line; no store is
    made.
    """
    serve = partial(commands_on(file), "serve", "--workers", str(workers))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = serve("--port", str(port))
    told = f"Error: No server can listen on 127.0.0.1:{port}: Address already in use.\n"
    assert (taken.exit_code, taken.stderr) == (1, told)
    elsewhere = serve(
        "--host", "192.0.2.1", "--port", "0"
    )  # Of a network that is for documentation (RFC 5737).
    assert elsewhere.exit_code == 1
    assert elsewhere.stderr.startswith("Error: No server can listen on 192.0.2.1:0: ")
    assert not file.exists()


def test_serve_refuses_a_host_that_has_no_address(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody knows ends it with 1 and one line."""

    def find_nothing(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_nothing)
    ended = commands_on(file)("serve", "--host", "unknown.example", "--port", "0")
    told = "Error: No server can listen on unknown.example:0: Name or service not known.\n"
    assert (ended.exit_code, ended.stderr) == (1, told)


def test_serve_refuses_what_is_no_store(file: Path) -> None:
    """A file that is no store ends the command with 1 and a reason."""
    file.parent.mkdir()
    file.write_bytes(b"not a store, " * 100)
    ended = commands_on(file)("serve", "--port", "0")
    assert ended.exit_code == 1
    assert str(file) in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_worker_that_starts_slowly_is_waited_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has a minute to start, as one takes that has a small share of a processor; uvicorn alone gives it 5 s,
    again and again.
    """
    told: dict[str, object] = {}
    monkeypatch.setattr(uvicorn, "run", lambda *_, **options: told.update(options))
    with patch.dict(os.environ):
        assert commands_on(file)("serve", "--port", "0", "--workers", "2").exit_code == 0
    assert (told["workers"], told["timeout_worker_healthcheck"]) == (2, 60)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_stops_although_a_request_does_not_end(
    with_models: Cli, store: str, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    """Once it is to stop, it waits for TWINHAUS_STOP_SECONDS and no longer; what was reported is there."""
    monkeypatch.setenv("TWINHAUS_STOP_SECONDS", "1")
    credentials = serving.Credentials(
        **json.loads(with_models("clients", "add", "x", "--scope", "twins:write").stdout)
    )
    line = json.dumps({"id": "reported", "modelId": BARE}) + "\n"
    with running_server(store, "--workers", workers) as server:
        address = urlsplit(server.url)
        with closing(HTTPConnection(address.hostname or "", address.port)) as connection:
            connection.putrequest("POST", "/twins/bulk")
            connection.putheader("Authorization", f"Bearer {serving.get_token(server.url, credentials)}")
            connection.putheader("Content-Type", "application/x-ndjson")
            connection.putheader("Content-Length", str(2 * len(line)))
            connection.endheaders(line.encode())
            assert json.loads(connection.getresponse().readline())["outcome"] == "created"
            server.process.terminate()
            server.process.wait(timeout=60)
    assert find_twin(store, "reported") is not None


def test_a_request_that_is_broken_off_as_the_server_stops_is_told_so(
    with_models: Cli, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is answered with a problem that says to look whether it was done, where no answer has begun."""
    monkeypatch.setenv("TWINHAUS_STOP_SECONDS", "1")
    with running_server(store, "--auth", "none") as server:
        address = urlsplit(server.url)
        with closing(HTTPConnection(address.hostname or "", address.port)) as connection:
            connection.putrequest("POST", "/twins/bulk?atomic=true")
            connection.putheader("Content-Type", "application/x-ndjson")
            connection.putheader("Content-Length", "1000")
            connection.endheaders(b"{")
            assert httpx.get(f"{server.url}/readyz").status_code == 200  # Asked later; so that is under way.
            server.process.terminate()
            answer = connection.getresponse()
            problem = json.loads(answer.read())
    assert (answer.status, problem["type"]) == (503, "urn:twinhaus:problem:server-stopped")
    assert answer.headers["Retry-After"]


def test_a_running_server_sees_what_the_commands_do(with_models: Cli, store: str, tmp_path: Path) -> None:
    """Clients, models, twins and decommissions of other processes count for the very next request."""
    with running_server(store) as server:
        added = json.loads(
            with_models("clients", "add", "x", "--scope", "twins:read", "--scope", "twins:write").stdout
        )
        credentials = serving.Credentials(added["client_id"], added["client_secret"])
        with serving.client(server.url, serving.get_token(server.url, credentials)) as http:

            def put(twin_id: str, model_id: str) -> httpx.Response:
                return http.put("/twins", json={"id": twin_id, "modelId": model_id})

            third = {**bare(), "@id": "dtmi:com:example:Third;1"}
            assert put("a", third["@id"]).status_code == 400
            assert with_models("models", "load", model_file(tmp_path / "third.json", third)).exit_code == 0
            assert put("a", third["@id"]).status_code == 200

            file = lines_file(tmp_path / "twins.ndjson", {"id": "imported", "modelId": BARE})
            assert with_models("import", "--twins", file).exit_code == 0
            assert http.get("/twins/imported").status_code == 200

            assert with_models("models", "decommission", BARE).exit_code == 0
            refused = put("new", BARE)
            assert refused.status_code == 400
            assert "decommissioned" in refused.json()["errors"]["modelId"][0]
            assert put("imported", BARE).status_code == 200
            assert put("subclass", SPECIAL).status_code == 200
            assert with_models("models", "decommission", BARE, "--undo").exit_code == 0
            assert put("new", BARE).status_code == 200
