"""POST /twins/bulk and /twins/relationships/bulk: what each line came to, and what is there afterwards."""

import csv
import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import faults, get, put
from tests.api.bulk import NDJSON, bulk, lines, outcomes
from tests.api.models import BARE, RETIRED, SAMPLER, willow

NewId = Callable[[], str]
LEVEL = willow("Level")
NOTHING = {"created": 0, "replaced": 0, "unchanged": 0, "rejected": 0}


def level(twin_id: str, **contents: Any) -> dict[str, Any]:
    """A line of a level."""
    return {"id": twin_id, "modelId": LEVEL, "contents": contents}


def is_there(http: httpx.Client, twin_id: str) -> bool:
    """Whether there is such a twin."""
    return http.get(f"/twins/{twin_id}").status_code == 200


def test_each_line_is_reported(writing: httpx.Client, new_id: NewId) -> None:
    """Created, replaced, unchanged or rejected with its errors, in order, by line and id; then the sums."""
    a, b, c, d = (new_id() for _ in range(4))
    put(writing, a, LEVEL, name="A")
    before = put(writing, b, LEVEL, name="B")
    report = bulk(
        writing,
        lines(
            level(a, name="A again"),
            level(b, name="B"),
            b"",
            level(c),
            level(d, levelNumber="3", colour="red"),
            b'{"id": "cut',
            {"Id": c, "MODELID": LEVEL, "contents": {"levelNumber": 2}},
        ),
    )
    assert outcomes(report) == [
        (1, a, "replaced"),
        (2, b, "unchanged"),
        (4, c, "created"),
        (5, d, "rejected"),
        (6, None, "rejected"),
        (7, c, "replaced"),
    ]
    assert report[3]["errors"].keys() == {"contents.levelNumber", "contents.colour"}
    assert report[4]["errors"].keys() == {"$"}
    assert report[-1] == {"summary": {"created": 1, "replaced": 2, "unchanged": 1, "rejected": 2}}
    assert get(writing, b) == before
    assert get(writing, a)["contents"]["name"] == "A again"
    assert get(writing, c)["contents"]["levelNumber"] == 2
    assert not is_there(writing, d)


def test_a_line_is_refused_as_a_put_is(writing: httpx.Client, new_id: NewId) -> None:
    """For what PUT /twins answers 400, a line has the same errors."""
    for twin in (
        {"id": new_id()},
        {"id": new_id(), "modelId": "dtmi:com:example:Nothing;1"},
        {"id": new_id(), "modelId": RETIRED},
        {"id": new_id(), "modelId": SAMPLER, "contents": {"nothing": 1, "long": "x"}},
        {"id": "", "modelId": BARE, "extra": 1},
    ):
        (told, _) = bulk(writing, lines(twin))
        assert told["errors"] == faults(writing.put("/twins", json=twin))


def test_relationships_are_reported(writing: httpx.Client, new_id: NewId) -> None:
    """Created, unchanged or rejected, by the id the server derives, later lines seeing what earlier ones made."""
    a, b = new_id(), new_id()
    put(writing, a, LEVEL)
    put(writing, b, willow("Building"))
    link = {"sourceId": a, "targetId": b, "name": "isPartOf"}
    report = bulk(
        writing,
        lines(link, {**link, "id": "mine"}, {**link, "targetId": "nobody"}, {"sourceId": a}),
        path="/twins/relationships/bulk",
    )
    id_ = f"{a}_isPartOf_{b}"
    assert outcomes(report) == [
        (1, id_, "created"),
        (2, id_, "unchanged"),
        (3, f"{a}_isPartOf_nobody", "rejected"),
        (4, None, "rejected"),
    ]
    assert report[2]["errors"] == {"targetId": ['There is no twin "nobody"']}
    assert report[-1] == {"summary": {**NOTHING, "created": 1, "unchanged": 1, "rejected": 2}}


def test_an_empty_body_is_an_empty_file(writing: httpx.Client) -> None:
    """No line, no outcome; the summary is there in every mode."""
    assert bulk(writing, b"") == [{"summary": NOTHING}]
    assert bulk(writing, b"\n \n", dryRun="true") == [{"summary": {**NOTHING, "dryRun": True}}]
    assert bulk(writing, b"", atomic="true") == [{"summary": {**NOTHING, "notApplied": 0, "applied": True}}]


def test_atomic_takes_all_lines(writing: httpx.Client, new_id: NewId) -> None:
    """Where none is rejected all are there."""
    a, b = new_id(), new_id()
    report = bulk(writing, lines(level(a), level(b)), atomic="true")
    assert outcomes(report) == [(1, a, "created"), (2, b, "created")]
    assert report[-1] == {"summary": {**NOTHING, "created": 2, "notApplied": 0, "applied": True}}
    assert is_there(writing, a)
    assert is_there(writing, b)


def test_atomic_takes_none_where_one_is_rejected(writing: httpx.Client, new_id: NewId) -> None:
    """Every line that is wrong is named, the others say that they were not applied, and nothing has changed."""
    a, b, c = new_id(), new_id(), new_id()
    before = put(writing, a, LEVEL, name="A")
    report = bulk(writing, lines(level(a), level(b), {"id": c}, level(a), {"id": c, "x": 1}), atomic="true")
    assert [told["outcome"] for told in report[:-1]] == [
        *("notApplied", "notApplied", "rejected", "notApplied", "rejected")
    ]
    assert report[-1] == {"summary": {**NOTHING, "rejected": 2, "notApplied": 3, "applied": False}}
    assert get(writing, a) == before
    assert not is_there(writing, b)


@pytest.mark.parametrize("atomic", ["true", "false"])
def test_a_dry_run_says_what_would_happen(writing: httpx.Client, new_id: NewId, atomic: str) -> None:
    """Each line meets what those before it would have made; afterwards nothing has changed."""
    a, b = new_id(), new_id()
    before = put(writing, a, LEVEL, name="A")
    report = bulk(writing, lines(level(a), level(b), level(b)), dryRun="True", atomic=atomic)
    assert outcomes(report) == [(1, a, "replaced"), (2, b, "created"), (3, b, "unchanged")]
    more = {"notApplied": 0, "applied": False} if atomic == "true" else {}
    sums = {**NOTHING, "created": 1, "replaced": 1, "unchanged": 1}
    assert report[-1] == {"summary": {**sums, **more, "dryRun": True}}
    assert get(writing, a) == before
    assert not is_there(writing, b)


def test_a_dry_run_of_all_or_none_names_what_is_wrong(writing: httpx.Client, new_id: NewId) -> None:
    """Both parameters together say what `atomic` would come to."""
    report = bulk(writing, lines(level(new_id()), {"id": "x"}), atomic="true", dryRun="true")
    assert [told["outcome"] for told in report[:-1]] == ["notApplied", "rejected"]
    assert report[-1]["summary"]["applied"] is False
    assert report[-1]["summary"]["dryRun"] is True


@pytest.mark.parametrize("atomic", ["true", "false"])
def test_a_line_may_be_as_long_as_a_body(writing: httpx.Client, new_id: NewId, atomic: str) -> None:
    """A line over 4 MiB is rejected by itself, and nothing else is lost."""
    a, b = new_id(), new_id()
    long = level(a, description="x" * (4 * 1024 * 1024))
    report = bulk(writing, lines(long, level(b)), atomic=atomic)
    assert [told["outcome"] for told in report[:-1]] == [
        "rejected",
        "notApplied" if atomic == "true" else "created",
    ]
    assert "4194304 bytes" in report[0]["errors"]["$"][0]


def test_a_table_is_taken_as_lines_are(writing: httpx.Client, new_id: NewId) -> None:
    """The model says what a cell is; errors are named by column; rows are numbered as a spreadsheet numbers them."""
    a, b, c = new_id(), new_id(), new_id()
    rows = (
        '\ufeffid,modelId,name,levelNumber,externalIds.key,"customTags[""a.b""]",colour\r\n'
        f"{a},{LEVEL},'-3,-3,x,true,\r\n"
        f'{b},{LEVEL},"two\r\nlines",three,,,red\r\n'
        ",,,,,,\r\n"
        f"{c},{LEVEL},,,,,"
    )
    report = bulk(writing, rows.encode(), media_type="text/csv; charset=utf-8")
    assert outcomes(report) == [(2, a, "created"), (3, b, "rejected"), (5, c, "created")]
    assert report[1]["errors"].keys() == {"levelNumber", "colour"}
    contents = get(writing, a)["contents"]
    assert contents["name"] == "-3"
    assert contents["levelNumber"] == -3
    assert contents["externalIds"] == {"key": "x"}
    assert contents["customTags"] == {"a.b": True}


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ("id,modelId,name,name\nx,y,1,2\n", "name"),
        ("id,modelId,a..b\nx,y,1\n", "a..b"),
        ("id,modelId\nx,y,1\n", "$"),
        ("id,modelId,\nx,y,1\n", "$"),
        ('id,modelId,name\nx,y,"a"b\n', "$"),
        ("id,modelId,area,area.grossArea\nx,y,1,1\n", "area.grossArea"),
        ("id,modelId,area.grossArea,area\nx,y,1,1\n", "area"),
        ("id,name\nx,y\n", "modelId"),
        ("id,modelId,name\nx,y,\0\n", "$"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(writing: httpx.Client, table: str, path: str) -> None:
    """By the column it is in, or as the row as a whole."""
    report = bulk(writing, table.encode(), media_type="text/csv")
    assert outcomes(report)[0][::2] == (2, "rejected")
    assert path in report[0]["errors"]


def test_a_column_leads_as_deep_as_json_may(writing: httpx.Client) -> None:
    """A path that is deeper is a fault of the table, like any other; nothing breaks on it."""
    table = f"sourceId,targetId,name,deep{'.a' * 2_000}\nx,y,isPartOf,1\n"
    report = bulk(writing, table.encode(), path="/twins/relationships/bulk", media_type="text/csv")
    assert outcomes(report) == [(2, None, "rejected")]
    assert "deeper than 64 levels" in report[0]["errors"]["$"][0]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_may_have_other_delimiters(writing: httpx.Client, new_id: NewId, delimiter: str) -> None:
    """Semicolons and tabs are found by the first row."""
    a = new_id()
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=delimiter).writerows([["id", "modelId", "name"], [a, LEVEL, "1,5"]])
    assert outcomes(bulk(writing, table.getvalue().encode(), media_type="text/csv")) == [(2, a, "created")]
    assert get(writing, a)["contents"]["name"] == "1,5"


@pytest.mark.parametrize("path", ["/twins/bulk", "/twins/relationships/bulk"])
@pytest.mark.parametrize(
    ("parameters", "headers", "status"),
    [
        ({"atomic": "maybe"}, {}, 400),
        ({"dryRun": ""}, {}, 400),
        ({"dry": "true"}, {}, 400),
        ({}, {"Content-Type": "application/json"}, 415),
        ({}, {"Content-Encoding": "gzip"}, 415),
        ({}, {"Authorization": "Bearer nothing"}, 401),
    ],
)
def test_a_request_that_is_not_acceptable_is_a_problem(
    writing: httpx.Client, path: str, parameters: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """A status of its own, before anything of the body is taken."""
    sent = {"Content-Type": NDJSON, **headers}
    answer = writing.post(path, content=b"{}\n", params=parameters, headers=sent)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
