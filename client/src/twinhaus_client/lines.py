"""Answers that come line by line."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from twinhaus_client.calls import Call, Json
from twinhaus_client.errors import UnexpectedAnswer

T = TypeVar("T")
_SHOWN = 200  # Bytes of a line that was not expected.


class Lines(Generic[T]):
    """Takes an answer as it comes, and gives out what each of its lines holds.

    A line ends with a line feed and nothing else: other signs that end a line in text, such as U+2028, may stand
    inside a JSON string.
    """

    def __init__(self, read: Callable[[bytes], Iterable[T]], check_whole: Callable[[], None]) -> None:
        self._read = read
        self._check_whole = check_whole
        self._begun: list[bytes] = []  # Pieces of the line whose end has not come yet.

    def take(self, data: bytes) -> Iterator[T]:
        """What the lines hold that end in these bytes."""
        first, *others = data.split(b"\n")
        self._begun.append(first)
        for following in others:
            yield from self._end_line()
            self._begun.append(following)

    def end(self) -> Iterator[T]:
        """What a last line holds that has no end. Raises Interrupted where lines are missing."""
        yield from self._end_line()
        self._check_whole()

    def _end_line(self) -> Iterator[T]:
        line = b"".join(self._begun)
        self._begun.clear()
        if line:
            yield from self._read(line)


@dataclass(frozen=True, slots=True)
class Stream(Generic[T]):
    """Calls whose answers are read line by line, one after the other, never whole."""

    parts: Callable[[], Iterable[tuple[Call[None], Lines[T]]]]


def parse(line: bytes) -> Json:
    """A line of JSON. Raises UnexpectedAnswer where it is none."""
    try:
        return json.loads(line)
    except ValueError as error:
        raise UnexpectedAnswer(f"Expected a line of JSON; got {line[:_SHOWN]!r}") from error
