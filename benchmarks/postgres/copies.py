"""The floor of an import into a database: COPY of the same rows into the same tables with the same indexes."""

from functools import partial
from pathlib import Path

from benchmarks.postgres.schemas import Schemas
from benchmarks.timing import Action
from twinhaus.transfer.formats import Kind

SCHEMA = "floor"


class Copies:
    """The ImportFloor of PostgreSQL: another schema in the store's database, which follows it."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        schemas.copy(SCHEMA)

    def ready(self, kind: Kind, file: Path) -> Action:
        """What the store has by now, and the floor has not, from the tables themselves: as durable as the import, in as
        many transactions.
        """
        with file.open("rb") as lines:
            parts = -(-sum(1 for _ in lines) // kind.batch_lines)
        return partial(self._schemas.add, SCHEMA, self._schemas.rows_missing(SCHEMA, parts=parts))
