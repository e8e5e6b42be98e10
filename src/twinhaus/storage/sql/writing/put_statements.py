"""What was put as statements that write all of it, a few for each table. Pure: nothing is run here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from twinhaus.audit import Entry
from twinhaus.graph import Relationship, Twin
from twinhaus.storage.sql.audit import ACTIONS, KINDS
from twinhaus.storage.sql.connection import Statement


class Put(Struct, frozen=True):
    """A twin as it is now, its number, and as it is stored; None where it is new."""

    twin: Twin
    number: int
    stored: Twin | None


def twin_statements(puts: Sequence[Put], *, has_wordings: bool) -> Iterator[Statement]:
    """Each twin once, new ones in the order of their numbers."""
    new = [put for put in puts if put.stored is None]
    old = [put for put in puts if put.stored is not None]
    moved = [put for put in puts if put.stored is not None and put.stored.model_id != put.twin.model_id]
    if new:
        yield "add_twins", {**_columns(new), "ids": tuple(put.twin.id for put in new)}
    if moved:
        yield "remove_kinds_of", {"twins": _numbers(moved)}
        yield "move_twins", {"numbers": _numbers(moved), "models": tuple(put.twin.model_id for put in moved)}
    if old:
        yield "touch_twins", {"numbers": _numbers(old), "updated": tuple(put.twin.updated for put in old)}
        yield "replace_documents", _documents(old)
    if new or moved:
        yield "add_kinds_of", {"numbers": _numbers([*new, *moved])}
    if moved and has_wordings:
        yield "move_wordings", {"twins": _numbers(moved)}
    if new:
        yield "add_documents", _documents(new)
        yield "add_own_places", {"numbers": _numbers(new)}


def _numbers(puts: Iterable[Put]) -> tuple[int, ...]:
    return tuple(put.number for put in puts)


def _columns(puts: Sequence[Put]) -> dict[str, tuple[object, ...]]:
    return {
        "numbers": _numbers(puts),
        "models": tuple(put.twin.model_id for put in puts),
        "updated": tuple(put.twin.updated for put in puts),
    }


def _documents(puts: Sequence[Put]) -> dict[str, tuple[object, ...]]:
    return {"numbers": _numbers(puts), "documents": tuple(put.twin.document for put in puts)}


class PropertyRows(Struct, frozen=True):
    """Rows of `property`, column by column: the numbers of paths, the values, and the numbers of twins."""

    paths: tuple[int, ...]
    values: tuple[str, ...]
    twins: tuple[int, ...]


def property_statements(
    gone: PropertyRows, new: PropertyRows, *, block_bits: int | None
) -> Iterator[Statement]:
    """Rows that go, and rows that come."""
    if gone.twins:
        yield "remove_properties", structs.asdict(gone)
    if new.twins:
        yield "add_properties", structs.asdict(new)
        if block_bits is not None:
            yield "add_blocks", {"blocks": tuple({twin >> block_bits for twin in new.twins})}


def wording_statements(told: Sequence[tuple[int, str | None]]) -> Iterator[Statement]:
    """What twins say now; None of those that go."""
    put = [(twin, texts) for twin, texts in told if texts is not None]
    gone = tuple(twin for twin, texts in told if texts is None)
    if put:
        twins, wordings = zip(*put, strict=True)
        yield "put_wordings", {"twins": twins, "texts": wordings}
    if gone:
        yield "remove_wordings_of", {"twins": gone}


def relationship_statements(
    added: Sequence[Relationship], ends: Sequence[tuple[int, int]]
) -> Iterator[Statement]:
    """`ends` are the numbers of each one's source and target."""
    if not added:
        return
    sources, targets = zip(*ends, strict=True)
    yield (
        "add_relationships",
        {
            "ids": tuple(one.id for one in added),
            "sources": sources,
            "targets": targets,
            "names": tuple(one.name for one in added),
            "properties": tuple(one.properties for one in added),
            "documents": tuple(one.document for one in added),
        },
    )


def entry_statements(entries: Iterable[Entry], numbers: Mapping[str, int]) -> Iterator[Statement]:
    """Entries of the audit trail, and the authors that they name but for those whose numbers are known."""
    by_author: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_author[entry.author.client_id].append(entry)
    for client_id, own in by_author.items():
        columns = _entry_columns(own)
        if client_id in numbers:
            yield "add_entries_of", {**columns, "authors": (numbers[client_id],) * len(own)}
        else:
            yield "ensure_author", {"client_id": client_id}
            yield "add_entries", {**columns, "client_id": client_id}


def _entry_columns(entries: Sequence[Entry]) -> dict[str, tuple[object, ...]]:
    return {
        "instants": tuple(entry.instant for entry in entries),
        "requests": tuple(entry.author.request_id for entry in entries),
        "actions": tuple(ACTIONS[entry.action] for entry in entries),
        "kinds": tuple(KINDS[entry.kind] for entry in entries),
        "ids": tuple(entry.id for entry in entries),
    }
