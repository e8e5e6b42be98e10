"""Whether lists take longer where there are more twins: the same pages of a large store beside a small one's."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import msgspec

from benchmarks.comparison import Comparison, compare
from benchmarks.connection import Client
from benchmarks.constant import PATH
from benchmarks.lists import ListCase
from benchmarks.timing import take_turns
from twinhaus import strictjson

GROWN_FROM = 10_000  # Twins of the small store.


@dataclass(frozen=True, slots=True)
class Asked:
    """A server and its lists; those by date depend on when its store was filled."""

    url: str
    token: str
    cases: Sequence[ListCase]


@dataclass(frozen=True, slots=True)
class GrowthMeasured:
    """The first page of 100 of a list over HTTP, beside that of the small store."""

    case: ListCase
    http: Comparison


class _Answer(msgspec.Struct):
    content: list[msgspec.Raw]


def measure_growth(large: Asked, small: Asked, *, seconds: float) -> Iterator[GrowthMeasured]:
    """Each list whose pages have as many twins in both."""
    with (
        closing(Client(large.url, large.token)) as of_large,
        closing(Client(small.url, small.token)) as of_small,
    ):
        for case, small_case in zip(large.cases, small.cases, strict=True):
            body, small_body = (strictjson.write(one.request) for one in (case, small_case))
            sizes = {_twins_on(of_large.post(PATH, body)), _twins_on(of_small.post(PATH, small_body))}
            if len(sizes) > 1:
                continue
            timed = take_turns(
                lambda body=body: of_large.post(PATH, body),  # type: ignore[misc]
                lambda body=small_body: of_small.post(PATH, body),  # type: ignore[misc]
                seconds=seconds,
            )
            yield GrowthMeasured(case, compare(*timed))


def _twins_on(answer: bytes) -> int:
    return len(msgspec.json.decode(answer, type=_Answer).content)
