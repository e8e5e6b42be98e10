"""Statements made from query plans are answered from indexes: SQLite's own account of how it would run each."""

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import closing
from itertools import product

import pytest
from msgspec.structs import replace
from tests.properties.looking import ways

from twinhaus import strictjson
from twinhaus.graph import Direction
from twinhaus.query.plan import (
    CONDITION_LEAVES_MAX,
    Attribute,
    Comparison,
    Condition,
    DateFilter,
    Group,
    Include,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)
from twinhaus.storage.properties import TEXT_MAX
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.asking.sources import ARMS_MAX
from twinhaus.storage.sql.sqlite.compile import Statements, compile_query
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore
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
_CODE = ("code",)
_EQUAL = Leaf(_CODE, Comparison.EQUALS, "x")
_RANGE = Leaf(("area", "gross"), Comparison.GREATER, 5)
_NAMED = Leaf(("name",), Comparison.CONTAINS, "x")
_PART = replace(_NAMED, value="part")
_UPDATED = Leaf(Attribute.LAST_UPDATE_TIME, Comparison.GREATER, 5)
_CONDITIONS: dict[str, Condition] = {
    "equal": _EQUAL,
    "not equal": replace(_EQUAL, negated=True),
    "long": replace(_EQUAL, value="x" * (TEXT_MAX + 1)),
    "one of some": Leaf(_CODE, Comparison.IN, ("x", "y", 1)),
    "one of many": Leaf(_CODE, Comparison.IN, tuple(range(ARMS_MAX + 1))),
    "range": _RANGE,
    "time": Leaf(("since",), Comparison.ON_OR_BEFORE, 5),
    "contains": _NAMED,
    "contains a number": replace(_NAMED, value=1),
    "contains a part": _PART,
    "begins with a part": Leaf(("name",), Comparison.STARTS_WITH, "part"),
    "ends with a part": Leaf(("name",), Comparison.ENDS_WITH, "part"),
    "any part": Group((replace(_NAMED, value="part"), replace(_NAMED, value="other")), any_suffices=True),
    "a part of any": Group((_PART, replace(_PART, field=_CODE)), any_suffices=True),
    "a part of any or of an id": Group(
        (_PART, replace(_PART, field=_CODE), replace(_PART, field=Attribute.ID)), any_suffices=True
    ),
    "a part, or what is of another kind": Group(
        (_PART, _EQUAL, Group((replace(_PART, field=Attribute.ID), _RANGE)), _UPDATED), any_suffices=True
    ),
    "a part and a range": Group((_PART, _RANGE)),
    "begins": Leaf(("name",), Comparison.STARTS_WITH, "x"),
    "ends": Leaf(("name",), Comparison.ENDS_WITH, "x"),
    "is there": Leaf(_CODE, Comparison.IS_PRESENT),
    "is filled": Leaf(_CODE, Comparison.IS_FILLED),
    "id": Leaf(Attribute.ID, Comparison.IN, ("x", "y")),
    "one of many ids": Leaf(Attribute.ID, Comparison.IN, tuple(map(str, range(ARMS_MAX + 1)))),
    "part of an id": replace(_PART, field=Attribute.ID),
    "short part of an id": Leaf(Attribute.ID, Comparison.CONTAINS, "x"),
    "begins an id": Leaf(Attribute.ID, Comparison.STARTS_WITH, "part"),
    "id in order": Leaf(Attribute.ID, Comparison.LESS, "x"),
    "part of a model's id": Leaf(Attribute.MODEL_ID, Comparison.CONTAINS, "x"),
    "model": Leaf(Attribute.MODEL_ID, Comparison.EQUALS, _IDS[0]),
    "update": _UPDATED,
    "update or equal": Group((_UPDATED, _EQUAL), any_suffices=True),
    "all": Group((_EQUAL, _RANGE, Group((_NAMED, replace(_EQUAL, negated=True))))),
    "any": Group((_EQUAL, _RANGE, Group((_NAMED, _RANGE))), any_suffices=True),
    "any of what drives or does not": Group((_EQUAL, replace(_NAMED, negated=True)), any_suffices=True),
}

_READS = re.compile(
    r"SCAN \(subquery-\d+\)|SCAN CONSTANT ROW|SCAN (json_each|wanted) VIRTUAL TABLE INDEX \d+:"
    r"|SCAN (paired|found|ahead|page)"
    r"|SCAN text_part VIRTUAL TABLE INDEX \d+:M8><"  # Of a path, from a twin on, in order.
    r"|SCAN temp.trigram_of_row VIRTUAL TABLE INDEX 1539:"  # Between two trigrams.
    r"|SCAN twin USING COVERING INDEX twin_by_model"  # Counted, not read.
    r"|SCAN model( USING COVERING INDEX \S+)?"  # All of them once, by a part of their ids.
)
_IN_BLOCK = "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"
_GATHERED = frozenset(("range", "path", "trigram", "pair"))
_SORTED = "USE TEMP B-TREE FOR ORDER BY"
_EACH_ONCE = "USE TEMP B-TREE FOR DISTINCT"
_ARM = re.compile(r"(CO-ROUTINE|SCAN) \(subquery-\d+\)")  # Limited, in an order of its own.
_OF_ONE_TWIN = re.compile(
    r"SEARCH relationship USING COVERING INDEX relationship_by_(source|target) \(\1=\?\)"
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteConnection]:
    """A connection to an empty store, where the planner knows nothing of what the tables hold."""
    path = tmp_path_factory.mktemp("compile") / "store.db"
    SqliteStore(path).close()
    with closing(SqliteConnection(path, writable=False, busy_timeout_seconds=1)) as connection:
        yield connection


Step = tuple[str, Set[str]]  # Of a plan, and the steps beside it.


def steps(
    connection: SqliteConnection, query: Query, include: Include, facts: Facts = NO_FACTS
) -> Iterator[tuple[Step, str, Statements]]:
    """Each step of each statement a query may be run as, with the statement and how that was made."""
    compiled = compile_query(query, include, facts)
    parameters = {**compiled.parameters, "after": 0, "limit": 10, "until": 10}
    for _, way in ways(compiled):
        for text in (way.page, way.more, way.count):
            rows = list(connection.rows(f"EXPLAIN QUERY PLAN {text}", parameters, query.condition))
            below: dict[int, set[str]] = defaultdict(set)
            for _, parent, _, step in rows:
                below[parent].add(step)
            for _, parent, _, step in rows:
                yield (step, below[parent]), text, way


def check(connection: SqliteConnection, query: Query, include: Include, facts: Facts = NO_FACTS) -> None:
    """No table is read from end to end, sorted, or indexed on the way; but the rows of a block are sorted, so many of
    each arm where arms are not merged, all that are named, have a pair, or are led to from other ends, and the
    numbers of a page.
    """
    for (step, beside), text, way in steps(connection, query, include, facts):
        if step.startswith("SCAN"):
            assert _READS.fullmatch(step), f"{step} in {text}"
        if "TEMP B-TREE" in step:
            in_block = step == _IN_BLOCK and not _GATHERED.isdisjoint(way.driver.split("+"))
            of_arms = step == _SORTED and beside - {step} == {arm for arm in beside if _ARM.fullmatch(arm)}
            is_all = text == way.count and way.limited.count("LIMIT") > 1
            of_few = step == _SORTED and (way.driver == "pair" or "CROSS JOIN twin WHERE twin.id" in text)
            included = step == _SORTED and any(map(_OF_ONE_TWIN.fullmatch, beside))  # Their numbers only.
            of_other_ends = step in {_SORTED, _EACH_ONCE} and way.driver.startswith("related")
            of_page = step == _SORTED and "SCAN ahead" in beside
            assert included or in_block or of_arms or is_all or of_few or of_other_ends or of_page, (
                f"{step} in {text}"
            )
        if step.startswith("SEARCH"):
            assert "USING" in step, f"{step} in {text}"
        assert "AUTOMATIC" not in step, f"{step} in {text}"


@pytest.mark.parametrize("model", _MODELS)
@pytest.mark.parametrize("relationship", _RELATIONSHIPS)
def test_every_driver_reads_indexes_only(connection: SqliteConnection, model: str, relationship: str) -> None:
    """Whatever filters are given and whichever of them drives, rows come from index searches, in order."""
    for location, date, condition, within in product(_LOCATIONS, _DATES, (None, _EQUAL), _WITHIN):
        query = Query(
            _MODELS[model],
            _RELATIONSHIPS[relationship],
            _LOCATIONS[location],
            _DATES[date],
            condition,
            within,
        )
        check(connection, query, Include())


@pytest.mark.parametrize("condition", _CONDITIONS)
@pytest.mark.parametrize("facts", [NO_FACTS, Facts(are_untold=True, onward=(('"code"', '"code","x"'),))])
def test_conditions_are_asked_of_the_index(
    connection: SqliteConnection, condition: str, facts: Facts
) -> None:
    """Whatever is compared, alone and beside other filters, the property index is searched and never read through."""
    for model, location, date in product(("none", "one"), _LOCATIONS, _DATES):
        query = Query(
            _MODELS[model],
            location_id=_LOCATIONS[location],
            date=_DATES[date],
            condition=_CONDITIONS[condition],
        )
        check(connection, query, Include(), facts)


def test_rows_of_one_twin_are_found_by_it(connection: SqliteConnection) -> None:
    """What tests a twin looks at its own rows, however many others have values in the range."""
    query = Query(location_id="place", condition=_RANGE)
    tests = [
        step
        for (step, _), _, way in steps(connection, query, Include())
        if way.driver == "location" and "held" in step
    ]
    assert tests
    for step in tests:
        assert "(twin=? AND path=?" in step


def test_a_twin_with_very_many_relationships_is_passed_by_its_first(connection: SqliteConnection) -> None:
    """Where nothing is asked of the other ends, twins can be gone through, each by its first relationship; where any
    name will do, this comes first.
    """
    for names, turn in (((), 0), (("isPartOf",), 1)):
        query = Query(relationship=RelationshipFilter(Direction.INCOMING, names))
        of_turn = compile_query(query, Include()).statements[turn].page
        found = [step for (step, _), text, _ in steps(connection, query, Include()) if text == of_turn]
        assert "SEARCH twin USING INTEGER PRIMARY KEY (rowid>?)" in found
        assert any(
            step.startswith("SEARCH edge USING COVERING INDEX") and "target=?" in step for step in found
        )


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


def test_what_a_condition_may_be_driven_by() -> None:
    """All that must hold may drive by themselves, and beside what is gathered goes one that is read in order; of
    alternatives every one has to, by whatever it can; what is negated never does.
    """
    narrow, wide, looked_at = ["value"], ["range", "order"], ["order", "path"]
    by_parts = ["order", "trigram"]
    found = {name: drivers(Query(condition=condition)) for name, condition in _CONDITIONS.items()}
    assert found == {
        "equal": narrow,
        "not equal": ["order"],
        "long": narrow,
        "one of some": narrow,
        "one of many": wide,
        "range": wide,
        "time": wide,
        "contains": looked_at,
        "contains a number": narrow,
        "contains a part": by_parts,
        "begins with a part": by_parts,
        "ends with a part": by_parts,
        "any part": by_parts,
        "a part of any": by_parts,
        "a part of any or of an id": by_parts,
        "a part, or what is of another kind": by_parts,
        "a part and a range": ["range", "order", "trigram"],
        "begins": ["order", "pair"],
        "ends": looked_at,
        "is there": looked_at,
        "is filled": looked_at,
        "id": narrow,
        "one of many ids": ["value", "order"],
        "part of an id": by_parts,
        "short part of an id": ["order"],
        "begins an id": by_parts,
        "id in order": ["order"],
        "part of a model's id": ["order"],
        "model": ["model"],
        "update": ["date"],
        "update or equal": ["date"],
        "all": ["value", "range", "path"],
        "any": ["range", "order"],
        "any of what drives or does not": ["order"],
    }
    assert drivers(Query(location_id="place", condition=_CONDITIONS["all"]))[:2] == ["value", "location"]


def test_relationships_are_looked_for_from_both_ends() -> None:
    """Those of a name, and those of the twins at the other end where their models are asked for; and twin by twin where
    relationships may lead either way, since those of one way may be all there are.
    """
    related = ModelFilter(("dtmi:com:example:Rare;1",))
    for direction in (Direction.INCOMING, Direction.OUTGOING):
        one_way = RelationshipFilter(direction, ("isPartOf",), related)
        assert drivers(Query(relationship=one_way)) == ["relationship", "related"]
    either = RelationshipFilter(Direction.EITHER, ("isPartOf",), related)
    assert drivers(Query(relationship=either)) == ["relationship", "related", "relationship"]


def test_what_all_must_hold_inside_of_alternatives_is_tested() -> None:
    """One comparison drives for all of a group; the others are asked of what it yields."""
    query = Query(condition=Group((Group((_EQUAL, replace(_EQUAL, negated=True))),), any_suffices=True))
    (statements,) = compile_query(query, Include()).statements
    assert "AND NOT" in statements.page


def test_conditions_that_are_equal_and_yet_not_the_same() -> None:
    """True equals 1 in Python; what was remembered for the one does not serve the other."""
    texts = [
        compile_query(Query(condition=replace(_EQUAL, value=value)), Include()).parameters
        for value in (1, True, 1.0)
    ]
    assert texts[0] == texts[2] != texts[1]


def test_arrays_of_a_query_are_texts_once_it_is_compiled() -> None:
    """What SQLite takes as a JSON text is written as one when the query is compiled, and not for each page."""
    parameters = compile_query(Query(model=_MODELS["several"]), Include()).parameters
    assert strictjson.write(_IDS).decode() in parameters.values()
    assert not any(isinstance(value, tuple) for value in parameters.values())


@pytest.mark.parametrize("groups", [2, 10])
def test_as_many_comparisons_as_one_may_ask_for_are_not_nested_too_deep(
    connection: SqliteConnection, groups: int
) -> None:
    """SQLite refuses many subqueries in what a statement names and mentions twice; then no way looks one twin ahead."""
    each = min(CONDITION_LEAVES_MAX // groups, ARMS_MAX)
    ranges = [replace(_RANGE, value=number) for number in range(groups * each)]
    several = (tuple(ranges[start : start + each]) for start in range(0, len(ranges), each))
    condition = Group(tuple(Group(some, any_suffices=True) for some in several))
    assert list(steps(connection, Query(location_id="place", condition=condition), Include()))


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
