"""Bulk uploads and exports: lazy, of any length, and never silently cut off."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import aclosing, closing
from typing import Any

import pytest
from tests.client.asking import Ask, Kind, asking
from tests.client.stage import HANG_UP, Answer, Asked, stage

from twinhaus_client import AsyncTwinhausClient, BulkLine, Relationship, Twin, TwinhausClient, dtmi
from twinhaus_client.errors import Interrupted, Invalid, TransportError, Unavailable, UnexpectedAnswer
from twinhaus_client.operations.bulk import LINES_PER_CALL

LEVEL = dtmi("Level")


def report(asked: Asked) -> Answer:
    """What a server would say to any twins."""
    ids = [json.loads(line)["id"] for line in asked.body.splitlines()]
    lines = [{"line": number, "id": id_, "outcome": "created"} for number, id_ in enumerate(ids, 1)]
    return told(*lines, {"summary": {"created": len(lines)}})


def told(*lines: Any) -> Answer:
    """A report of these lines."""
    return Answer(200, b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))


def twins(number: int) -> Iterator[Twin]:
    """So many twins, one by one."""
    return (Twin(f"T{index}", LEVEL) for index in range(1, number + 1))


def test_a_report_tells_of_each_line(kind: Kind) -> None:
    """Lines are numbered through, however many requests they went in."""
    number = 2 * LINES_PER_CALL + 1
    with stage(report) as played, asking(kind, played.url) as ask:
        lines = ask(lambda api: api.twins.bulk_put(twins(number)))
        assert [len(asked.body.splitlines()) for asked in played.asked] == [LINES_PER_CALL, LINES_PER_CALL, 1]
    assert lines == [BulkLine(index, f"T{index}", "created") for index in range(1, number + 1)]


@pytest.mark.parametrize("how", ["atomic", "dry_run"])
def test_what_is_judged_as_a_whole_is_one_request(how: str, kind: Kind) -> None:
    """All or nothing is one request, whose body is sent while it is made."""
    number = LINES_PER_CALL + 1
    with stage(report) as played, asking(kind, played.url) as ask:
        lines = ask(lambda api: api.twins.bulk_put(twins(number), **{how: True}))
        (asked,) = played.asked
    assert len(lines) == number
    assert asked.headers["Transfer-Encoding"] == "chunked"
    assert asked.headers["Content-Type"] == "application/x-ndjson"
    assert asked.path == f"/twins/bulk?{ {'atomic': 'atomic', 'dry_run': 'dryRun'}[how] }=true"


def test_an_upload_is_lazy() -> None:
    """No more is read of the twins than the next request needs, and nothing before a line is wanted."""
    read: list[str] = []

    def endless() -> Iterator[Twin]:
        while True:
            read.append("")
            yield Twin(f"T{len(read)}", LEVEL)

    with stage(report) as played, TwinhausClient(played.url) as client:
        with closing(client.twins.bulk_put(endless())) as lines:
            assert read == []
            assert next(lines).line == 1
            assert len(read) == LINES_PER_CALL
        assert len(played.asked) == 1

    async def ask(url: str) -> None:
        async with AsyncTwinhausClient(url) as client, aclosing(client.twins.bulk_put(endless())) as lines:
            assert (await anext(lines)).line == 1

    read.clear()
    with stage(report) as played:
        asyncio.run(ask(played.url))
        assert len(read) == LINES_PER_CALL


def test_nothing_is_asked_for_nothing(kind: Kind) -> None:
    """No twins are no request."""
    with stage(report) as played, asking(kind, played.url) as ask:
        assert ask(lambda api: api.twins.bulk_put([])) == []
        assert played.asked == []


def test_a_line_ends_with_a_line_feed_only(kind: Kind) -> None:
    """Other signs that end a line in text may stand in an id; and an answer may come in any pieces."""
    id_ = "a\u2028b\x85c\u2029d\x0be"
    answer = told({"line": 1, "id": id_, "outcome": "created"}, {"summary": {}})
    with stage(answer) as played, asking(kind, played.url) as ask:
        assert ask(lambda api: api.twins.bulk_put([Twin(id_, LEVEL)])) == [BulkLine(1, id_, "created")]


LINE = {"line": 1, "id": "T1", "outcome": "created"}
WHOLE = told(LINE, {"summary": {"created": 1}})
ABORTED = {
    "aborted": {"type": "urn:twinhaus:problem:storage-full", "status": 503, "detail": "The disk is full."}
}
BROKEN = {
    "without its summary": (told(LINE), Interrupted),
    "within a line": (Answer(200, WHOLE.body, cut_off_after=len(told(LINE).body) + 5), Interrupted),
    "between two lines": (Answer(200, WHOLE.body, cut_off_after=len(told(LINE).body)), Interrupted),
    "given up": (told(LINE, ABORTED), Unavailable),
    "not JSON": (Answer(200, b'{"line":1,"id":"T1","outcome":"created"}\n<html>\n'), UnexpectedAnswer),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_report_that_is_not_whole_is_an_error(name: str, kind: Kind) -> None:
    """The lines that came are given out, and then it is said that they are not all."""
    answer, expected = BROKEN[name]
    came: list[Any] = []

    async def collect(url: str) -> None:
        async with AsyncTwinhausClient(url) as client:
            async for line in client.twins.bulk_put(twins(1)):
                came.append(line)  # noqa: PERF401  It must not be lost with the error.

    with stage(answer) as played, pytest.raises(expected):
        if kind == "awaited":
            asyncio.run(collect(played.url))
        with TwinhausClient(played.url) as client:
            came.extend(client.twins.bulk_put(twins(1)))
    assert came == [BulkLine(1, "T1", "created")]


def test_what_was_aborted_says_why() -> None:
    """The problem that the server had is the error's."""
    with (
        stage(told(ABORTED)) as played,
        TwinhausClient(played.url) as client,
        pytest.raises(Unavailable, match=r"The disk is full\.") as raised,
    ):
        list(client.twins.bulk_put(twins(1)))
    assert raised.value.code == "storage-full"


def test_a_busy_server_is_asked_again(kind: Kind) -> None:
    """A 503 with Retry-After came before anything was stored, so those lines are sent again."""
    slept: list[float] = []
    busy = Answer(503, {}, {"Retry-After": "3"})
    with stage(busy, report) as played, asking(kind, played.url, sleep=slept.append) as ask:
        assert len(ask(lambda api: api.twins.bulk_put(twins(2)))) == 2
        assert played.asked[0].body == played.asked[1].body
    assert slept == [3]


@pytest.mark.parametrize("failure", [Answer(503, {}, {"Retry-After": "3"}), HANG_UP])
def test_a_body_that_was_streamed_is_not_sent_again(failure: Answer, kind: Kind) -> None:
    """Its lines are used up, so the error is raised."""
    with stage(failure, report) as played, asking(kind, played.url) as ask:
        with pytest.raises((Unavailable, TransportError)):
            ask(lambda api: api.twins.bulk_put(twins(2), atomic=True))
        assert len(played.asked) == 1


def test_an_error_has_its_problem_though_the_answer_is_streamed(kind: Kind) -> None:
    """An answer that is an error is read whole."""
    refused = Answer(400, {"detail": "No.", "errors": {"atomic": ["atomic is true or false"]}})
    with stage(refused) as played, asking(kind, played.url) as ask, pytest.raises(Invalid) as raised:
        ask(lambda api: api.twins.bulk_put(twins(1)))
    assert raised.value.errors == {"atomic": ["atomic is true or false"]}


def test_what_goes_wrong_with_the_twins_is_raised(kind: Kind) -> None:
    """An error of whoever makes the twins comes through."""

    def failing() -> Iterator[Twin]:
        yield Twin("T1", LEVEL)
        raise KeyError("source")

    with stage(report) as played, asking(kind, played.url) as ask:
        with pytest.raises(KeyError):
            ask(lambda api: api.twins.bulk_put(failing()))
        with pytest.raises(KeyError):
            ask(lambda api: api.twins.bulk_put(failing(), atomic=True))


def test_an_export_that_breaks_off_is_interrupted(kind: Kind) -> None:
    """A connection that is lost halfway is not the end of the graph."""
    with (
        stage(Answer(200, b'{"twin":1}\n{"twin":2}\n', cut_off_after=15)) as played,
        asking(kind, played.url) as ask,
        pytest.raises(Interrupted),
    ):
        ask(lambda api: api.export())


@pytest.mark.parametrize("atomic", [False, True])
def test_twins_go_up_in_bulk(atomic: bool, ask: Ask, new_id: Callable[[], str]) -> None:
    """A real server tells what became of each twin, in the words of its model."""
    first, second = new_id(), new_id()
    wanted = [
        Twin(first, LEVEL, {"code": "\u2028"}),
        {"id": second, "modelId": LEVEL, "contents": {"levelNumber": "x"}},
    ]
    lines = ask(lambda api: api.twins.bulk_put(wanted, dry_run=True))
    assert [line.outcome for line in lines] == ["created", "rejected"]
    assert lines[1].errors.keys() == {"contents.levelNumber"}
    assert ask(lambda api: api.twins.bulk_put(wanted, atomic=atomic))[1].outcome == "rejected"
    assert len(ask(lambda api: api.twins.get_many([first, second]))) == (0 if atomic else 1)
    (line,) = ask(lambda api: api.twins.bulk_put(wanted[:1], atomic=atomic))
    assert line == BulkLine(1, first, "created" if atomic else "unchanged")


def test_relationships_go_up_in_bulk(ask: Ask, new_id: Callable[[], str]) -> None:
    """So do relationships."""
    room = new_id()
    ask(lambda api: api.twins.put(Twin(room, dtmi("Room"))))
    wanted = Relationship(room, "isPartOf", "TW-DD-II-L01")
    (line,) = ask(lambda api: api.relationships.bulk_put([wanted]))
    assert line == BulkLine(1, f"{room}_isPartOf_TW-DD-II-L01", "created")


def test_the_graph_is_exported(ask: Ask) -> None:
    """The whole graph comes line by line; or its twins alone, as they were listed, or as a table."""
    lines = [json.loads(line) for line in ask(lambda api: api.export())]
    assert next(iter(lines[0])) == "twinhaus"
    assert lines[-1]["end"]["twins"] == ask(lambda api: api.twins.count())
    ids = [json.loads(line)["id"] for line in ask(lambda api: api.export(of="twins"))]
    assert ids == [twin.id for twin in ask(lambda api: api.twins.list())]
    assert ask(lambda api: api.export(of="relationships", format="csv"))[0].startswith(b"id,")
