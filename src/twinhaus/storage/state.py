"""What the reference store holds."""

from msgspec import Struct, field
from msgspec.structs import replace

from twinhaus.audit import Entry
from twinhaus.dtdl import Registry
from twinhaus.graph import Relationship, Twin
from twinhaus.storage.access import Client, SigningKey


class State(Struct):
    """Everything stored. Values are frozen, so a copy of the dictionaries is a snapshot."""

    twins: dict[str, Twin] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    relationships: dict[str, Relationship] = field(default_factory=dict)
    relationship_numbers: dict[str, int] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    keys: tuple[SigningKey, ...] = ()
    access: int = 0  # The instant of the last change of a client or a key.
    decommissioned: frozenset[str] = frozenset()
    uploaded: dict[str, int] = field(default_factory=dict)  # Of models that were removed, too.
    registry: Registry = field(default_factory=Registry.empty)
    trail: list[Entry] = field(default_factory=list)
    last_number: int = 0
    last_relationship_number: int = 0

    def copy(self) -> "State":
        return replace(
            self,
            twins=dict(self.twins),
            numbers=dict(self.numbers),
            relationships=dict(self.relationships),
            relationship_numbers=dict(self.relationship_numbers),
            clients=dict(self.clients),
            uploaded=dict(self.uploaded),
            trail=list(self.trail),
        )

    def trim(self, kept_ticks: int) -> None:
        """Remove what is older than the newest entry of the trail by more than this."""
        oldest = self.trail[-1].instant - kept_ticks if self.trail else 0
        self.trail = [entry for entry in self.trail if entry.instant >= oldest]
