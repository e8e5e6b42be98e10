"""What a filter is to an engine: where its twins come from, and how one is tested. Pure values."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from twinhaus.query.plan import ModelFilter
from twinhaus.storage.sql.asking.membership import Parameters, Test, is_any
from twinhaus.storage.sql.words import Order

Driver = Literal[
    "value",
    "location",
    "model",
    "relationship",
    "related",
    "date",
    "range",
    "trigram",
    "pair",
    "path",
    "within",
    "order",
]

# A filter of more arms only tests: SQLite merges no more than 500, and each takes time to prepare.
ARMS_MAX = 40
DRIVERS_MAX = 8  # Of one query; each has its turn.

# As they are tried: the likeliest to be the narrowest first. Of those with the same rank one filter's come together.
_RANKS: dict[Driver, int] = {
    "value": 0,
    "location": 1,
    "model": 2,
    "relationship": 3,
    "related": 3,
    "date": 4,
    "range": 5,
    "within": 6,
    # That few twins match is found out in half a millisecond; where many do, trigrams would take longer than that.
    "order": 7,
    "trigram": 8,
    "pair": 8,
    "path": 8,
}


class Arm(Struct, frozen=True):
    """Rows that yield twin numbers above the page's start, in order, from an index alone.

    It is open to further tests: its own, which the index cannot answer, and those of other filters on `key`, the
    number's column. `columns` are what comes before the number in the `order`; where it `repeats`, a number may come
    several times in a row. `finally_` is a test that is so dear that where arms are gathered it waits until they are.
    """

    rows: str
    key: str
    test: str = "TRUE"
    columns: str = ""
    order: Order = "twin"
    repeats: bool = False
    finally_: Test | None = None


class Source(Struct, frozen=True):
    """Arms that together yield all of a filter's twins, each in an order of its own.

    Where one `is_gathered`, many have to be found before the first is known. That serves where there are few, so it is
    never the only one. Where it `yields_others`, the filter's own test has to be asked, too.
    """

    driver: Driver
    arms: tuple[Arm, ...]
    is_gathered: bool = False
    yields_others: bool = False

    @property
    def can_drive(self) -> bool:
        return 0 < len(self.arms) <= ARMS_MAX

    @property
    def rank(self) -> int:
        """The lower, the likelier it is to be the narrowest."""
        return _RANKS[self.driver]

    @property
    def order(self) -> Order | None:
        """In which its arms can be merged; None where each has to be read by itself."""
        orders = {arm.order for arm in self.arms}
        return orders.pop() if len(orders) == 1 and "row" not in orders else None


class Filter(Struct, frozen=True):
    """What a twin has to be: its test, and the sources that yield all that pass it."""

    test: Test
    sources: tuple[Source, ...] = ()


class Drive(Struct, frozen=True):
    """One way to answer a query: a source yields twins, and the tests of all other filters are asked of them. All that
    pass are `among` those of a range, if another filter is one: it yields them faster than they are tested.
    """

    source: Source
    tests: tuple[Test, ...]
    among: Source | None = None


# Of a filter that no twin passes.
NOWHERE = Source("value", (Arm("twin WHERE twin.number > :after AND FALSE", "twin.number"),))

# Where no filter can drive, every twin is looked at.
ORDER = Source("order", (Arm("twin WHERE twin.number > :after", "twin.number"),))


def instances_of(model: ModelFilter, parameters: Parameters) -> Source:
    """The twins that are instances of one of these models."""
    table, number = ("twin", "number") if model.exact else ("kind", "twin")
    key = f"{table}.{number}"
    return Source(
        "model",
        tuple(
            Arm(
                f"""{table} WHERE {table}.model =
                  (SELECT model.number FROM model WHERE model.id = {parameters.bind(id_)}) AND {key} > :after""",
                key,
            )
            for id_ in model.model_ids
        ),
    )


def drives_of(filters: list[Filter]) -> list[Drive]:
    """The ways to answer a query, the likeliest first; one of them goes in order."""
    ways = [
        way for one in filters for way in _driven_by(one, [other for other in filters if other is not one])
    ]
    ways = sorted(ways, key=lambda way: way.source.rank)[:DRIVERS_MAX]
    if all(way.source.is_gathered for way in ways):
        ways.append(Drive(ORDER, _tests(filters)))
    return sorted(ways, key=lambda way: way.source.rank)


def _driven_by(one: Filter, others: Sequence[Filter]) -> Iterator[Drive]:
    sources = (source for other in others for source in other.sources if source.can_drive)
    among = next((source for source in sources if source.driver == "range"), None)
    for source in one.sources:
        if source.can_drive:
            yield Drive(source, _tests((*others, one) if source.yields_others else others), among)


def _tests(filters: Iterable[Filter]) -> tuple[Test, ...]:
    return tuple(one.test for one in filters if one.test is not is_any)
