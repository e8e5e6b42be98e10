"""What a store follows, for every process on it: which relationships lead to places, and which paths are indexed."""

import json
from collections.abc import Sequence

from msgspec import Struct

from twinhaus.storage.paths import IndexedPaths
from twinhaus.storage.sql.connection import ReadConnection


class Following(Struct, frozen=True):
    """What it is to follow from now on. Without relationships, and without paths, it goes on as it does."""

    containment: Sequence[str] = ()
    indexed: IndexedPaths | None = None

    def is_so(self, connection: ReadConnection) -> bool:
        """Whether the store does so already; a new one follows nothing yet."""
        containment = connection.state("containment")
        is_contained = bool(containment) and (
            not self.containment or json.loads(containment) == sorted(self.containment)
        )
        return is_contained and (self.indexed is None or connection.state("indexed") == self.indexed.text)


AS_IT_DOES = Following()
