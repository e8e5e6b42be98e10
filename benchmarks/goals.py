"""How fast it is to be on each engine, and whether it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.alongside import AlongsideMeasured
from benchmarks.engine import POSTGRES
from benchmarks.growth import GrowthMeasured
from benchmarks.imports import ImportMeasured
from benchmarks.lists import ListCase
from benchmarks.pages import PAGE_SIZES, PageMeasured
from benchmarks.puts import PutMeasured

_ALONE = ("none", "model", "location", "date", "relationship", "property")  # Kinds of lists with one filter.
_TIMES_CONSTANT_MAX = {PAGE_SIZES[0]: 1.5, PAGE_SIZES[1]: 2.0}
_TIMES_CONSTANT_COMBINED_MAX = 3.0
_TIMES_MEDIAN_MAX = 5.0
_TIMES_SMALL_MAX = 1.3
_TIMES_QUIET_MAX = 2.0
_MEGABYTES_MAX = 300.0
_TIMES_ROWS_MAX = 2.0
_TIMES_INSERTS_MAX = 2.5
_TIMES_BOTH_MAX = 1.5
_TIMES_COPY_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """What has a goal, and what it came to."""

    what: str
    found: float


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that some things may come to, in times of their floor unless it says otherwise; and what they did."""

    text: str
    most: float
    results: tuple[Result, ...]
    unit: str = "times"

    @property
    def missed(self) -> list[Result]:
        """The worst first."""
        missed = [result for result in self.results if result.found > self.most]
        return sorted(missed, key=lambda result: -result.found)

    def verdict(self) -> str:
        """In words."""
        within = len(self.results) - len(self.missed)
        return f"{'not met' if self.missed else 'met'}; {within} of {len(self.results)} are within it."


@dataclass(frozen=True, slots=True)
class Measured:
    """All that has goals."""

    pages: Sequence[PageMeasured]
    puts: Sequence[PutMeasured]
    imports: Sequence[ImportMeasured]
    growth: Sequence[GrowthMeasured]
    alongside: Sequence[AlongsideMeasured]
    server_megabytes: float


def goals_of(engine: str, measured: Measured) -> tuple[Goal, ...]:
    """Those of an engine."""
    found = _goals_of_postgres(measured) if engine == POSTGRES else _goals_of_sqlite(measured)
    return tuple(goal for goal in found if goal.results)


def _goals_of_sqlite(measured: Measured) -> Iterator[Goal]:
    alone = [page for page in measured.pages if page.case.kind in _ALONE]
    for size, most in _TIMES_CONSTANT_MAX.items():
        of_size = [page for page in alone if page.page_size == size]
        yield Goal(
            f"page of {size:,} by one filter: HTTP p50 within {most:g}× of the constant endpoint",  # noqa: RUF001  The sign for "times".
            most,
            tuple(Result(_name_of(page), page.http.ratio) for page in of_size),
        )
    combined = [
        page for page in measured.pages if page.case.kind == "combined" and page.page_size == PAGE_SIZES[0]
    ]
    yield Goal(
        "page of 100 by location, model and properties: HTTP p50 within 3× of the constant endpoint",  # noqa: RUF001
        _TIMES_CONSTANT_COMBINED_MAX,
        tuple(Result(_name_of(page), page.http.ratio) for page in combined),
    )
    yield Goal(
        "every page: HTTP p99 within 5× of its p50",  # noqa: RUF001
        _TIMES_MEDIAN_MAX,
        tuple(
            Result(_name_of(page), page.http.measured.p99 / page.http.measured.p50) for page in measured.pages
        ),
    )
    yield Goal(
        "page of 100: HTTP p50 within 1.3× of that of 10,000 twins",  # noqa: RUF001
        _TIMES_SMALL_MAX,
        tuple(Result(_list_of(one.case), one.http.ratio) for one in measured.growth),
    )
    yield Goal(
        "page of 100 beside a running import: HTTP p50 within 2× of that without",  # noqa: RUF001
        _TIMES_QUIET_MAX,
        tuple(Result(f"{_list_of(one.case)}, {one.importing}", one.http.ratio) for one in measured.alongside),
    )
    yield Goal(
        "PUT of new twins: at least half as fast as bare commits of the same rows, of as many at once",
        _TIMES_ROWS_MAX,
        tuple(Result(one.what, one.times_rows(one.rows)) for one in measured.puts if one.rows is not None),
    )
    yield Goal(
        "import: at least 0.4× as fast as bare inserts of the same rows",  # noqa: RUF001
        _TIMES_INSERTS_MAX,
        tuple(Result(one.what, one.ratio) for one in measured.imports),
    )
    yield Goal(
        "the server's own memory, after all pages: within 300 MB",
        _MEGABYTES_MAX,
        (Result("server", measured.server_megabytes),) if measured.server_megabytes else (),
        "MB",
    )


def _goals_of_postgres(measured: Measured) -> Iterator[Goal]:
    yield Goal(
        "every page: HTTP p50 within 1.5× of its statements and the constant endpoint together",  # noqa: RUF001
        _TIMES_BOTH_MAX,
        tuple(Result(_name_of(page), page.times_both) for page in measured.pages),
    )
    yield Goal(
        "import: at least half as fast as bare COPY of the same rows",
        _TIMES_COPY_MAX,
        tuple(Result(one.what, one.ratio) for one in measured.imports),
    )


def _name_of(page: PageMeasured) -> str:
    return f"{_list_of(page.case)}, {page.page_size:,} {page.position}"


def _list_of(case: ListCase) -> str:
    return f"{case.kind}: {case.name}"
