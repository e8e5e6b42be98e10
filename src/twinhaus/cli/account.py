"""What came of translating a building, told to people or to programs."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from twinhaus.cli.files import tally_line
from twinhaus.errors import by_path
from twinhaus.strictjson import JsonObject
from twinhaus.transfer.outcomes import Outcome, Tally
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.importer import Translation
from twinhaus.transfer.translation.writing import Writer

Results = Iterable[tuple[str, list[Outcome]]]


class Account(Protocol):
    """What is to be told."""

    @property
    def is_good(self) -> bool:
        """Whether all was done that was to be."""
        ...

    def lines(self) -> Iterator[str]:
        """For people."""
        ...

    def report(self) -> JsonObject:
        """For programs."""
        ...


class ImportAccount:
    """Gathers the outcomes of twins and relationships; of those that were rejected, what they come from."""

    def __init__(self, translation: Translation, gaps: Gaps, *, is_dry: bool) -> None:
        self._gaps = gaps
        self._definitions = translation.definitions
        self._is_dry = is_dry
        self._is_done = False
        self._origins = {
            "twins": [one.origin for one in translation.twins],
            "relationships": [one.origin for one in translation.relationships],
        }
        self.tallies = {what: Tally() for what in self._origins}
        self._rejected: list[tuple[str, str, Outcome]] = []

    def take(self, results: Results) -> None:
        """Take the outcomes in as they come."""
        for what, outcomes in results:
            self.tallies[what].add(outcomes)
            self._rejected += [
                (what, self._origins[what][outcome.line - 1], outcome)
                for outcome in outcomes
                if outcome.change is None
            ]
        self._is_done = True

    @property
    def is_good(self) -> bool:
        return self._is_done and not self._rejected

    def lines(self) -> Iterator[str]:
        for what, origin, outcome in self._rejected:
            for fault in outcome.faults:
                yield f"{what}, {origin}: {fault.path}: {fault.message}"
        for what, tally in self.tallies.items() if self._is_done else ():
            yield tally_line(what, tally, "would be imported" if self._is_dry else "imported")
        if not self._is_done:
            yield "Nothing was imported."
        if self._definitions:
            yield f"definitions: {self._definitions} read."
        yield from self._gaps.lines()

    def report(self) -> JsonObject:
        return {
            **{what: tally.counts() for what, tally in self.tallies.items()},
            "applied": self._is_done and not self._is_dry,
            "definitions": self._definitions,
            "faults": [
                {"of": what, "origin": origin, "errors": by_path(outcome.faults)}
                for what, origin, outcome in self._rejected
            ],
            "withoutCounterpart": self._gaps.report(),
        }


class ExportAccount:
    """How much was written, and what had no counterpart."""

    def __init__(self, writer: Writer, *, is_strict: bool) -> None:
        self._writer = writer
        self._is_strict = is_strict

    @property
    def is_good(self) -> bool:
        return not (self._is_strict and self._writer.gaps.count)

    def lines(self) -> Iterator[str]:
        if self.is_good:
            yield f"twins: {self._writer.twins} exported."
            yield f"relationships: {self._writer.relationships} exported."
        else:
            yield "Nothing was exported."
        yield from self._writer.gaps.lines()

    def report(self) -> JsonObject:
        return {
            "twins": self._writer.twins,
            "relationships": self._writer.relationships,
            "applied": self.is_good,
            "withoutCounterpart": self._writer.gaps.report(),
        }
