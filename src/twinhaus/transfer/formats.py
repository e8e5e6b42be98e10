"""What the lines of a file hold, and how one is taken: twins or relationships, as NDJSON or as CSV."""

import codecs
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from twinhaus import changes, strictjson
from twinhaus.drafts import RelationshipDraft, TwinDraft, read_relationship, read_twin
from twinhaus.errors import Fault, Invalid
from twinhaus.graph import Change
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import Json
from twinhaus.transfer.lines import BATCH_LINES, Batch, Line, LineSplitter, Splitter
from twinhaus.transfer.outcomes import Outcome, outcome_of

_RELATIONSHIPS_AT_ONCE = 5_000  # Each takes less than half as long as a twin.

Draft = Any  # A kind reads its drafts, and puts them itself.


class About(Struct, frozen=True):
    """What a line will ask the store for: twins, a relationship and a model, by their ids; "" where there is none."""

    twin_ids: tuple[str, ...] = ()
    relationship_id: str = ""
    model_id: str = ""


class Kind(Struct, frozen=True):
    """Twins or relationships: how one is read from JSON (None where that holds something else), and put; and how
    many an import puts in a batch, which other writers wait for some tenths of a second at most.
    """

    name: str
    read: Callable[[Json], Draft]
    about: Callable[[Draft], About]
    ensure: Callable[[Transaction, Draft], Change]
    batch_lines: int


def _about_twin(draft: TwinDraft) -> About:
    return About((draft.id,), model_id=draft.model_id)


def _about_relationship(draft: RelationshipDraft) -> About:
    return About((draft.source_id, draft.target_id), draft.id)


TWINS = Kind("twins", read_twin, _about_twin, changes.ensure_twin, BATCH_LINES)
RELATIONSHIPS = Kind(
    "relationships",
    read_relationship,
    _about_relationship,
    changes.ensure_relationship,
    _RELATIONSHIPS_AT_ONCE,
)
KINDS = {kind.name: kind for kind in (TWINS, RELATIONSHIPS)}


class Reading(Struct, frozen=True):
    """A line as it was read. `put` puts what it holds, and raises Unavailable."""

    about: About
    put: Callable[[Transaction], Outcome]


class Format(Protocol):
    """One file on its way in. It may remember what the file began with, so each file has its own."""

    @property
    def kind(self) -> Kind: ...
    def splitter(self) -> Splitter: ...
    def read(self, line: Line) -> Reading | None:
        """Read a line, as far as that can be done without a store; None where there is nothing in it."""
        ...


class Ndjson:
    """One JSON object a line, in the shape of `PUT /twins` or of `PUT /twins/relationships`."""

    def __init__(self, kind: Kind, splitter: LineSplitter | None = None) -> None:
        self.kind = kind
        self._splitter = splitter or LineSplitter()

    def splitter(self) -> Splitter:
        return self._splitter

    def read(self, line: Line) -> Reading | None:
        try:
            draft = self.kind.read(self._value(line))
        except Invalid as error:
            return refused(line.number, error)
        return None if draft is None else reading_of(line.number, draft, self.kind, self.kind.ensure)

    def _value(self, line: Line) -> Json:
        if line.is_too_long:
            raise Invalid(Fault("$", f"A line has at most {self._splitter.line_bytes_max} bytes"))
        # Some editors and shells begin a file with a byte order mark, which is none of its text (RFC 8259 §8.1).
        text = line.text.removeprefix(codecs.BOM_UTF8) if line.number == 1 else line.text
        return strictjson.read(text)


def reading_of(line: int, draft: Draft, kind: Kind, put: Callable[[Transaction, Draft], Change]) -> Reading:
    """A line that holds this, which is put so."""
    return Reading(
        kind.about(draft),
        lambda transaction: outcome_of(line, draft.id, lambda: put(transaction, draft)),
    )


def refused(line: int, error: Invalid) -> Reading:
    """A line that cannot be read."""
    outcome = Outcome(line, "", None, error.faults)
    return Reading(About(), lambda transaction: outcome)


def read_batch(batch: Batch, format_: Format) -> list[Reading]:
    """Read the lines of a batch, in order."""
    return [reading for line in batch if (reading := format_.read(line)) is not None]


def put_all(transaction: Transaction, readings: Sequence[Reading]) -> list[Outcome]:
    """Put what some lines hold, in order. Raises Unavailable, and then nothing of it is there."""
    abouts = [reading.about for reading in readings]
    transaction.expect(
        twin_ids=_distinct(id_ for about in abouts for id_ in about.twin_ids),
        relationship_ids=_distinct(about.relationship_id for about in abouts),
        model_ids=_distinct(about.model_id for about in abouts),
    )
    return [reading.put(transaction) for reading in readings]


def _distinct(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, ids)))


def take_batch(transaction: Transaction, batch: Batch, format_: Format) -> list[Outcome]:
    """Read and put the lines of a batch. Raises Unavailable, and then none of them is there."""
    return put_all(transaction, read_batch(batch, format_))
