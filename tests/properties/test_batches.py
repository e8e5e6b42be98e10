"""Lines put in batches: what a store reads and writes all at once is what it would be one by one."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias, assert_never
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.disks import Disk, Kept
from tests.properties.examples import EXAMPLES
from tests.properties.stores import Clock

from twinhaus import changes
from twinhaus.audit import Author, Entry
from twinhaus.errors import TwinhausError
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.instants import TICKS_PER_DAY
from twinhaus.query.audit import AuditQuery
from twinhaus.query.plan import DateFilter, Include, ModelFilter, Query
from twinhaus.storage.acting import acting_for
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.restricted import restricted_transaction
from twinhaus.storage.sql.postgres import copied as postgres_copied
from twinhaus.storage.sql.writing import ahead, waiting
from twinhaus.storage.sql.writing import batch as writing
from twinhaus.storage.store import Page, Reader, Store, Transaction
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import model, model_id
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Ndjson, Reading, put_all
from twinhaus.transfer.lines import Line
from twinhaus.transfer.outcomes import Outcome

ALL = 1_000  # More twins than there are ids.
# Joined by underscores, two different relationships between some of these have the same id.
TWIN_IDS = ("a", "b", "c", "a_serves_b", "b_serves_c", "é", 'x"\\', "tab,{}")
MODEL_NAMES = ("Thing", "Space", "Room", "Asset", "Unit")
NAMES = ("isPartOf", "locatedIn", "isFedBy", "serves")


def _relationship(name: str, **members: object) -> JsonObject:
    substance = {"@type": "Property", "name": "substance", "schema": "string"}
    return {"@type": "Relationship", "name": name, "properties": [substance], **members}


MODELS = (
    model(
        "Thing",
        contents=(
            {"@type": "Property", "name": "code", "schema": "string"},
            *map(_relationship, ("isPartOf", "locatedIn", "isFedBy")),
        ),
    ),
    model("Space", "Thing", contents=(_relationship("serves", maxMultiplicity=1),)),
    model("Room", "Space", contents=({"@type": "Component", "name": "limits", "schema": model_id("Thing")},)),
    model("Asset", "Thing", contents=(_relationship("serves", target=model_id("Space")),)),
    model("Unit", "Asset"),
)


@dataclass(frozen=True, slots=True)
class Put:
    """Lines that are put together."""

    lines: tuple[tuple[str, bytes], ...]  # Each with its kind.


@dataclass(frozen=True, slots=True)
class Delete:
    """A twin that goes with its relationships, if it is there."""

    twin_id: str


@dataclass(frozen=True, slots=True)
class Unrelate:
    """A relationship that goes, if it is there."""

    source_id: str
    name: str
    target_id: str


@dataclass(frozen=True, slots=True)
class Decommission:
    """A model that goes out of service, or comes back."""

    model_id: str
    decommissioned: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Whatever can be asked in a transaction, of some twins, by one who sees all or only what is in some places."""

    twin_ids: tuple[str, ...]
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Acts that are undone again, or kept."""

    acts: tuple["Act", ...]
    is_kept: bool


Act: TypeAlias = Put | Delete | Unrelate | Decommission | Look | Attempt


class Undone(Exception):
    """What was done is to be forgotten."""


ids = st.sampled_from(TWIN_IDS)
names = st.sampled_from((*NAMES, *NAMES[:2] * 2))  # Mostly such as locations follow.
texts = st.sampled_from(("", "x", 'quoted "\\" and\ttabbed', "日本", "x" * 9_000))
good_contents = st.fixed_dictionaries({}, optional={"code": texts})
bad_contents = st.sampled_from(({"code": 1}, {"limits": {"code": "x"}}, {"unknown": 1}))
models = st.sampled_from(tuple(map(model_id, MODEL_NAMES)))
good_twins = st.fixed_dictionaries({"id": ids, "modelId": models, "contents": good_contents})
bad_twins = st.fixed_dictionaries(
    {"id": ids, "modelId": models | st.just(model_id("None")), "contents": bad_contents}
)
relationships = st.fixed_dictionaries(
    {"sourceId": ids, "targetId": ids, "name": names},
    optional={"properties": st.sampled_from(({}, {"substance": "Air"}, {"substance": 1}))},
)
broken = st.sampled_from((b"", b"{", b"[]", b'{"id":"a"}', b'{"id":"a","id":"a"}'))


def _texts(values: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[bytes]:
    return values.map(lambda value: json.dumps(value).encode())


twin_lines = st.tuples(st.just("twins"), st.one_of(*(_texts(good_twins),) * 8, _texts(bad_twins), broken))
relationship_lines = st.tuples(st.just("relationships"), st.one_of(*(_texts(relationships),) * 9, broken))
puts = st.builds(
    Put, st.lists(st.one_of(twin_lines, *(relationship_lines,) * 3), min_size=1, max_size=12).map(tuple)
)
looks = st.builds(
    Look,
    st.lists(ids, min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from(((), ("a",), ("b", "c"))),
)
acts: st.SearchStrategy[Act] = st.deferred(
    lambda: st.one_of(
        *(puts,) * 4,
        *(looks,) * 2,
        st.builds(Delete, ids),
        st.builds(Unrelate, ids, names, ids),
        st.builds(Decommission, models, st.booleans()),
        st.builds(Attempt, st.lists(acts, min_size=1, max_size=3).map(tuple), st.booleans()),
    )
)


@st.composite
def stories(draw: st.DrawFn) -> list[list[Act]]:
    """Jobs, of which the first makes most of the twins."""
    known = draw(st.lists(ids, min_size=4, unique=True))
    first = [
        ("twins", json.dumps({"id": id_, "modelId": draw(models), "contents": {}}).encode()) for id_ in known
    ]
    then = draw(st.lists(relationship_lines, max_size=8))
    return [
        [Put(tuple(first)), Put(tuple(then))],
        *draw(st.lists(st.lists(acts, min_size=1, max_size=5), min_size=1, max_size=3)),
    ]


class Sides:
    """Two stores that are told the same."""

    def __init__(self, memory: Store, disk: Store, clock: Clock) -> None:
        self.memory = memory
        self.disk = disk
        self.clock = clock

    def write(self, author: Author, job: list[Act]) -> None:
        """Do a job in both, which answer the same."""
        memory, disk = (
            store.write(acting_for(author, lambda transaction: perform(transaction, job))).result()
            for store in (self.memory, self.disk)
        )
        assert disk == memory

    def compare(self) -> None:
        """What both hold is the same to the byte."""
        since = self.clock.ticks
        memory, disk = (
            store.read(lambda reader: everything(reader, since)).result()
            for store in (self.memory, self.disk)
        )
        assert disk == memory

    def clear(self) -> None:
        """Both are empty again, and it is later than anything that was done."""
        for store in (self.memory, self.disk):
            store.write(clear).result()
        self.clock.ticks += TICKS_PER_DAY


def perform(transaction: Transaction, job: list[Act] | tuple[Act, ...]) -> list[object]:
    """Do some acts, and answer what comes of each."""
    return [_perform(transaction, act) for act in job]


def _perform(transaction: Transaction, act: Act) -> object:
    match act:
        case Put(lines):
            readings = [_read(number, kind, text) for number, (kind, text) in enumerate(lines)]
            return put_all(transaction, readings)
        case Look(twin_ids, within):
            return _look(transaction, twin_ids, within)
        case Attempt(inner, is_kept):
            return _attempt(transaction, inner, is_kept=is_kept)
        case _:
            return _change(transaction, act)


def _change(transaction: Transaction, act: Delete | Unrelate | Decommission) -> str:
    try:
        match act:
            case Delete(twin_id):
                changes.delete_twin(transaction, twin_id, cascade=True)
            case Unrelate(source, name, target):
                changes.delete_relationship(transaction, source, f"{source}_{name}_{target}")
            case Decommission(id_, decommissioned):
                changes.decommission_model(transaction, id_, decommissioned=decommissioned)
            case _:
                assert_never(act)
    except TwinhausError as error:
        return str(error)
    return ""


def _read(number: int, kind: str, text: bytes) -> Reading:
    reading = Ndjson(TWINS if kind == "twins" else RELATIONSHIPS).read(Line(number, text))
    assert reading is not None
    return reading


def _attempt(transaction: Transaction, inner: tuple[Act, ...], *, is_kept: bool) -> list[object]:
    answers: list[object] = []

    def run(inside: Transaction) -> None:
        answers.extend(perform(inside, inner))
        if not is_kept:
            raise Undone

    with suppress(Undone):
        transaction.attempt(run)
    return answers


def _look(transaction: Transaction, twin_ids: tuple[str, ...], within: tuple[str, ...]) -> list[object]:
    transaction.expect(twin_ids=twin_ids[:2])
    seen = restricted_transaction(transaction, within)
    answers: list[object] = [transaction.list_ids(Query(within=within), after=0, limit=ALL).ids]
    for twin_id in twin_ids:
        answers += [
            seen.find_twin(twin_id),
            seen.find_model_of(twin_id),
            seen.neighbours(twin_id, Direction.EITHER),
            seen.neighbours(twin_id, Direction.INCOMING),
            *(transaction.count_outgoing(twin_id, name) for name in NAMES),
        ]
    return answers


@dataclass(frozen=True, slots=True)
class Everything:
    """What a store holds, by whichever table has to say it."""

    twins: list[Twin]
    relationships: list[Relationship]
    by_kind: list[Page]
    by_place: list[Page]
    by_date: list[Page]
    trail: list[Entry]


def everything(reader: Reader, since: int) -> Everything:
    """All of it, but the numbers: those of what was undone may be lost. The trail since then."""
    twins = list(reader.each_twin())

    def page(query: Query) -> Page:
        found = reader.list_twins(query, Include(), after=0, limit=ALL)
        return Page(found.body, found.count, 0, found.more)

    return Everything(
        twins,
        list(reader.each_relationship()),
        [page(Query(model=ModelFilter((model_id(name),)))) for name in MODEL_NAMES],
        [page(Query(location_id=twin_id)) for twin_id in TWIN_IDS],
        [page(Query(date=DateFilter(after=one.updated - 1, before=one.updated + 1))) for one in twins],
        reader.list_audit(AuditQuery(after=since - 1), limit=ALL),
    )


def clear(transaction: Transaction) -> None:
    """Remove all twins, and put all models back into service."""
    transaction.delete_twins([twin.id for twin in transaction.each_twin()])
    for name in MODEL_NAMES:
        transaction.set_decommissioned(model_id(name), decommissioned=False)


@pytest.fixture(scope="module")
def kept(disk: Disk) -> Iterator[tuple[Kept, Sides]]:
    """A store on disk and one in memory, both with the models. To make one takes long, so they are emptied instead."""
    clock = Clock()
    with disk.new(clock) as kept:
        memory = MemoryStore(clock=clock)
        for store in (memory, kept.store):
            store.write(lambda transaction: changes.add_models(transaction, MODELS)).result()
        yield kept, Sides(memory, kept.store, clock)


def test_batches_come_to_the_same_in_every_store(kept: tuple[Kept, Sides], disk: Disk) -> None:
    """Whatever lines a transaction takes together, faulty, repeated and dependent ones among them, and whatever else it
    does, looks at and undoes in between: each store gives the same answers, ends up with the same bytes, and keeps its
    tables in step. So it is wherever reading ahead stops, whenever what waits is written, and by whichever statements.
    """
    store, sides = kept

    @settings(max_examples=max(EXAMPLES // 8, int(EXAMPLES * disk.examples / 4)))
    @given(
        stories(), st.sampled_from((1, 3, 8_192)), st.sampled_from((8_192, 0, 1, 5)), st.sampled_from((1, 3))
    )
    def law(jobs: list[list[Act]], at_once: int, waiting_max: int, many: int) -> None:
        sides.clear()
        with (
            patch.object(ahead, "AT_ONCE", at_once),
            patch.object(waiting, "WAITING_MAX", waiting_max),
            patch.object(postgres_copied, "ROWS_MIN", many),
            patch.object(writing, "ENTRIES_MIN", many),
        ):
            for number, job in enumerate(jobs):
                sides.write(Author(f"client-{number % 2}", f"request-{number}"), job)
        sides.compare()
        with disk.tables(store.place) as tables:
            tables.check()

    law()


def test_outcomes_say_what_became_of_each_line(kept: tuple[Kept, Sides]) -> None:
    """A twin put twice in one batch is created, then replaced; a relationship put twice is there already."""
    store, sides = kept
    sides.clear()
    twin = (
        "twins",
        json.dumps({"id": "a", "modelId": model_id("Thing"), "contents": {"code": "1"}}).encode(),
    )
    again = ("twins", twin[1].replace(b'"1"', b'"2"'))
    edge = ("relationships", b'{"sourceId":"a","targetId":"a","name":"isPartOf"}')

    def job(transaction: Transaction) -> list[Outcome]:
        return put_all(transaction, [_read(0, *line) for line in (twin, again, again, edge, edge)])

    outcomes = store.store.write(job).result()
    assert [outcome.name for outcome in outcomes] == [
        "created",
        "replaced",
        "unchanged",
        "created",
        "unchanged",
    ]
