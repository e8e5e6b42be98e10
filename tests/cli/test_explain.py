"""`twinhaus explain`: how a page of a list is found."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.stores import BARE, Cli, lines_file

TWINS = 12


@pytest.fixture
def filled(with_models: Cli, tmp_path: Path) -> Cli:
    """A store with some twins."""
    twins = [{"id": f"t{number}", "modelId": BARE, "contents": {"count": number}} for number in range(TWINS)]
    assert with_models("import", "--twins", lines_file(tmp_path / "twins", *twins)).exit_code == 0
    return with_models


def explain(cli: Cli, folder: Path, *options: str, **request: Any) -> str:
    """What is printed for a request."""
    file = folder / "request.json"
    file.write_text(json.dumps(request))
    ended = cli("explain", file, *options)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_the_driver_and_what_it_came_to_are_told(filled: Cli, tmp_path: Path) -> None:
    """A line for each turn, and one for the page as a whole."""
    request = {"modelFilter": {"modelIds": [BARE]}, "pageSize": 5}
    header, turn, *_, page = explain(filled, tmp_path, **request).splitlines()
    assert header.split() == ["driven", "by", "allowed", "found", "ms"]
    assert turn.startswith("model ")
    assert page.startswith("Twins on the page: 5; more follow. ")


def test_statements_are_shown_when_asked_for(filled: Cli, tmp_path: Path) -> None:
    """Those of the drivers that had a turn."""
    plain = explain(filled, tmp_path)
    assert "SELECT" not in plain
    assert "Twins on the page: 12; no more follow." in plain
    assert "-- driven by order" in (told := explain(filled, tmp_path, "--sql"))
    assert "SELECT" in told


def test_a_request_with_faults_is_refused(filled: Cli, tmp_path: Path) -> None:
    """With all of them, in the words of the server."""
    file = tmp_path / "request.json"
    file.write_text('{"pageSize": 0, "colour": "red"}')
    ended = filled("explain", file)
    assert ended.exit_code == 1
    assert "pageSize" in ended.stderr
    assert "colour" in ended.stderr


def test_what_is_not_indexed_is_told(filled: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each path that a filter names, once, as filters have it."""
    monkeypatch.setenv("TWINHAUS_INDEX_EXCEPT", 'count,a["b.c"]')
    assert filled("keys", "rotate").exit_code == 0  # Who only reads leaves the index as it is.
    fields = ("count", "a.d", 'a["b.c"].e', "count")
    filters = [{"field": field, "operator": "equals", "value": 3} for field in fields]
    told = explain(filled, tmp_path, propertyFilter={"filterConditionOperator": "Or", "filters": filters})
    assert [line for line in told.splitlines() if line.startswith("Not indexed: ")] == [
        f"Not indexed: {field}. Each twin that other filters leave is looked into."
        for field in ("count", 'a["b.c"].e')
    ]
    assert "Twins on the page: 1; no more follow." in told
