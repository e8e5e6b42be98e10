"""Timing things side by side: what is compared runs in turns, so that a machine's moods touch all of it alike."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import quantiles
from typing import TypeVar

Action = Callable[[], object]
Item = TypeVar("Item")

_TURN_SECONDS = 0.02  # Long enough for caches to warm to one action, short enough for many turns.
_TURNS_MIN = 3
_WARM_UPS = 3


@dataclass(frozen=True, slots=True)
class Timings:
    """How long one action took, each time, in milliseconds."""

    milliseconds: tuple[float, ...]

    def percentile(self, share: int) -> float:
        """The time that this many of a hundred did not exceed."""
        if len(self.milliseconds) == 1:
            return self.milliseconds[0]
        return quantiles(self.milliseconds, n=100, method="inclusive")[share - 1]

    @property
    def median(self) -> float:
        """The time half of them did not exceed."""
        return self.percentile(50)

    @property
    def total_seconds(self) -> float:
        """All of them together."""
        return sum(self.milliseconds) / 1_000


def take_turns(*actions: Action, seconds: float) -> tuple[Timings, ...]:
    """Run the actions in turns (A B A B …) until each has had about its share of the time; at least a few turns."""
    for action in actions:
        for _ in range(_WARM_UPS):
            action()
    found: list[list[float]] = [[] for _ in actions]
    until = time.perf_counter() + seconds
    turns = 0
    with no_garbage_collection():
        while turns < _TURNS_MIN or time.perf_counter() < until:
            for action, times in zip(actions, found, strict=True):
                times.extend(_one_turn(action))
            turns += 1
    return tuple(Timings(tuple(times)) for times in found)


def take_turns_over(
    items: Sequence[Item], *actions: Callable[[Item], object], turn: int
) -> tuple[Timings, ...]:
    """Run every action on every item, so many items at a turn."""
    found: list[list[float]] = [[] for _ in actions]
    with no_garbage_collection():
        for start in range(0, len(items), turn):
            for action, times in zip(actions, found, strict=True):
                times.extend(time_once(partial(action, item)) for item in items[start : start + turn])
    return tuple(Timings(tuple(times)) for times in found)


def time_once(action: Action) -> float:
    """How long the action took, in milliseconds."""
    started = time.perf_counter_ns()
    action()
    return (time.perf_counter_ns() - started) / 1e6


def _one_turn(action: Action) -> Iterator[float]:
    until = time.perf_counter() + _TURN_SECONDS
    while True:
        yield time_once(action)
        if time.perf_counter() >= until:
            return


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Our own process must not pause; the servers are measured as they are."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
