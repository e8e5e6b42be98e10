"""What had no counterpart: counted, with examples, so that nothing is left out silently."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from twinhaus.strictjson import JsonObject

EXAMPLES_MAX = 3
_SHOWN_MAX = 20  # Of each sort, in the text for people; programs get all.


class Sort(StrEnum):
    """What was left out; of a generalised class, only what it says beyond its model."""

    GENERALISED = "generalised"
    CLASSES = "classes"
    PREDICATES = "predicates"
    RELATIONSHIPS = "relationships"
    VALUES = "values"
    CONTENTS = "contents"


_HEADINGS = {
    Sort.GENERALISED: "Taken as something more general",
    Sort.CLASSES: "Classes without a counterpart",
    Sort.PREDICATES: "Predicates without a counterpart",
    Sort.RELATIONSHIPS: "Relationships without a counterpart",
    Sort.VALUES: "Values left out",
    Sort.CONTENTS: "Contents without a counterpart",
}


class _Gap(Struct):
    """One kind of thing that was left out: how often, and where, for example."""

    count: int
    examples: list[str]


class Gaps:
    """All that was left out so far. What a gap is about are a few words by name: a predicate, a model, a reason."""

    def __init__(self) -> None:
        self._found: dict[Sort, dict[tuple[tuple[str, str], ...], _Gap]] = {sort: {} for sort in Sort}

    def note(self, sort: Sort, example: str, **about: str) -> None:
        """Count one more."""
        key = tuple((name, word) for name, word in about.items() if word)
        gap = self._found[sort].setdefault(key, _Gap(0, []))
        gap.count += 1
        if len(gap.examples) < EXAMPLES_MAX and example not in gap.examples:
            gap.examples.append(example)

    @property
    def count(self) -> int:
        """How many things were left out altogether."""
        return sum(
            gap.count
            for sort, found in self._found.items()
            if sort is not Sort.GENERALISED
            for gap in found.values()
        )

    def report(self) -> JsonObject:
        """All of it, for programs: the most frequent first."""
        return {
            sort.value: [
                {**dict(about), "count": gap.count, "examples": gap.examples}
                for about, gap in self._ordered(sort)
            ]
            for sort in Sort
        }

    def lines(self) -> Iterator[str]:
        """The same for people, shortened."""
        for sort, heading in _HEADINGS.items():
            ordered = self._ordered(sort)
            if ordered:
                yield f"{heading}:"
            for about, gap in ordered[:_SHOWN_MAX]:
                yield f"  {_phrase(sort, dict(about))}: {gap.count} ({gap.examples[0]}{', …' if gap.count > 1 else ''})"
            if len(ordered) > _SHOWN_MAX:
                yield f"  and {len(ordered) - _SHOWN_MAX} more kinds; --json tells all."

    def _ordered(self, sort: Sort) -> list[tuple[tuple[tuple[str, str], ...], _Gap]]:
        return sorted(self._found[sort].items(), key=lambda item: (-item[1].count, item[0]))


def _phrase(sort: Sort, about: Mapping[str, str]) -> str:
    match sort:
        case Sort.GENERALISED:
            return f"{about['class']} as {about['model']}, by its {about['by']}"
        case Sort.CLASSES:
            more = "".join(f" {name} {about[name]}" for name in ("beside", "but") if name in about)
            return about.get("class", "no class") + more
        case _:
            (_, first), *rest = about.items()
            return ", ".join([first, *(f"{name} {word}" for name, word in rest)])
