"""Any number of twins or relationships in one go, and a report of what became of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from twinhaus_client.calls import NDJSON, Call, V, Writable, encode_writable, flags
from twinhaus_client.errors import Interrupted, error_of_problem
from twinhaus_client.lines import Lines, Stream, parse
from twinhaus_client.reading import Members, nothing

# httpx reads an answer only once its request is sent whole. So what need not be one transaction goes in requests of
# this many lines: reports come while more lines are made, however slowly, and a busy server can be asked again.
LINES_PER_CALL = 1_000


@dataclass(frozen=True, slots=True)
class BulkLine:
    """What became of one line: `created`, `replaced`, `unchanged`, or `rejected` with its errors by path.

    Lines are numbered from 1, in the order in which they were given.
    """

    line: int
    id: str | None
    outcome: str
    errors: dict[str, list[str]] = field(default_factory=dict)


class _Report:
    """Reads a report, whose last line is its summary; its lines follow upon those of the reports before."""

    def __init__(self, lines_before: int) -> None:
        self._lines_before = lines_before
        self._is_whole = False

    def read(self, line: bytes) -> Iterator[BulkLine]:
        members = Members(parse(line), "a line of a report")
        if members.get("summary") is not None:
            self._is_whole = True
            return
        if (problem := members.get("aborted")) is not None:
            raise error_of_problem(
                problem, "The server gave up before the end; what it told of before is stored"
            )
        yield BulkLine(
            line=self._lines_before + members.number("line"),
            id=members.get("id"),
            outcome=members.text("outcome"),
            errors=members.get("errors", {}),
        )

    def check_whole(self) -> None:
        if not self._is_whole:
            raise Interrupted(
                "The report ended before its summary. Lines that it did not tell of may be stored or not; sending "
                "them again is safe, and tells."
            )


def upload(path: str, values: Iterable[Writable[V]], *, atomic: bool, dry_run: bool) -> Stream[BulkLine]:
    """The calls that bring all values up: one if they are to be judged as a whole, else one for each thousand."""
    query = flags(atomic=atomic, dryRun=dry_run)

    def call(body: bytes | Iterable[bytes]) -> Call[None]:
        return Call("POST", path, nothing, query, NDJSON, body, is_repeatable=False)

    def parts() -> Iterator[tuple[Call[None], Lines[BulkLine]]]:
        lines = (_line(value) for value in values)
        if atomic or dry_run:
            yield call(lines), _lines(0)
            return
        sent = 0
        while batch := [*islice(lines, LINES_PER_CALL)]:
            yield call(b"".join(batch)), _lines(sent)
            sent += len(batch)

    return Stream(parts)


def _line(value: Writable[V]) -> bytes:
    return encode_writable(value) + b"\n"


def _lines(lines_before: int) -> Lines[BulkLine]:
    report = _Report(lines_before)
    return Lines(report.read, report.check_whole)
