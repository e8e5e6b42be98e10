"""An import, batch by batch."""

from io import BytesIO

import pytest

from twinhaus import changes, strictjson
from twinhaus.errors import Fault
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Store
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import model, model_id
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind
from twinhaus.transfer.importer import Progress, format_of, import_lines
from twinhaus.transfer.lines import BATCH_LINES

BATCH = RELATIONSHIPS.batch_lines
ROOMS = [f"room-{number}" for number in range(2 * BATCH + 1)]
IN_LEVEL = b"".join(
    strictjson.write({"sourceId": room, "targetId": "level", "name": "isPartOf"}) + b"\n" for room in ROOMS
)


class Pipe(BytesIO):
    """What cannot be looked at again."""

    def seekable(self) -> bool:
        return False


@pytest.fixture
def store() -> Store:
    """With a level, and rooms that are nowhere yet."""
    store = MemoryStore()
    is_part_of: JsonObject = {"@type": "Relationship", "name": "isPartOf"}
    thing = model("Thing", contents=(is_part_of,))
    store.write(lambda transaction: changes.add_models(transaction, [thing])).result()
    twins = ({"id": id_, "modelId": model_id("Thing")} for id_ in ("level", *ROOMS))
    imported(store, TWINS, BytesIO(b"".join(strictjson.write(twin) + b"\n" for twin in twins)))
    return store


def imported(store: Store, kind: Kind, file: BytesIO) -> list[Progress]:
    """What became of each batch."""
    return list(import_lines(store, file, format_of(kind, is_csv=False)))


def test_more_relationships_than_twins_are_put_at_once(store: Store) -> None:
    """A relationship takes less time, so that others wait for a batch of either about as long; but the first is small.
    From a pipe, a batch is what whoever fills it may wait for, and stays as small as any.
    """
    sizes = [len(progress.outcomes) for progress in imported(store, RELATIONSHIPS, BytesIO(IN_LEVEL))]
    assert sizes == [BATCH_LINES, BATCH, BATCH + 1 - BATCH_LINES]
    found = imported(store, RELATIONSHIPS, Pipe(IN_LEVEL))
    assert {len(progress.outcomes) for progress in found[:-1]} == {BATCH_LINES}


def test_lines_are_numbered_through_all_batches(store: Store) -> None:
    """What is wrong with a line is told with its number in the file, and all of it, whichever batch it is in."""
    wrong = b'{"sourceId":"nobody","targetId":"nowhere","name":"isPartOf"}\n'
    lines = IN_LEVEL.splitlines(keepends=True)
    numbers = (1, BATCH, BATCH + 1, 2 * BATCH + 1, len(lines) + 4)
    for number in numbers[:-1]:
        lines.insert(number - 1, wrong)
    found = imported(store, RELATIONSHIPS, BytesIO(b"".join([*lines[:-1], wrong, lines[-1]])))
    outcomes = [outcome for progress in found for outcome in progress.outcomes]
    rejected = [outcome for outcome in outcomes if outcome.change is None]
    assert tuple(outcome.line for outcome in rejected) == numbers
    faults = (
        Fault("sourceId", 'There is no twin "nobody"'),
        Fault("targetId", 'There is no twin "nowhere"'),
    )
    assert {outcome.faults for outcome in rejected} == {faults}


def test_an_import_that_was_broken_off_is_run_again_to_its_end(store: Store) -> None:
    """Whatever batch it was broken off after, what is there is `unchanged`, and the rest is created."""
    progress = next(import_lines(store, BytesIO(IN_LEVEL), format_of(RELATIONSHIPS, is_csv=False)))
    assert {outcome.name for outcome in progress.outcomes} == {"created"}
    found = imported(store, RELATIONSHIPS, BytesIO(IN_LEVEL))
    names = [outcome.name for progress in found for outcome in progress.outcomes]
    there = names.count("unchanged")
    assert there >= len(progress.outcomes)
    assert names == ["unchanged"] * there + ["created"] * (len(ROOMS) - there)
    assert (there - BATCH_LINES) % BATCH == 0
