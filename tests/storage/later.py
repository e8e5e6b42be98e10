"""A later twinhaus, as far as its migrations go."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw
import psycopg
from tests.engines import SQLITE

from twinhaus.storage.migrate import MIGRATIONS

# What it does when it opens a store, in a process of its own: migrate it by the scripts of a folder.
_LATER_TWINHAUS = """
import sys
from pathlib import Path
from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.migrate import MIGRATIONS, migrations_in
engine, folder, store = sys.argv[1:]
MIGRATIONS[engine] += migrations_in(Path(folder))
open_store(Settings(store=store)).close()
"""
# Scripts, of which `later_twinhaus` says in the first line what they are compatible with.
ADDS_A_COLUMN = """ALTER TABLE document ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
CREATE INDEX document_by_language ON document (language);
"""
RENAMES_A_TABLE = "ALTER TABLE document RENAME TO writing;"


def newest(engine: str) -> int:
    """The newest version of the schema that this twinhaus knows."""
    return MIGRATIONS[engine][-1].version


def compatible(engine: str, script: str) -> str:
    """The script, as one that keeps servers of this version going."""
    return f"-- compatible with: {newest(engine):04}\n{script}"


def later_twinhaus(engine: str, store: str, folder: Path, *scripts: str) -> list[str]:
    """The command that opens a store as a twinhaus does that has these migrations more than this one."""
    for version, script in enumerate(scripts, start=newest(engine) + 1):
        (folder / f"{version:04}_later.sql").write_text(script)
    return [sys.executable, "-c", _LATER_TWINHAUS, engine, str(folder), store]


def migrate(engine: str, store: str, folder: Path, *scripts: str) -> None:
    """Let a later twinhaus open a store, and go."""
    subprocess.run(later_twinhaus(engine, store, folder, *scripts), check=True)


def versions(engine: str, store: str) -> tuple[int, int]:
    """The version of a store's schema, and the oldest that can work with it."""
    if engine == SQLITE:
        with closing(apsw.Connection(store)) as connection:
            ((oldest,),) = connection.execute("SELECT value FROM state WHERE name = 'compatible'")
            return int(str(connection.pragma("user_version"))), int(str(oldest))
    with psycopg.connect(store) as database:
        rows = database.execute(
            "SELECT value FROM twinhaus.state WHERE name IN ('version', 'compatible') ORDER BY name DESC"
        )
        version, oldest = (int(value) for (value,) in rows)
    return version, oldest
