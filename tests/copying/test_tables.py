"""The tables that are copied are those that there are, in every engine."""

import apsw
import psycopg
from tests.copies import filling
from tests.serving import opened

from twinhaus.storage.address import is_url
from twinhaus.storage.tables import TABLES

MADE_ANEW = ("path", "property", "wording", "block", "text_part", "unread")  # From the texts of twins.
OF_THE_ENGINE = {
    "sqlite_sequence",
    "writer",
}  # Numbers handed out, and servers at work: no store consists of these.
COLUMNS = """SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'twinhaus' AND table_name = %s ORDER BY ordinal_position"""
KEY = """SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
    WHERE indisprimary AND indrelid = to_regclass(%s) ORDER BY array_position(indkey, attnum)"""


def tables_of(store: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The columns of every table of a store, and those of its key."""
    if is_url(store):
        with psycopg.connect(store) as connection:
            names = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'twinhaus'"
            ).fetchall()
            return {
                name: (
                    tuple(column for (column,) in connection.execute(COLUMNS, [name])),
                    tuple(column for (column,) in connection.execute(KEY, [f"twinhaus.{name}"])),
                )
                for (name,) in names
            }
    file = apsw.Connection(store)
    found = {}
    for (name,) in list(
        file.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow' AND name <> 'sqlite_schema'"
        )
    ):
        columns = list(file.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)))
        key = sorted((place, column) for column, place in columns if place)
        found[name] = (tuple(column for column, _ in columns), tuple(column for _, column in key))
    file.close()
    return found


def test_every_table_is_copied(new_store: str) -> None:
    """With all its columns, in the order of its key; but the index of properties, which is made anew."""
    with opened(new_store):
        pass
    there = {
        name: found
        for name, found in tables_of(new_store).items()
        if name not in (*OF_THE_ENGINE, *MADE_ANEW)
    }
    assert there == {table.name: (table.columns, table.key_columns) for table in TABLES}


def test_an_erased_copy_leaves_no_table(new_store: str) -> None:
    """Not of the engine's own either."""
    with filling(new_store) as writer:
        writer.begin("origin", "mark")
        writer.erase()
    assert tables_of(new_store).keys() <= {"sqlite_sequence"}
