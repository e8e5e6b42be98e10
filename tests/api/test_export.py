"""GET /export: everything, or the twins or the relationships of it, as they are stored."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import faults, list_twins
from tests.api.bulk import bulk

NewId = Callable[[], str]


def export(http: httpx.Client, **parameters: str) -> httpx.Response:
    """An export that is acceptable."""
    answer = http.get("/export", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def read(answer: httpx.Response) -> list[dict[str, Any]]:
    """Its lines."""
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.content.endswith(b"\n")
    return [json.loads(line) for line in answer.content.splitlines()]


def test_everything_comes_in_order(reading: httpx.Client) -> None:
    """A header, models, twins, relationships, and an end that counts them; each twin as every answer carries it."""
    header, *lines, end = read(export(reading))
    assert header == {"twinhaus": {"export": 1}}
    kinds = [next(iter(line)) for line in lines]
    assert kinds == sorted(kinds, key=["model", "twin", "relationship"].index)
    counts = {f"{kind}s": kinds.count(kind) for kind in ("model", "twin", "relationship")}
    assert end == {"end": counts}
    twins = [line["twin"] for line in lines if "twin" in line]
    assert twins == list_twins(reading)
    models = [line for line in lines if "model" in line]
    assert all(line.keys() == {"model", "uploadTime", "decommissioned"} for line in models)
    assert all(line["model"]["@type"] == "Interface" for line in models)


def test_relationships_come_as_lists_carry_them(reading: httpx.Client) -> None:
    """The relationships of an export are all the outgoing ones of all twins."""
    found = read(export(reading, of="Relationships"))
    listed = [
        one
        for twin in list_twins(reading, include={"outgoingRelationships": True})
        for one in twin["outgoingRelationships"]
    ]
    assert sorted(found, key=json.dumps) == sorted(listed, key=json.dumps)


@pytest.mark.parametrize("of", ["twins", "relationships"])
@pytest.mark.parametrize(("format_", "media_type"), [("ndjson", "application/x-ndjson"), ("csv", "text/csv")])
def test_what_is_exported_is_unchanged_when_it_is_sent_back(
    reading: httpx.Client, of: str, format_: str, media_type: str
) -> None:
    """As lines or as a table: every line is taken for what is there."""
    answer = export(reading, of=of, format=format_)
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    path = "/twins/bulk" if of == "twins" else "/twins/relationships/bulk"
    report = bulk(reading, answer.content, path=path, media_type=media_type, dryRun="true")
    assert {told["outcome"] for told in report[:-1]} == {"unchanged"}


def test_a_table_has_a_column_for_each_path(reading: httpx.Client) -> None:
    """Members first, then paths into the contents as filters write them, without the server's metadata."""
    text = export(reading, of="twins", format="csv").content.decode()
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(table[0])[:3] == ["id", "modelId", "lastUpdateTime"]
    assert not [name for name in table[0] if "$metadata" in name]
    twins = {twin["id"]: twin for twin in list_twins(reading)}
    assert len(table) == len(twins)
    for row in table:
        assert row["lastUpdateTime"] == twins[row["id"]]["lastUpdateTime"]


def test_an_empty_table_has_a_head(reading: httpx.Client) -> None:
    """Every table names its members."""
    text = export(reading, of="relationships", format="csv").content.decode()
    assert text.startswith("id,sourceId,targetId,name")


def test_the_head_of_an_export(reading: httpx.Client) -> None:
    """HEAD says what GET would bring, and nobody knows how much."""
    answer = reading.head("/export", params={"format": "csv", "of": "twins"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    ("parameters", "path"),
    [({"format": "xlsx"}, "format"), ({"of": "models"}, "of"), ({"format": "csv"}, "of"), ({"x": "1"}, "x")],
)
def test_a_parameter_that_is_none_is_named(
    reading: httpx.Client, parameters: dict[str, str], path: str
) -> None:
    """400 before anything is sent."""
    assert faults(reading.get("/export", params=parameters)).keys() == {path}
