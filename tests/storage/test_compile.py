"""Statements made from query plans are answered from indexes: SQLite's own account of how it would run each."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import product

import pytest

from twinhaus.graph import Direction
from twinhaus.query.plan import (
    Comparison,
    DateFilter,
    Include,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)
from twinhaus.storage.sql.compile import compile_query
from twinhaus.storage.sql.filters import ARMS_MAX
from twinhaus.storage.sql.sqlite import SqliteConnection
from twinhaus.storage.sql.sqlite_store import SqliteStore
from twinhaus.testing.store_contract.graph import model_id

_IDS = tuple(map(model_id, ("Room", "Unit", "Space")))
_MODELS = {
    "none": None,
    "one": ModelFilter(_IDS[:1]),
    "several": ModelFilter(_IDS),
    "exact": ModelFilter(_IDS, exact=True),
    "too many": ModelFilter(tuple(model_id(f"M{number}") for number in range(ARMS_MAX + 1))),
}
_RELATIONSHIPS = {
    "none": None,
    **{
        f"{direction.lower()} {len(names)} {related}": RelationshipFilter(direction, names, _MODELS[related])
        for direction, names, related in product(
            Direction, ((), ("isPartOf",), ("isPartOf", "serves")), ("none", "several", "exact")
        )
    },
}
_LOCATIONS = {"none": None, "a place": "place"}
_DATES = {"none": None, "after": DateFilter(after=1), "both": DateFilter(1, 2)}
_WITHIN: tuple[tuple[str, ...], ...] = ((), ("place",), ("place", "other"))
_CONDITION = Leaf(("code",), Comparison.EQUALS, "x")

_READS = re.compile(r"SCAN \(subquery-\d+\)|SCAN CONSTANT ROW|SCAN json_each VIRTUAL TABLE INDEX \d+:")
_ON_PAGE = "USE TEMP B-TREE FOR group_concat(ORDER BY)"  # A twin's relationships put in order for `include`.


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteConnection]:
    """A connection to an empty store, where the planner knows nothing of what the tables hold."""
    path = tmp_path_factory.mktemp("compile") / "store.db"
    SqliteStore(path).close()
    with closing(SqliteConnection(path, writable=False, busy_timeout_seconds=1)) as connection:
        yield connection


def steps(connection: SqliteConnection, query: Query, include: Include) -> Iterator[tuple[str, str]]:
    """Each step of each statement a query may be run as, with the statement."""
    compiled = compile_query(query, include)
    parameters = {**compiled.parameters, "after": 0, "limit": 10}
    for statements in compiled.statements:
        for text in (statements.page, statements.more, statements.count):
            for row in connection.rows(f"EXPLAIN QUERY PLAN {text}", parameters, query.condition):
                yield row[3], text


def check(connection: SqliteConnection, query: Query, include: Include) -> None:
    """No table is read from end to end, sorted, or indexed on the way."""
    for step, text in steps(connection, query, include):
        if step.startswith("SCAN"):
            assert _READS.fullmatch(step), f"{step} in {text}"
        if "TEMP B-TREE" in step:
            assert step == _ON_PAGE, f"{step} in {text}"
        if step.startswith("SEARCH"):
            assert "USING" in step, f"{step} in {text}"
        assert "AUTOMATIC" not in step, f"{step} in {text}"


@pytest.mark.parametrize("model", _MODELS)
@pytest.mark.parametrize("relationship", _RELATIONSHIPS)
def test_every_driver_reads_indexes_only(connection: SqliteConnection, model: str, relationship: str) -> None:
    """Whatever filters are given and whichever of them drives, rows come from index searches, in order."""
    for location, date, condition, within in product(_LOCATIONS, _DATES, (None, _CONDITION), _WITHIN):
        query = Query(
            _MODELS[model],
            _RELATIONSHIPS[relationship],
            _LOCATIONS[location],
            _DATES[date],
            condition,
            within,
        )
        check(connection, query, Include())


@pytest.mark.parametrize("include", [Include(*both) for both in product((False, True), repeat=2)])
def test_included_relationships_are_searched_for(connection: SqliteConnection, include: Include) -> None:
    """The relationships of a page's twins come from an index, and nothing but one twin's is sorted."""
    for model, location, within in product(_MODELS, _LOCATIONS, _WITHIN):
        query = Query(model=_MODELS[model], location_id=_LOCATIONS[location], within=within)
        check(connection, query, include)


def drivers(query: Query) -> list[str]:
    """The filters that may drive a query, in the order in which they are tried."""
    return [statements.driver for statements in compile_query(query, Include()).statements]


def test_a_filter_of_many_arms_does_not_drive() -> None:
    """Beyond ARMS_MAX a filter only tests; what drives then is another, or the order of all twins."""
    many = _MODELS["too many"]
    assert drivers(Query(model=many)) == ["order"]
    assert drivers(Query(model=many, location_id="place")) == ["location"]
    assert drivers(Query(model=ModelFilter(()))) == ["order"]


def test_values_are_parameters() -> None:
    """Nothing a client sends stands in a statement's text."""
    sent = "x'; DROP TABLE twin; --"
    query = Query(
        ModelFilter((sent,)),
        RelationshipFilter(names=(sent,), related=ModelFilter((sent,), exact=True)),
        sent,
        DateFilter(1234567, 7654321),
        Leaf((sent,), Comparison.EQUALS, sent),
        (sent, "other"),
    )
    for statements in compile_query(query, Include(outgoing=True)).statements:
        for text in (statements.page, statements.more):
            assert not any(value in text for value in ("DROP", "1234567", "7654321"))
