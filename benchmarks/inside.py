"""A read in this process, as the server does it: at once where it is brief, else by a reader's thread."""

from collections.abc import Callable

from twinhaus.storage.store import NotBrief, Reader, Result, Store


def read_inside(store: Store, job: Callable[[Reader], Result]) -> Result:
    """What the job finds."""
    try:
        return store.read_briefly(job)
    except NotBrief:
        return store.read(job).result()
