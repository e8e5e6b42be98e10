"""Bring an export in: models, twins and relationships as they were, their times included."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import BinaryIO

from msgspec import Struct, field

from twinhaus import restoration, strictjson
from twinhaus.drafts import TwinDraft, read_relationship, read_twin
from twinhaus.errors import Fault, Invalid
from twinhaus.graph import Change
from twinhaus.instants import parse_instant
from twinhaus.members import Faults, Members
from twinhaus.restoration import ModelDraft
from twinhaus.storage.store import Store
from twinhaus.strictjson import Json, JsonObject
from twinhaus.transfer.exporter import VERSION
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Reading, put_all, reading_of, refused
from twinhaus.transfer.importer import size_of
from twinhaus.transfer.lines import Batch, Batcher, Line, LineSplitter
from twinhaus.transfer.outcomes import Outcome

LINE_BYTES_MAX = 64 * 1024 * 1024  # A stored text may be longer than what a request or an import may bring.
_DEPTH_MAX = strictjson.MODEL_DEPTH_MAX + 1
_MODEL_MEMBERS = ("model", "uploadTime", "decommissioned")


class _Entry(Struct, frozen=True):
    """A line of an export, read: what it holds, or why it cannot be read."""

    line: int
    kind: str
    value: JsonObject
    faults: tuple[Fault, ...] = ()


class Restored(Struct, frozen=True):
    """What some lines, which hold the same kind of thing, came to; `end` is what the last line of an export says: how
    many lines of each kind it has.
    """

    kind: str
    bytes: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    end: JsonObject | None = None


def restore(store: Store, file: BinaryIO) -> Iterator[Restored]:
    """Restore an export, yielding after each part that is durable. To do it again is harmless.

    Raises Invalid where the file is no export, what `restoration.restore_models` raises, and Unavailable.
    """
    batches = Batcher(LineSplitter(LINE_BYTES_MAX)).read(file)
    models: list[_Entry] = []
    latest = store.write(restoration.latest_now).result()
    for batch in _after_header(batches):
        yield Restored("", size_of(batch))
        for kind, entries in groupby(map(_read, batch), lambda entry: entry.kind):
            if kind == "model":
                models.extend(entries)  # They may refer to later ones, so all go together.
                continue
            yield from _restore_models(store, models, latest)
            yield _restore(store, kind, list(entries), latest)
    yield from _restore_models(store, models, latest)


def _after_header(batches: Iterator[Batch]) -> Iterator[Batch]:
    first = next(batches, [])
    header = _read(first[0]).value if first else {}
    match header:
        case {"twinhaus": {"export": int(version)}} if version == VERSION:
            yield first[1:]
            yield from batches
        case {"twinhaus": {"export": version}}:
            raise Invalid(
                Fault("$", f"This is an export of version {version}; only {VERSION} can be read here")
            )
        case _:
            message = (
                "This is no export of twinhaus. Give twins and relationships by --twins and --relationships."
            )
            raise Invalid(Fault("$", message))


def _read(line: Line) -> _Entry:
    try:
        if line.is_too_long:
            raise Invalid(Fault("$", f"A line of an export has at most {LINE_BYTES_MAX} bytes"))
        value = strictjson.read(line.text, depth_max=_DEPTH_MAX)
    except Invalid as error:
        return _Entry(line.number, "unknown", {}, error.faults)
    kind = next(iter(value), "") if isinstance(value, dict) else ""
    if kind in ("twinhaus", "model", "twin", "relationship", "end"):
        return _Entry(line.number, kind, value)
    message = "A line of an export begins with model, twin, relationship or end"
    return _Entry(line.number, "unknown", {}, (Fault("$", message),))


def _restore_models(store: Store, entries: list[_Entry], latest: int) -> Iterator[Restored]:
    if not entries:
        return
    models = [_model_draft(entry) for entry in entries]
    added = store.write(
        lambda transaction: restoration.restore_models(transaction, models, latest=latest)
    ).result()
    outcomes = [
        Outcome(entry.line, model.id, Change.CREATED if model.id in added else Change.UNCHANGED)
        for entry, model in zip(entries, models, strict=True)
    ]
    entries.clear()
    yield Restored("models", outcomes=outcomes)


def _model_draft(entry: _Entry) -> ModelDraft:
    faults = Faults()
    members = Members(entry.value, f"line {entry.line}", _MODEL_MEMBERS, faults)
    model = members.free_object("model")
    uploaded = members.instant("uploadTime")
    members.require("uploadTime")
    decommissioned = members.boolean("decommissioned")
    faults.raise_any()
    id_ = model.get("@id")
    document = strictjson.write(model).decode()
    return ModelDraft(id_ if isinstance(id_, str) else "", document, uploaded or 0, decommissioned)


def _restore(store: Store, kind: str, entries: list[_Entry], latest: int) -> Restored:
    if kind == "end":
        counts = entries[-1].value["end"]
        return Restored("", end=counts if isinstance(counts, dict) else {})
    readings = [_reading(entry, latest) for entry in entries]
    outcomes = store.write(lambda transaction: put_all(transaction, readings)).result()
    return Restored(f"{kind}s" if kind != "unknown" else "lines", outcomes=outcomes)


def _reading(entry: _Entry, latest: int) -> Reading:
    try:
        match entry.kind:
            case "twin":
                twin, updated = _read_twin(entry.value["twin"])
                put = partial(restoration.restore_twin, updated=updated, latest=latest)
                return reading_of(entry.line, twin, TWINS, put)
            case "relationship":
                relationship = read_relationship(entry.value["relationship"])
                return reading_of(entry.line, relationship, RELATIONSHIPS, restoration.restore_relationship)
            case _:
                raise Invalid(*entry.faults or (Fault("$", "A header can only be the first line"),))
    except Invalid as error:
        return refused(entry.line, error)


def _read_twin(value: Json) -> tuple[TwinDraft, int]:
    draft = read_twin(value)
    time = value.get("lastUpdateTime") if isinstance(value, dict) else None
    updated = parse_instant(time) if isinstance(time, str) else None
    if updated is None and not draft.faults:
        raise Invalid(Fault("lastUpdateTime", '"lastUpdateTime" is required'))
    return draft, updated or 0
