"""The schema's versions: numbered scripts, each run once and in order, inside the transaction of its engine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from twinhaus.errors import TwinhausError

_SCRIPT = re.compile(r"(\d{4})_\w+\.sql")


class StoreTooNew(TwinhausError):
    """The store was written by a newer twinhaus. Upgrade this one, or open another store."""

    code = "store-too-new"


@dataclass(frozen=True, slots=True)
class Migration:
    """A step from the version below `version` to it."""

    version: int
    script: str


def pending(engine: str, current: int) -> list[Migration]:
    """The migrations that a store at this version still lacks. Raises StoreTooNew where it has more than we know."""
    known = _known(engine)
    if known and current > known[-1].version:
        raise StoreTooNew
    return [migration for migration in known if migration.version > current]


@cache
def _known(engine: str) -> list[Migration]:
    """Read once: many stores may be opened."""
    return sorted(_migrations(engine), key=lambda migration: migration.version)


def _migrations(engine: str) -> Iterator[Migration]:
    for file in (files("twinhaus.storage.sql") / "migrations" / engine).iterdir():
        found = _SCRIPT.fullmatch(file.name)
        if found:
            yield Migration(int(found[1]), file.read_text("utf-8"))
