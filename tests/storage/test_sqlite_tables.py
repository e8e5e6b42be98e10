"""The tables kept beside the graph: whatever is written, they are what could be computed anew."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import apsw
from hypothesis import given, settings
from hypothesis import strategies as st

from twinhaus import changes
from twinhaus.dtdl import load_models
from twinhaus.graph import Relationship
from twinhaus.storage.sql.asking.filters import RUN_BITS, WIDE_BITS
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.store import Transaction
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, Graph, Refused, model_id, thing

EXAMPLES = 60
PLACES = tuple("abcdefg")
CONTAINMENT = ("isPartOf", "locatedIn")
NAMES = (*CONTAINMENT, "serves")
SPANS = 1_050  # Twins of many runs, and of more than one wide one.
MODEL_NAMES = ("Thing", "Space", "Room", "Unit", "Plantroom")
ALL_NAMES = ("Thing", "Space", "Room", "Asset", "Unit", "Plantroom")  # In the order of MODELS.

Edge = tuple[str, str, str]


@contextmanager
def stored() -> Iterator[tuple[Graph, apsw.Connection]]:
    """A store with the contract's models, and a connection that looks into its tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with (
            closing(SqliteStore(path, readers=1)) as store,
            closing(apsw.Connection(str(path))) as connection,
        ):
            graph = Graph(store)
            graph.add_models(*MODELS)
            yield graph, connection


def rows(connection: apsw.Connection, text: str) -> set[Any]:
    """What a statement yields."""
    return set(connection.execute(text))


def edge_id(edge: Edge) -> str:
    """The id of an edge's relationship."""
    return "_".join(edge)


def add_edge(transaction: Transaction, edge: Edge) -> None:
    """Store an edge."""
    source, name, target = edge
    transaction.add_relationship(Relationship(edge_id(edge), source, target, name, "", "{}"))


def places_of(twin: str, edges: Iterable[Edge]) -> set[str]:
    """Every place a twin is in, by following the edges one at a time."""
    reached, waiting = {twin}, [twin]
    while waiting:
        here = waiting.pop()
        further = {target for source, name, target in edges if source == here and name in CONTAINMENT}
        waiting.extend(further - reached)
        reached |= further
    return reached


def location_table(connection: apsw.Connection) -> set[tuple[str, str]]:
    """Place and twin of every row, by their ids."""
    return rows(
        connection,
        """SELECT place.id, twin.id FROM location
        JOIN twin AS place ON place.number = location.place JOIN twin ON twin.number = location.twin""",
    )


def kind_table(connection: apsw.Connection) -> set[tuple[str, str]]:
    """Model and twin of every row, by their ids."""
    return rows(
        connection,
        """SELECT model.id, twin.id FROM kind
        JOIN model ON model.number = kind.model JOIN twin ON twin.number = kind.twin""",
    )


edges = st.tuples(st.sampled_from(PLACES), st.sampled_from(NAMES), st.sampled_from(PLACES))


@settings(max_examples=EXAMPLES)
@given(st.lists(st.lists(edges, min_size=1, max_size=3), max_size=25))
def test_the_location_table_is_the_closure_of_containment(moves: list[list[Edge]]) -> None:
    """After every job that adds and removes relationships, a row stands for each twin and each place that containment
    leads it to, and none beside: parallel relationships, rings, loops and several wholes included.
    """
    with stored() as (graph, connection):
        graph.put_all(*PLACES)
        held: list[Edge] = []
        for move in moves:

            def turn(transaction: Transaction, move: list[Edge] = move) -> None:
                """What is there goes, what is not comes."""
                for edge in move:
                    if edge in held:
                        held.remove(edge)
                        transaction.delete_relationships([edge_id(edge)])
                    else:
                        held.append(edge)
                        add_edge(transaction, edge)

            graph.store.write(turn).result()
            expected = {(place, twin) for twin in PLACES for place in places_of(twin, held)}
            assert location_table(connection) == expected


puts = st.tuples(st.integers(0, SPANS + 20), st.integers(-50, 50), st.booleans())


def put_or_delete(transaction: Transaction, number: int, offset: int, *, delete: bool) -> None:
    """Put a twin that was last changed then, or delete it where it is there."""
    if not delete:
        transaction.put_twin(thing(f"t{number}", updated=EPOCH + offset))
    elif transaction.find_twin(f"t{number}") is not None:
        transaction.delete_twins([f"t{number}"])


@settings(max_examples=EXAMPLES // 3)
@given(st.lists(st.tuples(st.lists(puts, min_size=1, max_size=6), st.booleans()), max_size=8))
def test_the_span_table_is_exact(groups: list[tuple[list[tuple[int, int, bool]], bool]]) -> None:
    """After every job, and every one that was undone, each run's span is from its oldest to its newest change,
    and a wide one covers the spans in it."""

    def fill(transaction: Transaction) -> None:
        for number in range(SPANS):
            put_or_delete(transaction, number, number % 7, delete=False)

    with stored() as (graph, connection):
        graph.store.write(fill).result()
        for group, refused in groups:

            def change(
                transaction: Transaction,
                group: list[tuple[int, int, bool]] = group,
                refused: bool = refused,
            ) -> None:
                for number, offset, delete in group:
                    put_or_delete(transaction, number, offset, delete=delete)
                if refused:
                    raise Refused

            graph.store.write(change).exception()
            expected = rows(
                connection,
                f"SELECT number >> {RUN_BITS}, min(updated), max(updated) FROM twin GROUP BY number >> {RUN_BITS}",
            )
            lived_in = {run for run, _, _ in expected}
            spans = rows(connection, "SELECT run, oldest, newest FROM span")
            assert {span for span in spans if span[0] in lived_in} == expected
            wide = f"SELECT run >> {WIDE_BITS}, min(oldest), max(newest) FROM span GROUP BY 1"
            assert rows(connection, "SELECT run, oldest, newest FROM wide_span") == rows(connection, wide)


@settings(max_examples=EXAMPLES)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from((*MODEL_NAMES, None))), max_size=12))
def test_the_kind_table_is_every_twin_under_every_ancestor(steps: list[tuple[str, str | None]]) -> None:
    """As twins are created, become instances of other models and are deleted, a row stands for each twin and each model
    it is an instance of, and none beside.
    """
    with stored() as (graph, connection):
        registry = graph.store.read(lambda reader: reader.registry).result()
        held: dict[str, str] = {}
        for twin_id, model_name in steps:
            if model_name is not None:
                held[twin_id] = graph.put(twin_id, model_name).model_id
            elif held.pop(twin_id, None):
                graph.remove(twin_id)
            expected = {
                (ancestor, id_) for id_, model in held.items() for ancestor in registry.ancestors(model)
            }
            assert kind_table(connection) == expected
            assert connection.execute("SELECT count(*) FROM kind").get == len(expected)


TEXTS = dict(zip(map(model_id, ALL_NAMES), MODELS, strict=True))
model_changes = st.tuples(st.sampled_from("+++---"), st.sampled_from(ALL_NAMES))
twin_changes = st.tuples(st.sampled_from("abcd"), st.sampled_from((*MODEL_NAMES, None)))


def load_or_remove(graph: Graph, name: str, *, load: bool, stored_models: set[str]) -> None:
    """Load what a model needs and is not there, and itself; or remove it with all that needs it."""
    registry = load_models(MODELS)
    if load:
        missing = set(registry.ancestors(model_id(name))) - stored_models
        graph.add_models(*(TEXTS[id_] for id_ in sorted(missing)))
        stored_models |= missing
    elif present := registry.descendants(model_id(name)) & stored_models:
        graph.store.write(lambda transaction: changes.remove_models(transaction, sorted(present))).result()
        stored_models -= present


@settings(max_examples=EXAMPLES * 2)
@given(st.lists(model_changes | twin_changes, max_size=25))
def test_the_kind_table_follows_models_that_come_and_go(steps: list[tuple[str, str | None]]) -> None:
    """As models are removed and added again among the changes of twins, an orphan is a kind of its own model alone, and
    all others are of every ancestor; a model keeps its number, and no two ever have the same.
    """
    registry = load_models(MODELS)
    with stored() as (graph, connection):
        stored_models = set(registry.ids)
        numbers = dict(connection.execute("SELECT id, number FROM model"))
        held: dict[str, str] = {}
        for what, name in steps:
            if what in "+-":
                assert name is not None
                load_or_remove(graph, name, load=what == "+", stored_models=stored_models)
            elif name is None:
                if held.pop(what, None):
                    graph.remove(what)
            elif model_id(name) in stored_models:
                held[what] = graph.put(what, name).model_id
            expected = {
                (ancestor, id_)
                for id_, model in held.items()
                for ancestor in (registry.ancestors(model) if model in stored_models else (model,))
            }
            assert kind_table(connection) == expected
            assert connection.execute("SELECT count(*) FROM kind").get == len(expected)
            assert dict(connection.execute("SELECT id, number FROM model")) == numbers
            assert rows(connection, "SELECT model, ancestor FROM model_ancestor") == {
                (numbers[id_], numbers[ancestor])
                for id_ in registry.ids
                for ancestor in (registry.ancestors(id_) if id_ in stored_models else (id_,))
            }
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@settings(max_examples=EXAMPLES)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.booleans()), max_size=20))
def test_numbers_are_never_given_twice(steps: list[tuple[str, bool]]) -> None:
    """However twins come and go, a new one's number is above every number given before; nothing of the gone is left."""
    with stored() as (graph, connection):
        given_numbers: list[int] = []
        for twin_id, put in steps:
            known = graph.find(twin_id) is not None
            if put:
                graph.put(twin_id)
                if not known:
                    given_numbers.append(connection.execute("SELECT max(number) FROM twin").get)
            elif known:
                graph.remove(twin_id)
        assert all(before < after for before, after in pairwise(given_numbers))
        twins = rows(connection, "SELECT number FROM twin")
        for table in ("document", "kind", "location"):
            assert rows(connection, f"SELECT DISTINCT twin FROM {table}") == twins


def test_places_are_found_again_along_the_relationships_of_each_twin() -> None:
    """Twin by twin, by the index that its own relationships stand in; never through all relationships of a name."""
    with stored() as (_, connection):
        explained = "EXPLAIN QUERY PLAN " + QUERIES["sqlite"]["find_places_again"]
        steps = [row[3] for row in connection.execute(explained, {"twins": "[]", "containment": "[]"})]
    (search,) = (step for step in steps if step.startswith("SEARCH relationship"))
    assert search.endswith("(name=? AND source=?)")
    assert steps.index("SCAN reached") < steps.index(search)
