"""All there is to ask, as both clients have it."""

from collections.abc import Iterator
from typing import Literal

from twinhaus_client.calls import Call
from twinhaus_client.groups import Group, S_co, streaming
from twinhaus_client.lines import Lines, Stream
from twinhaus_client.operations.administration import Audit, Clients, SigningKeys
from twinhaus_client.operations.models import Models
from twinhaus_client.operations.relationships import Relationships
from twinhaus_client.operations.service import Service
from twinhaus_client.operations.twins import Twins
from twinhaus_client.reading import nothing


class Api(Group[S_co]):
    """The groups of operations."""

    def __init__(self, sender: S_co) -> None:
        super().__init__(sender)
        self.twins = Twins(sender)
        self.relationships = Relationships(sender)
        self.models = Models(sender)
        self.clients = Clients(sender)
        self.signing_keys = SigningKeys(sender)
        self.audit = Audit(sender)
        self.service = Service(sender)

    @streaming
    def export(
        self,
        *,
        of: Literal["twins", "relationships"] | None = None,
        format: Literal["ndjson", "csv"] = "ndjson",
    ) -> Stream[bytes]:
        """The whole graph as it is at one moment, or the twins or relationships of it, line by line without their ends.

        A table (`csv`) is of twins or of relationships. Raises Interrupted where the answer breaks off.
        """
        query = {"format": format} if of is None else {"format": format, "of": of}

        def parts() -> Iterator[tuple[Call[None], Lines[bytes]]]:
            # Whether all has come is told by how the answer ends, not by its lines.
            yield Call("GET", "/export", nothing, query), Lines(lambda line: [line], lambda: None)

        return Stream(parts)
