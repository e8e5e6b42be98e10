"""The schema's versions: numbered scripts, each run once and in order, inside the transaction of its engine.

A script may begin with `-- compatible with: 0005`: the oldest version whose servers can go on working with a store once
it has run, beside the newer one that ran it. Without that line there is none but its own.
"""

import re
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec import Struct

from twinhaus.errors import Unavailable

_SCRIPT = re.compile(r"(\d{4})_\w+\.sql")
_COMPATIBLE = re.compile(r"-- compatible with: (\d{4})\n")


class StoreTooNew(Unavailable):
    """The store was written by a newer twinhaus. Upgrade this one, or open another store."""

    code = "store-too-new"
    retry_after_seconds = 60


class Migration(Struct, frozen=True):
    """A step from the version below `version` to it; servers of `compatible` and newer can work with the result."""

    version: int
    script: str
    compatible: int


def migrations_in(folder: Traversable) -> tuple[Migration, ...]:
    """The migrations whose scripts are in a folder, in their order."""
    found = (_migration(file) for file in folder.iterdir() if _SCRIPT.fullmatch(file.name))
    return tuple(sorted(found, key=lambda migration: migration.version))


def _migration(file: Traversable) -> Migration:
    version, script = int(file.name[:4]), file.read_text("utf-8")
    named = _COMPATIBLE.match(script)
    return Migration(version, script, int(named[1]) if named else version)


# Those of this twinhaus, by engine.
MIGRATIONS = {
    engine: migrations_in(files("twinhaus.storage.sql") / "migrations" / engine)
    for engine in ("sqlite", "postgres")
}


def pending(current: int, compatible: int, known: Sequence[Migration]) -> list[Migration]:
    """The known migrations that a store at version `current` still lacks: none, where it is newer, yet compatible.

    Raises StoreTooNew where it is newer and no longer so.
    """
    insist_on_compatible(compatible, known)
    return [migration for migration in known if migration.version > current]


def insist_on_compatible(compatible: int, known: Sequence[Migration]) -> None:
    """Raise StoreTooNew where no older version than this can work with a store, and that is newer than all we know."""
    if compatible > known[-1].version:
        raise StoreTooNew


def compatible_after(compatible: int, done: Sequence[Migration]) -> int:
    """The oldest version that can work with a migrated store: what one step broke, no later one mends."""
    return max([compatible, *(migration.compatible for migration in done)])
