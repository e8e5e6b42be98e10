"""The rows of one path in the table `property`, as SQL. Pure.

They stand in two orders: by value, and by twin. Rows of one value follow each other in the order of twins, so they
drive at once. A range of values has to be gathered, which serves where it is narrow. Where it is wide, the rows of the
path in the order of twins, each looked at, soon make a page.
"""

from collections.abc import Callable, Sequence

from twinhaus.storage.properties import NUMBER
from twinhaus.storage.sql.knowledge import Known, is_none
from twinhaus.storage.sql.membership import Parameters, Test
from twinhaus.storage.sql.patterns import Pattern
from twinhaus.storage.sql.sources import Arm, Driver, Source
from twinhaus.storage.sql.text_parts import source_of_parts

RowTest = Callable[[str], str]  # From the SQL of a row's value to the SQL of a condition.

_KEY = "property.twin"
_UNTOLD = "0"  # The path of a twin of which nothing else is told.


class Rows:
    """The rows of the path with these keys."""

    def __init__(self, keys: str, parameters: Parameters) -> None:
        self._words = parameters.words
        self.bind = parameters.bind
        self._path = f"(SELECT path.number FROM path WHERE path.keys = {self.bind(keys)})"

    def known(self, maybe: RowTest, surely: RowTest | None, *sources: Source) -> Known:
        """Of a comparison: which rows may meet it, and which surely do (None: none)."""
        test = self._held(maybe)
        if surely is maybe:
            return Known(test, test, sources)
        return Known(test, is_none if surely is None else self._held(surely), sources)

    def _held(self, row: RowTest) -> Test:
        """That a twin has such a row."""
        condition = row(self._words.value("held", True))
        return lambda key: self._words.held(self._path, key, condition)

    def among(self, values: Sequence[str]) -> RowTest:
        """That a row's value is one of these."""
        if len(values) == 1:
            parameter = self.bind(values[0])
            return lambda value: f"{value} = {parameter}"
        array = self.bind(tuple(values))
        return lambda value: self._words.among(value, array)

    def like(self, pattern: Pattern) -> RowTest:
        """That it is a text which is, without casing, like a pattern."""
        parameter = self.bind(f"_{pattern.like}")  # After what says that it is a text.
        return lambda value: f"({value} < '{NUMBER}' AND {self._words.like(value, parameter)})"

    def of_values(self, values: Sequence[str]) -> Source:
        """The twins with these values."""
        arms = (self._words.valued(self._path, f"property.value = {self.bind(value)}") for value in values)
        return self._source("value", *(Arm(rows, _KEY, columns=self._words.columns) for rows in arms))

    def of_range(self, row: RowTest) -> tuple[Source, ...]:
        """The twins with values of a range."""
        condition = row(self._words.value("property", False))
        return self._of_many(self._words.gathered(self._path, condition), row)

    def of_many_values(self, values: Sequence[str], row: RowTest) -> tuple[Source, ...]:
        """The twins with these values, of which there are many."""
        array = self.bind(tuple(values))
        return self._of_many(self._words.gathered_values(self._path, array), row)

    def _of_many(self, rows: str, row: RowTest) -> tuple[Source, ...]:
        """Block by block they are gathered soon enough, however many."""
        gathered = self._gathered("range", rows)
        return (gathered,) if self._words.block_bits is not None else (gathered, self.looked_at(row))

    def by_trigrams(self, pattern: Pattern, others: Sequence[str]) -> tuple[Source, ...]:
        """The twins with texts like a pattern, or one of these values, where an index of trigrams can go by it."""
        valued = self.of_values(others).arms
        if self._words.by_trigrams is not None and pattern.has_trigram:
            rows = self._words.by_trigrams(self._path, self.bind(f"_{pattern.like}"))
            return (self._gathered("trigram", rows, *valued),)
        if self._words.by_trigrams is None and pattern.trigrams is not None:
            return (source_of_parts(self._path, self.bind(pattern.trigrams), valued),)
        return ()

    def looked_at(self, row: RowTest) -> Source:
        """The twins with rows that pass a test, by looking at each."""
        test = row(self._words.value("property", True))
        arm = Arm(self._words.all_of(self._path), _KEY, test, self._words.columns, repeats=True)
        return self._source("path", arm)

    def _gathered(self, driver: Driver, rows: str, *others: Arm) -> Source:
        arm = Arm(rows, _KEY, columns=self._words.columns, repeats=True)
        return Source(driver, (arm, *others), self._words.order, is_gathered=True)

    def _source(self, driver: Driver, *arms: Arm) -> Source:
        """In blocks, all of one that is looked at come before its first."""
        is_gathered = driver == "path" and self._words.block_bits is not None
        return Source(driver, arms, self._words.order, is_gathered=is_gathered)


def untold(parameters: Parameters) -> Known:
    """Twins of which nothing else is told: any condition may hold for them."""
    words = parameters.words
    arm = Arm(words.valued(_UNTOLD, "property.value = ''"), _KEY, columns=words.columns)
    return Known(
        lambda key: words.held(_UNTOLD, key, "TRUE"), is_none, (Source("value", (arm,), words.order),)
    )
