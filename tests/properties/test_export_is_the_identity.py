"""Whatever a store holds, an export of it restored into an empty store makes the same export again, to the byte."""

from io import BytesIO

from hypothesis import given, settings
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES
from tests.properties.stores import stores
from tests.properties.stories import Story, stories

from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Store
from twinhaus.transfer.exporter import export_graph
from twinhaus.transfer.restorer import restore


def exported(store: Store) -> bytes:
    """The whole export."""
    with store.stream(export_graph) as pieces:
        return b"".join(pieces)


def restore_all(store: Store, export: bytes) -> None:
    """Every line is taken, and the last is there."""
    parts = list(restore(store, BytesIO(export)))
    assert [one for part in parts for one in part.outcomes if one.change is None] == []
    assert parts[-1].end is not None


def test_export_and_restore_are_the_identity(disk: Disk) -> None:
    """Through either store, and from either: models removed and loaded again, twins without models, cycles, and all."""

    @settings(max_examples=max(1, int(EXAMPLES * disk.examples / 8)))
    @given(stories(readings_max=1, gaps_max=0))
    def law(story: Story) -> None:
        with stores(story, disk) as both, disk.new(both.clock) as kept:
            export = exported(both.disk)
            assert exported(both.memory) == export
            for empty in (MemoryStore(clock=both.clock), kept.store):
                restore_all(empty, export)
                assert exported(empty) == export
                restore_all(empty, export)
                assert exported(empty) == export

    law()
