"""What happens in a law test, drawn beforehand: models, a graph grown by writes, and lists read while it changes."""

from dataclasses import dataclass

from hypothesis import strategies as st

from twinhaus.query.plan import Include, Query, RelationshipFilter
from twinhaus.testing.strategies import (
    ModelSet,
    Write,
    includes,
    model_sets,
    page_sizes,
    populations,
    queries,
    relationship_filters,
    writes,
)

FURTHER_WRITES_MAX = 6
_JUMPS = st.sampled_from((0, 0, 0, 1, 5, -3))  # How the clock moves before a write; mostly it stands still.

Event = tuple[int, Write]


@dataclass(frozen=True, slots=True)
class Reading:
    """A list, the sizes its pages are asked for in turn, and what happens after each; and what to follow from twins."""

    query: Query
    follow: RelationshipFilter
    include: Include
    page_sizes: tuple[int, ...]
    between: tuple[tuple[Event, ...], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The models of which so many are loaded at the beginning, what is written then, and the lists read."""

    models: ModelSet
    loaded: int
    before: tuple[Event, ...]
    readings: tuple[Reading, ...]


@st.composite
def stories(draw: st.DrawFn, *, readings_max: int = 2, gaps_max: int = 3, events_max: int = 2) -> Story:
    """Lists in pages of a few twins, of graphs that are not much larger."""
    models = draw(model_sets())
    count = len(models.documents)
    loaded = draw(st.sampled_from((*(count,) * 6, count - 1, count // 2)))
    population = draw(populations(models.registry))
    further = writes(models.registry, loaded=loaded, known=population)
    events = st.tuples(_JUMPS, further)
    gaps = st.lists(st.lists(events, max_size=events_max).map(tuple), max_size=gaps_max)
    readings = [
        Reading(
            draw(queries(models.registry)),
            draw(relationship_filters(models.registry)),
            draw(includes),
            tuple(draw(st.lists(page_sizes, min_size=1, max_size=3))),
            tuple(draw(gaps)),
        )
        for _ in range(draw(st.integers(1, readings_max)))
    ]
    before = [(draw(_JUMPS), write) for write in population]
    before += draw(st.lists(events, max_size=FURTHER_WRITES_MAX))
    return Story(models, loaded, tuple(before), tuple(readings))
