"""Many lines in one transaction: all of them or none, or none in any case."""

from collections.abc import Iterator

from msgspec import Struct

from twinhaus import strictjson
from twinhaus.graph import Change
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import JsonObject
from twinhaus.transfer.formats import Format, take_batch
from twinhaus.transfer.lines import Batcher, LineSplitter
from twinhaus.transfer.outcomes import REJECTED, Tally
from twinhaus.transfer.pieces import PIECE_BYTES, in_pieces
from twinhaus.transfer.spool import Spool

NOT_APPLIED = "notApplied"


class Mode(Struct, frozen=True):
    """Atomic: one rejected line undoes all. Dry: all is undone in any case."""

    atomic: bool = False
    dry_run: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all lines must be there before the first is taken."""
        return self.atomic or self.dry_run


class Undone(Exception):
    """All lines were taken, and undone again."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.tally = tally


def take_all(transaction: Transaction, lines: Spool, format_: Format, report: Spool, mode: Mode) -> Tally:
    """Take every line that is spooled, and spool what to report of each, as if all were to stay.

    Raises Undone where they are not, TooLarge where the report is, Unavailable, StorageFull.
    """
    tally = Tally()
    batcher = Batcher(format_.splitter())
    for batch in batcher.read(lines):
        outcomes = take_batch(transaction, batch, format_)
        tally.add(outcomes)
        report.write(b"".join(outcome.report() for outcome in outcomes))
    if mode.dry_run or (mode.atomic and tally.rejected):
        raise Undone(tally)
    return tally


def final_report(report: Spool, tally: Tally, mode: Mode) -> Iterator[bytes]:
    """What was spooled, as it came out in the end, and the summary, in pieces."""
    if mode.atomic and tally.rejected:
        yield from in_pieces(_not_applied(report))
    else:
        yield from iter(lambda: report.read(PIECE_BYTES), b"")
    yield summary(tally, mode)


def summary(tally: Tally, mode: Mode) -> bytes:
    """The last line of a report that is whole."""
    counts: JsonObject = tally.counts()
    if mode.atomic:
        is_refused = tally.rejected > 0
        if is_refused:
            counts |= dict.fromkeys(Change, 0)
        counts[NOT_APPLIED] = tally.taken if is_refused else 0
        counts["applied"] = not (is_refused or mode.dry_run)
    if mode.dry_run:
        counts["dryRun"] = True
    return strictjson.write({"summary": counts}) + b"\n"


def _not_applied(report: Spool) -> Iterator[bytes]:
    """The report's lines; those that were all right on their own say that they are not there."""
    splitter = LineSplitter(PIECE_BYTES * 1024)
    for piece in iter(lambda: report.read(PIECE_BYTES), b""):
        for line in splitter.feed(piece):
            told = strictjson.read_object(line.text)
            if told["outcome"] == REJECTED:
                yield line.text + b"\n"
            else:
                yield strictjson.write({**told, "outcome": NOT_APPLIED}) + b"\n"
