"""A server whose store a later version has migrated goes on, or says that it cannot; it never guesses."""

from pathlib import Path

import pytest
from tests.engines import Engine
from tests.faults.graphs import listed, twin
from tests.serving import client
from tests.storage.later import ADDS_A_COLUMN, RENAMES_A_TABLE, compatible, migrate

from twinhaus.testing.server import running_server


def test_servers_are_upgraded_one_by_one(engine: Engine, store: str, tmp_path: Path) -> None:
    """Where the later version says that it keeps older ones going, they serve on, and can even be started anew."""
    with running_server(store, "--auth", "none") as one, client(one.url) as http:
        assert http.put("/twins", json=twin("before", "Room")).status_code == 200
        migrate(engine.name, store, tmp_path, compatible(engine.name, ADDS_A_COLUMN))
        assert http.put("/twins", json=twin("after", "Room")).status_code == 200
        with running_server(store, "--auth", "none") as two, client(two.url) as other:
            assert other.put("/twins", json=twin("again", "Room")).status_code == 200
        assert listed(http, {}) == {"before", "after", "again"}


def test_a_server_that_is_too_old_says_so(engine: Engine, store: str, tmp_path: Path) -> None:
    """From then on it is not ready, and answers 503 to whatever it is asked; and none of its version starts."""
    with running_server(store, "--auth", "none") as one, client(one.url) as http:
        assert http.put("/twins", json=twin("before", "Room")).status_code == 200
        migrate(engine.name, store, tmp_path, RENAMES_A_TABLE)
        for answer in (
            http.get("/readyz"),
            http.get("/twins/before"),
            http.post("/twins", json={}),
            http.put("/twins", json=twin("after", "Room")),
            http.get("/export"),
        ):
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:twinhaus:problem:store-too-new"
            assert int(answer.headers["Retry-After"]) > 0
        assert http.get("/healthz").status_code == 200
    with pytest.raises(RuntimeError, match="newer twinhaus"), running_server(store):
        pass
