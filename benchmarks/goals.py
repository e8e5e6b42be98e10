"""How fast it is to be on each engine, and whether it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.engine import POSTGRES
from benchmarks.imports import ImportMeasured
from benchmarks.pages import PAGE_SIZES, PageMeasured

_TIMES_CONSTANT_MAX = 2.0
_NEAR_AT_HAND = ("model", "location", "date")  # The filters whose pages of 100 have a goal on SQLite.
_TIMES_BOTH_MAX = 1.5
_TIMES_COPY_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """What has a goal, and how many times as long as its floor it took."""

    what: str
    times: float


@dataclass(frozen=True, slots=True)
class Goal:
    """So many times their floor some things may take; and what they took."""

    text: str
    times_max: float
    results: tuple[Result, ...]

    @property
    def missed(self) -> list[Result]:
        """The worst first."""
        missed = [result for result in self.results if result.times > self.times_max]
        return sorted(missed, key=lambda result: -result.times)

    def verdict(self) -> str:
        """In words."""
        within = len(self.results) - len(self.missed)
        return f"{'not met' if self.missed else 'met'}; {within} of {len(self.results)} are within it."


def goals_of(
    engine: str, pages: Sequence[PageMeasured], imports: Sequence[ImportMeasured]
) -> tuple[Goal, ...]:
    """Those of an engine."""
    if engine != POSTGRES:
        near = [page for page in pages if _is_near_at_hand(page)]
        return (
            Goal(
                "page of 100 by model, by location, by date: HTTP p50 within 2× of the constant endpoint",  # noqa: RUF001  The sign for "times".
                _TIMES_CONSTANT_MAX,
                tuple(Result(_name_of(page), page.http.ratio) for page in near),
            ),
        )
    return (
        Goal(
            "every page: HTTP p50 within 1.5× of its statements and the constant endpoint together",  # noqa: RUF001
            _TIMES_BOTH_MAX,
            tuple(Result(_name_of(page), page.times_both) for page in pages),
        ),
        Goal(
            "import: at least half as fast as bare COPY of the same rows",
            _TIMES_COPY_MAX,
            tuple(Result(one.what, one.ratio) for one in imports),
        ),
    )


def _is_near_at_hand(page: PageMeasured) -> bool:
    return page.case.kind in _NEAR_AT_HAND and page.page_size == PAGE_SIZES[0]


def _name_of(page: PageMeasured) -> str:
    return f"{page.case.kind}: {page.case.name}, {page.page_size:,} {page.position}"
