"""The verbs on everything that a filter finds, whole or not at all: PATCH /twins, DELETE /twins and
DELETE /twins/relationships.

What that is is settled before the first of it changes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TypeVar

from msgspec import Struct

from twinhaus.changes import patched, store_twin
from twinhaus.dtdl.words import first_of
from twinhaus.errors import Conflict, Fault, Invalid, path_to_quoted, path_within
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.legality import check_in_service, check_relationships_stay_legal
from twinhaus.patches import Patch
from twinhaus.query.plan import Query, RelationshipFilter, RelationshipQuery
from twinhaus.storage.store import Reader, Transaction

MATCHED_MAX = 100_000  # Twins, or relationships, of one request: all other writers wait for it.
OPERATIONS_MAX = 1_000_000  # Operations of a patch times twins: some minutes of the one writer.
# Of the texts of one request's twins: a large value in many twins fills a disk.
WRITTEN_CHARACTERS_MAX = 2**30
_REFUSALS_MAX = 20  # Twins whose faults are told in full.
_CONFLICTS_MAX = 5  # Twins whose conflicts are told: each is a sentence, and all are one text.

_Outcome = TypeVar("_Outcome")


class Patched(Struct, frozen=True):
    """How many twins a filter found, and how many of them a patch changed."""

    matched: int
    changed: int


class Deleted(Struct, frozen=True):
    """How many twins a filter found, which are gone, and how many relationships went with them."""

    matched: int
    relationships: int


def patch_twins(transaction: Transaction, query: Query, patch: Patch, *, dry_run: bool) -> Patched:
    """Change every twin that a query finds. A twin that the patch leaves as it was keeps its time.

    Raises QueryTimeout, and Invalid and Conflict with what the twins that refuse have to say.
    """

    def patch_all(inner: Transaction) -> Patched:
        ids = _find_ids(inner, query)
        if len(ids) * len(patch.operations) > OPERATIONS_MAX:
            message = f"{len(patch.operations)} operations on {len(ids)} twins are more than {OPERATIONS_MAX}"
            raise Invalid(Fault("patch", f"{message}; narrow the filter, and send several requests"))
        return _patch_all(inner, ids, patch)

    return _rehearsed_or_done(transaction, patch_all, dry_run=dry_run)


def delete_twins(transaction: Transaction, query: Query, *, cascade: bool, dry_run: bool) -> Deleted:
    """Remove every twin that a query finds, with the relationships among them.

    Raises QueryTimeout, and Conflict where others lead to twins that stay, unless these are to go too.
    """

    def delete_all(inner: Transaction) -> Deleted:
        ids = _find_ids(inner, query)
        if not cascade:
            _check_nothing_leads_out(inner, ids)
        return Deleted(len(ids), inner.delete_twins(ids))

    return _rehearsed_or_done(transaction, delete_all, dry_run=dry_run)


def delete_relationships(transaction: Transaction, query: RelationshipQuery, *, dry_run: bool) -> int:
    """Remove every relationship that a query finds; how many those are.

    Raises QueryTimeout, and Invalid where there are too many.
    """

    def delete_all(inner: Transaction) -> int:
        ids = sorted(one.id for one in islice(_find_relationships(inner, query), MATCHED_MAX + 1))
        if len(ids) > MATCHED_MAX:
            message = (
                f"More than {MATCHED_MAX} relationships match; narrow the filter, and send several requests"
            )
            raise Invalid(Fault("filter", message))
        inner.delete_relationships(ids)
        return len(ids)

    return _rehearsed_or_done(transaction, delete_all, dry_run=dry_run)


def _find_relationships(transaction: Transaction, query: RelationshipQuery) -> Iterator[Relationship]:
    """Each once."""
    sources = _find_ends(transaction, query.source, "filter.source")
    targets = _find_ends(transaction, query.target, "filter.target")
    for one in _candidates(transaction, query, sources, targets):
        is_named = not query.names or one.name in query.names
        is_from = sources is None or one.source_id in sources
        if is_named and is_from and (targets is None or one.target_id in targets):
            yield one


def _find_ends(reader: Reader, query: Query | None, path: str) -> Collection[str] | None:
    return None if query is None else frozenset(_find_ids(reader, query, path))


def _candidates(
    transaction: Transaction,
    query: RelationshipQuery,
    sources: Collection[str] | None,
    targets: Collection[str] | None,
) -> Iterable[Relationship]:
    """All that a query finds, and others: those of whatever it names fewest of."""
    if query.ids:
        transaction.expect(relationship_ids=query.ids)
        return (one for id_ in query.ids if (one := transaction.find_relationship(id_)) is not None)
    if targets is not None and (sources is None or len(targets) < len(sources)):
        return transaction.each_relationship_of(targets, Direction.INCOMING)
    if sources is None:
        with_such = Query(relationship=RelationshipFilter(Direction.OUTGOING, query.names))
        sources = _find_ids(transaction, with_such)
    return transaction.each_relationship_of(sources, Direction.OUTGOING)


class _Rehearsed(Exception):
    """All was done, and is to be undone."""


def _rehearsed_or_done(
    transaction: Transaction, job: Callable[[Transaction], _Outcome], *, dry_run: bool
) -> _Outcome:
    """What a job comes to. A dry run does all of it, and then undoes it."""
    outcomes: list[_Outcome] = []

    def run(inner: Transaction) -> None:
        outcomes.append(job(inner))
        if dry_run:
            raise _Rehearsed

    with suppress(_Rehearsed):
        transaction.attempt(run)
    return outcomes[0]


def _find_ids(reader: Reader, query: Query, path: str = "filter") -> tuple[str, ...]:
    """In one search, which has one deadline. `path` is where the query stood."""
    ids = reader.list_ids(query, after=0, limit=MATCHED_MAX + 1).ids
    if len(ids) > MATCHED_MAX:
        message = (
            f"More than {MATCHED_MAX} twins match; narrow the filter, and change them in several requests"
        )
        raise Invalid(Fault(path, message))
    return ids


def _patch_all(transaction: Transaction, ids: Collection[str], patch: Patch) -> Patched:
    """Relationships are judged at the end, when all twins have the models that they are to have."""
    refusals = _Refusals()
    changed: dict[str, bool] = {}  # Whether the twin changed its model.
    written = 0
    transaction.expect(twin_ids=ids)
    for twin_id in ids:
        with refusals.noted(twin_id):
            before, after = _patch_one(transaction, twin_id, patch)
            if after is not before:
                changed[twin_id] = after.model_id != before.model_id
                written += len(after.document)
        if written > WRITTEN_CHARACTERS_MAX:
            message = f"The twins would have more than {WRITTEN_CHARACTERS_MAX} characters together"
            raise Invalid(Fault("patch", f"{message}; narrow the filter, and send several requests"))
    refusals.raise_any(len(ids))
    for twin_id, is_of_another_model in changed.items():
        model_id = transaction.find_model_of(twin_id)
        if is_of_another_model and model_id is not None:
            with refusals.noted(twin_id):
                check_relationships_stay_legal(transaction, twin_id, model_id)
    refusals.raise_any(len(ids))
    return Patched(len(ids), len(changed))


def _patch_one(transaction: Transaction, twin_id: str, patch: Patch) -> tuple[Twin, Twin]:
    """The twin as it was and as it is now: the same value where the patch leaves it as it was."""
    twin = transaction.find_twin(twin_id)
    assert twin is not None, "it was found in this transaction"
    draft = patched(transaction.registry, twin, patch)
    if draft is None:
        return twin, twin
    if draft.model_id != twin.model_id:
        check_in_service(transaction, draft.model_id)
    return twin, store_twin(transaction, draft, twin)


def _check_nothing_leads_out(reader: Reader, ids: Collection[str]) -> None:
    """Among the twins that go, every relationship may go; one that leads to a twin that stays must be meant."""
    going = frozenset(ids)
    outside = [
        one.id
        for direction in (Direction.OUTGOING, Direction.INCOMING)
        for one in reader.each_relationship_of(ids, direction)
        if not {one.source_id, one.target_id} <= going
    ]
    if outside:
        raise Conflict(
            f"Relationships lead to twins that would stay: {first_of(sorted(outside))}. "
            "Delete them first, or use ?cascade=true."
        )


class _Refusals:
    """What the twins of a request say against it. Faults come before conflicts, as with a single twin."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._conflicts: list[tuple[str, Conflict]] = []
        self._refusing = self._conflicting = 0

    @contextmanager
    def noted(self, twin_id: str) -> Iterator[None]:
        """A block in which this twin may refuse; the others are asked all the same."""
        try:
            yield
        except Invalid as error:
            self._refusing += 1
            if self._refusing <= _REFUSALS_MAX:
                place = path_to_quoted("twins", twin_id)
                self._faults += [Fault(path_within(place, one.path), one.message) for one in error.faults]
        except Conflict as error:
            self._conflicting += 1
            if self._conflicting <= _CONFLICTS_MAX:
                self._conflicts.append((twin_id, error))

    def raise_any(self, matched: int) -> None:
        """Raise Invalid or Conflict with how many refused, and what the first of them said."""
        if self._refusing:
            first = "" if self._refusing <= _REFUSALS_MAX else f"; the first {_REFUSALS_MAX} say why"
            message = f"Refused by {self._refusing} of {matched} matching twins{first}"
            raise Invalid(Fault("twins", message), *self._faults)
        if self._conflicts:
            told = " ".join(f'"{twin_id}": {error.detail}' for twin_id, error in self._conflicts)
            kind = type(self._conflicts[0][1])
            raise kind(f"Refused by {self._conflicting} of {matched} matching twins. {told}")
