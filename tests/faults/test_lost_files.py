"""A store's file that goes away under a running server."""

from pathlib import Path

import pytest
from tests.faults.graphs import listed, model, twin
from tests.serving import client, make_store

from twinhaus.testing.server import running_server

ROOMS = {"modelFilter": {"modelIds": [model("Room")]}}


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_to_a_file_that_is_no_longer_there(tmp_path: Path, replaced: bool) -> None:
    """Once its file was removed, or another put in its place, writes answer 503 and reads go on."""
    file, other = tmp_path / "one.db", tmp_path / "other.db"
    make_store(file)
    make_store(other)
    with running_server(file, "--auth", "none") as server, client(server.url) as http:
        assert http.put("/twins", json=twin("before", "Room")).status_code == 200
        if replaced:
            other.replace(file)
        else:
            file.unlink()
        for answer in (http.put("/twins", json=twin("after", "Room")), http.delete("/twins/before")):
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:twinhaus:problem:store-unusable"
        assert listed(http, ROOMS) == {"before"}
