"""What a measurement comes to: a thing beside its floor, and how many times the floor's time it took."""

from dataclasses import dataclass

from benchmarks.timing import Timings


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles in milliseconds, of so many samples."""

    p50: float
    p95: float
    p99: float
    samples: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A thing and its floor, measured in turns."""

    measured: Summary
    floor: Summary

    @property
    def ratio(self) -> float:
        """How many times as long as its floor it took, by the median."""
        return self.measured.p50 / self.floor.p50


def summarise(timings: Timings) -> Summary:
    """The percentiles of what was timed."""
    return Summary(timings.median, timings.percentile(95), timings.percentile(99), len(timings.milliseconds))


def compare(measured: Timings, floor: Timings) -> Comparison:
    """Two of what `take_turns` timed."""
    return Comparison(summarise(measured), summarise(floor))
