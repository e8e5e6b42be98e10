"""The goals that a run is held to."""

from benchmarks.alongside import AlongsideMeasured
from benchmarks.comparison import Comparison, Summary
from benchmarks.engine import SQLITE
from benchmarks.goals import Measured, goals_of
from benchmarks.growth import GrowthMeasured
from benchmarks.lists import ListCase

_CASE = ListCase("model", "rooms", {})


def _times(ratio: float) -> Comparison:
    return Comparison(_summary(ratio), _summary(1.0))


def _summary(median: float) -> Summary:
    return Summary(median, median, median, 1)


def test_what_misses_a_goal_is_named() -> None:
    """Each goal says how many are within it, and names the others, the worst first."""
    growth = [GrowthMeasured(_CASE, _times(ratio)) for ratio in (1.2, 1.5, 4.0)]
    alongside = [AlongsideMeasured("by a request", _CASE, _times(1.9))]
    of_growth, of_alongside, of_memory = goals_of(SQLITE, Measured((), (), (), growth, alongside, 301.0))
    assert of_growth.verdict() == "not met; 1 of 3 are within it."
    assert [result.found for result in of_growth.missed] == [4.0, 1.5]
    assert of_alongside.verdict() == "met; 1 of 1 are within it."
    assert [(result.what, result.found) for result in of_memory.missed] == [("server", 301.0)]


def test_what_was_not_measured_has_no_goal() -> None:
    """A run that leaves something out says nothing of it."""
    assert goals_of(SQLITE, Measured((), (), (), (), (), 0)) == ()
