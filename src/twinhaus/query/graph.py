"""A twin with the twins around it, and those around them: what is asked, and how the answer is put together.

Every branch is followed for all twins at once, so the number of reads is that of the branches and not of the twins.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct, field

from twinhaus.errors import Fault, Invalid, UnknownTwin
from twinhaus.query.plan import RelationshipFilter

DEPTH_MAX = 10  # Branches within branches (contract notes, POST /twins/graph).
BRANCHES_MAX = 100
TWINS_MAX = 100_000  # Twins in one answer, each counted where it stands.
CHARACTERS_MAX = 256 * 1024 * 1024  # Of one answer: one long twin may stand in a hundred thousand places.


class Branch(Struct, frozen=True):
    """Twins to gather under an alias: those that relationships like this lead to, each with branches of its own."""

    alias: str
    follow: RelationshipFilter
    branches: "tuple[Branch, ...]" = ()


class GraphQuery(Struct, frozen=True):
    """Where to start, and what to follow from there."""

    alias: str
    twin_id: str
    branches: tuple[Branch, ...] = ()


class Neighbourhood(Protocol):
    """What is read; a `Reader` of `storage/store.py` is one."""

    def related(self, twin_ids: Collection[str], wanted: RelationshipFilter) -> Sequence[tuple[str, str]]: ...
    def find_documents(self, twin_ids: Collection[str]) -> Mapping[str, str]: ...


class _Extent(NamedTuple):
    """How much stands in one place of the answer, and below it."""

    twins: int
    characters: int


class _Gathered(Struct, frozen=True):
    """What was found along a branch: for each twin the others it leads to, and their texts once they are known."""

    alias: str
    others: dict[str, list[str]]
    branches: tuple["_Gathered", ...]
    extents: dict[str, "_Extent"] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def graph_text(query: GraphQuery, around: Neighbourhood) -> str:
    """The answer's JSON text: the twin under its alias, and in each twin an array for each branch, empty or not.

    Raises UnknownTwin where the first twin is not there, Invalid where the answer would have more than TWINS_MAX twins
    or CHARACTERS_MAX characters.
    """
    documents = dict(around.find_documents((query.twin_id,)))
    if not documents:
        raise UnknownTwin(query.twin_id)
    gathered = _gather(query.branches, (query.twin_id,), around, documents)
    extent = _extent(query.twin_id, gathered, documents)
    if extent.twins > TWINS_MAX:
        raise _too_much(f"{TWINS_MAX} twins")
    if extent.characters > CHARACTERS_MAX:
        raise _too_much(f"{CHARACTERS_MAX} characters")
    return f"{{{_quoted(query.alias)}:{_text(query.twin_id, gathered, documents)}}}"


def _gather(
    branches: Iterable[Branch], twin_ids: Collection[str], around: Neighbourhood, documents: dict[str, str]
) -> tuple[_Gathered, ...]:
    return tuple(_follow(branch, twin_ids, around, documents) for branch in branches)


def _follow(
    branch: Branch, twin_ids: Collection[str], around: Neighbourhood, documents: dict[str, str]
) -> _Gathered:
    others: dict[str, list[str]] = {}
    for here, there in around.related(twin_ids, branch.follow):
        others.setdefault(here, []).append(there)
    found = dict.fromkeys(there for theirs in others.values() for there in theirs)
    unread = [twin_id for twin_id in found if twin_id not in documents]
    if len(documents) + len(unread) > TWINS_MAX:
        raise _too_much(f"{TWINS_MAX} twins")
    documents.update(around.find_documents(unread))
    return _Gathered(branch.alias, others, _gather(branch.branches, found, around, documents))


def _extent(twin_id: str, branches: tuple[_Gathered, ...], documents: Mapping[str, str]) -> _Extent:
    """What will stand here. It is found out once for each twin of a branch, then remembered."""
    twins, characters = 1, len(documents[twin_id])
    for branch in branches:
        characters += len(branch.alias)
        for other in branch.others.get(twin_id, ()):
            if other not in branch.extents:
                branch.extents[other] = _extent(other, branch.branches, documents)
            twins += branch.extents[other].twins
            characters += branch.extents[other].characters
    return _Extent(twins, characters)


def _text(twin_id: str, branches: tuple[_Gathered, ...], documents: Mapping[str, str]) -> str:
    if not branches:
        return documents[twin_id]
    arrays = "".join(
        f",{_quoted(branch.alias)}:[{_array(twin_id, branch, documents)}]" for branch in branches
    )
    return f"{documents[twin_id][:-1]}{arrays}}}"


def _array(twin_id: str, branch: _Gathered, documents: Mapping[str, str]) -> str:
    others = branch.others.get(twin_id, ())
    for other in others:
        if other not in branch.texts:
            branch.texts[other] = _text(other, branch.branches, documents)
    return ",".join(branch.texts[other] for other in others)


def _quoted(alias: str) -> str:
    return msgspec.json.encode(alias).decode()


def _too_much(what: str) -> Invalid:
    return Invalid(
        Fault("relationships", f"The answer would have more than {what}; ask for less of the graph")
    )
