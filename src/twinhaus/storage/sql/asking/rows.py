"""The rows of a path in the table `property`, or of several, as SQL. Pure.

They stand in two orders: by value, and by twin. Rows of one value follow each other in the order of twins, so they
drive at once. A range of values has to be gathered, which serves where it is narrow. Where it is wide, the rows of the
path in the order of twins, each looked at, soon make a page.
"""

from collections.abc import Callable, Iterable, Sequence

from twinhaus.storage.properties import NUMBER
from twinhaus.storage.sql.asking.knowledge import Known, is_none
from twinhaus.storage.sql.asking.membership import Parameters, Test, models_wanted
from twinhaus.storage.sql.asking.patterns import Pattern
from twinhaus.storage.sql.asking.sources import Arm, Driver, Source
from twinhaus.storage.sql.asking.text_parts import arms_of, driver_of, unread_arm

RowTest = Callable[[str], str]  # From the SQL of a row's value to the SQL of a condition.

_KEY = "property.twin"
_OF_UNTOLD = "= 0"  # The path of a twin of which nothing else is told.


class Rows:
    """The rows of the paths with these keys, of each its own and of all."""

    def __init__(self, keys: Sequence[str], parameters: Parameters) -> None:
        self._parameters = parameters
        self._words = parameters.words
        self.bind = parameters.bind
        self._paths = [f"(SELECT path.number FROM path WHERE path.keys = {self.bind(one)})" for one in keys]
        self._of_each = [f"= {path}" for path in self._paths]
        self._of_any = self._of_each[0]
        if len(keys) > 1:
            is_one = parameters.among("path.keys", tuple(keys))
            self._of_any = self._words.one_of(f"SELECT path.number FROM path WHERE {is_one}")

    def known(self, maybe: RowTest, surely: RowTest | None, *sources: Source) -> Known:
        """Of a comparison: which rows may meet it, and which surely do (None: none)."""
        test = self._held(maybe)
        if surely is maybe:
            return Known(test, test, sources)
        return Known(test, is_none if surely is None else self._held(surely), sources)

    def _held(self, row: RowTest, of_path: str | None = None) -> Test:
        """That a twin has such a row, of any path or of this one."""
        condition = row(self._words.value("held", True))
        return lambda key: self._words.held(of_path or self._of_any, key, condition)

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
        bound = [self.bind(value) for value in values]
        return self._source(
            "value",
            (
                self._arm(self._words.valued(of_path, f"property.value = {value}"))
                for of_path in self._of_each
                for value in bound
            ),
        )

    def of_range(self, row: RowTest) -> tuple[Source, ...]:
        """The twins with values of a range."""
        condition = row(self._words.value("property", False))
        return self._of_many((self._words.gathered(of_path, condition) for of_path in self._of_each), row)

    def of_many_values(self, values: Sequence[str], row: RowTest) -> tuple[Source, ...]:
        """The twins with these values, of which there are many."""
        array = self.bind(tuple(values))
        return self._of_many((self._words.gathered_values(self._of_any, array),), row)

    def _of_many(self, gathered: Iterable[str], row: RowTest) -> tuple[Source, ...]:
        """Block by block they are gathered soon enough, however many."""
        arms = tuple(self._arm(rows, repeats=True) for rows in gathered)
        source = Source("range", arms, is_gathered=True)
        return (source,) if self._words.block_bits is not None else (source, self.looked_at(row))

    def with_part(
        self, pattern: Pattern, row: RowTest, others: Sequence[str], maybe: RowTest
    ) -> tuple[Source, ...]:
        """The twins with rows that pass `maybe`: texts like a pattern, as `row` tests, or one of the other values. By
        an index of trigrams, where it can go by it; on PostgreSQL it may not be there.
        """
        if self._words.by_trigrams is not None and pattern.has_trigram:
            rows = self._words.by_trigrams(self.bind(pattern.in_lines), models_wanted(self._parameters))
            arm = Arm(rows, "wording.twin", finally_=self._held(row))
            return self._with_part("trigram", [arm], others), self.looked_at(maybe)
        arm_of = None if self._words.by_trigrams is not None else arms_of(pattern, self._parameters)
        if arm_of is not None:
            tests = [self._held(row, of_path) for of_path in self._of_each]
            arms = [arm_of(path, test) for path, test in zip(self._paths, tests, strict=True)]
            return (self._with_part(driver_of(pattern), [*arms, unread_arm(self._held(row))], others),)
        return (self.looked_at(maybe),)

    def _with_part(self, driver: Driver, arms: list[Arm], others: Sequence[str]) -> Source:
        if others:
            rows = self._words.gathered_values(self._of_any, self.bind(tuple(others)))
            arms.append(self._arm(rows, repeats=True))
        return Source(driver, tuple(arms), is_gathered=True)

    def looked_at(self, row: RowTest) -> Source:
        """The twins with rows that pass a test, by looking at each."""
        test = row(self._words.value("property", True))
        rows = map(self._words.all_of, self._of_each)
        return self._source("path", (self._arm(one, test, repeats=True) for one in rows))

    def _arm(self, rows: str, test: str = "TRUE", *, repeats: bool = False) -> Arm:
        return Arm(rows, _KEY, test, self._words.columns, self._words.order, repeats=repeats)

    def _source(self, driver: Driver, arms: Iterable[Arm]) -> Source:
        """In blocks, all of one that is looked at come before its first."""
        is_gathered = driver == "path" and self._words.block_bits is not None
        return Source(driver, tuple(arms), is_gathered=is_gathered)


def untold(parameters: Parameters) -> Known:
    """Twins of which nothing else is told: any condition may hold for them."""
    words = parameters.words
    rows = words.valued(_OF_UNTOLD, "property.value = ''")
    arm = Arm(rows, _KEY, columns=words.columns, order=words.order)
    return Known(lambda key: words.held(_OF_UNTOLD, key, "TRUE"), is_none, (Source("value", (arm,)),))
