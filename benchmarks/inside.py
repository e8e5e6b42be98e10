"""A read in this process, as the server does it: on SQLite at once where it is brief, else by a reader's thread."""

from collections.abc import Callable

from twinhaus.storage.sql.connection import NotBrief
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.store import Reader, Result, Store


def read_inside(store: Store, job: Callable[[Reader], Result]) -> Result:
    """What the job finds."""
    if isinstance(store, SqliteStore):
        try:
            return store.read_at_once(job)
        except NotBrief:
            pass
    return store.read(job).result()
