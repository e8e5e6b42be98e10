"""Reading ahead: what a job is about to ask for, one by one, is asked of the engine all at once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sized
from itertools import islice
from typing import Generic, TypeVar

AT_ONCE = 10_000  # Ids asked for by one statement; an expectation may be of many more.

Value = TypeVar("Value")


def are_too_many(answers: Sized) -> bool:
    """Whether to keep these, and learn more, would take too much memory."""
    return len(answers) > AT_ONCE


class Ahead(Generic[Value]):
    """The answers to one kind of question, by id. None: there is none."""

    def __init__(
        self, ask: Callable[[tuple[str, ...]], Iterable[tuple[str, Value]]], expected: Iterable[str] = ()
    ) -> None:
        """`ask` answers for those ids for which there is an answer."""
        self._ask = ask
        self._known: dict[str, Value | None] = {}
        self._expected = dict.fromkeys(expected)

    def expect(self, ids: Iterable[str]) -> None:
        """These will be asked for, likely in this order."""
        self._known.clear()
        self._expected = dict.fromkeys(ids)

    def get(self, id_: str) -> Value | None:
        """The answer for an id."""
        if id_ not in self._known:
            self._learn([id_])
        return self._known[id_]

    def get_all(self, ids: Collection[str]) -> dict[str, Value | None]:
        """The answers for some ids."""
        found = {id_: self._known[id_] for id_ in ids if id_ in self._known}
        if unknown := [id_ for id_ in ids if id_ not in found]:
            self._learn(unknown)
            found.update((id_, self._known[id_]) for id_ in unknown)
        return found

    @property
    def found(self) -> Iterator[Value]:
        """All answers that are known."""
        return (value for value in self._known.values() if value is not None)

    @property
    def absent(self) -> int:
        """For how many ids it is known that there is no answer."""
        return sum(value is None for value in self._known.values())

    def __contains__(self, id_: str) -> bool:
        """Whether the answer for this is here already."""
        return id_ in self._known

    def knows(self, ids: Iterable[str]) -> bool:
        """Whether the answers for these are here already."""
        return self._known.keys() >= set(ids)

    def note_all(self, answers: Mapping[str, Value | None]) -> None:
        """Answers that were learnt elsewhere."""
        self._known.update(answers)

    def forget(self, id_: str) -> None:
        """The answer for an id may be another now."""
        self._known.pop(id_, None)

    def forget_all(self) -> None:
        """All answers may be others now."""
        self._known.clear()

    def _learn(self, ids: list[str]) -> None:
        """With those of the next ids that are expected, if these are among them."""
        if are_too_many(self._known):
            self._known.clear()  # Those of an earlier part of a long expectation.
        wanted = dict.fromkeys(ids)
        if any(id_ in self._expected for id_ in ids):
            wanted.update(dict.fromkeys(islice(self._expected, AT_ONCE)))
            for id_ in wanted:
                self._expected.pop(id_, None)
        self._known.update(wanted)
        self._known.update(self._ask(tuple(wanted)))
