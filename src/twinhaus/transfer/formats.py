"""What the lines of a file hold, and how one is taken: twins or relationships, as NDJSON or as CSV."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from twinhaus import changes, strictjson
from twinhaus.drafts import RelationshipDraft, TwinDraft, read_relationship, read_twin
from twinhaus.errors import Fault, Invalid
from twinhaus.graph import Change
from twinhaus.storage.documents import relationship_of
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import Json
from twinhaus.transfer.lines import Batch, Line, LineSplitter, Splitter
from twinhaus.transfer.outcomes import Outcome, outcome_of

Draft = Any  # A kind reads its drafts, and puts them itself.


@dataclass(frozen=True, slots=True)
class Kind:
    """Twins or relationships: how one is read from JSON, known, and put."""

    name: str
    read: Callable[[Json], Draft]
    identify: Callable[[Draft], str]
    ensure: Callable[[Transaction, Draft], Change]


def _twin_id(draft: TwinDraft) -> str:
    return draft.id


def _relationship_id(draft: RelationshipDraft) -> str:
    is_whole = draft.source_id and draft.name and draft.target_id
    return relationship_of(draft).id if is_whole else ""


TWINS = Kind("twins", read_twin, _twin_id, changes.ensure_twin)
RELATIONSHIPS = Kind("relationships", read_relationship, _relationship_id, changes.ensure_relationship)
KINDS = {kind.name: kind for kind in (TWINS, RELATIONSHIPS)}


class Format(Protocol):
    """One file on its way in. It may remember what the file began with, so each file has its own."""

    def splitter(self) -> Splitter: ...
    def take(self, transaction: Transaction, line: Line) -> Outcome | None:
        """Take a line; None where there is nothing in it. Raises Unavailable."""
        ...


class Ndjson:
    """One JSON object a line, in the shape of `PUT /twins` or of `PUT /twins/relationships`."""

    def __init__(self, kind: Kind, splitter: LineSplitter | None = None) -> None:
        self._kind = kind
        self._splitter = splitter or LineSplitter()

    def splitter(self) -> Splitter:
        return self._splitter

    def take(self, transaction: Transaction, line: Line) -> Outcome | None:
        return outcome_of(
            line.number,
            lambda: self._kind.read(self._read(line)),
            self._kind.identify,
            lambda draft: self._kind.ensure(transaction, draft),
        )

    def _read(self, line: Line) -> Json:
        if line.is_too_long:
            raise Invalid(Fault("$", f"A line has at most {self._splitter.line_bytes_max} bytes"))
        return strictjson.read(line.text)


def take_batch(transaction: Transaction, batch: Batch, format_: Format) -> list[Outcome]:
    """Take the lines of a batch, in order. Raises Unavailable, and then none of them is there."""
    outcomes = (format_.take(transaction, line) for line in batch)
    return [outcome for outcome in outcomes if outcome is not None]
