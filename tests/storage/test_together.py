"""What SQLite's index of parts is asked for: the rarest trigrams first, and nothing where one of them is not there."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from twinhaus.storage.sql.asking.text_parts import TWIN_BITS, of_models
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.sqlite.together import NOTHING, Together, joined, quoted

TWINS = 10_000  # Enough for a frequent trigram to fill some pages of the index.
PATH, OTHER_PATH = 1, 2
MODELS = (70_000, 7)
SELDOM_MODEL, COMMON_MODEL = of_models(MODELS)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteConnection]:
    """To a file in whose index each twin has "common" at a path, those after the middle "seldom", too, and these are of
    one model, the others of another; at another path all have "elsewhere".
    """
    path = tmp_path_factory.mktemp("together") / "store.db"
    SqliteStore(path).close()
    with closing(SqliteConnection(path, writable=True, busy_timeout_seconds=1)) as connection:
        rows = [
            *(
                (_row(PATH, twin), "common seldom", SELDOM_MODEL)
                if twin > TWINS / 2
                else (_row(PATH, twin), "common", COMMON_MODEL)
                for twin in range(1, TWINS)
            ),
            *((_row(OTHER_PATH, twin), "elsewhere", "") for twin in range(1, TWINS)),
        ]
        with connection.transaction("BEGIN"):
            connection.add_rows("INSERT INTO text_part (rowid, text, model_1) VALUES (?, ?, ?)", rows)
        yield connection


def _row(path: int, twin: int) -> int:
    return (path << TWIN_BITS) + twin


def expression(
    connection: SqliteConnection,
    *trigrams: str,
    path: int | None = PATH,
    after: int = 0,
    models: tuple[int, ...] | None = None,
) -> str:
    """What is asked for."""
    wanted = None if models is None else json.dumps(models)
    return Together(connection).expression(json.dumps(trigrams), path, after, wanted)


def test_the_rarest_trigram_is_looked_for_first(connection: SqliteConnection) -> None:
    """Whichever the order in the part."""
    assert expression(connection, "com", "sel") == joined(('"sel"', '"com"'))
    assert expression(connection, "sel", "com") == joined(('"sel"', '"com"'))


def test_all_trigrams_have_to_be_in_a_row(connection: SqliteConnection) -> None:
    """Of these rows, as FTS5 reads it."""
    asked = {"wanted": expression(connection, "com", "mon", "sel", "ldo", "dom")}
    found = connection.rows(
        "SELECT min(rowid), max(rowid) FROM text_part WHERE text_part MATCH :wanted", asked
    )
    assert list(found) == [(_row(PATH, TWINS // 2 + 1), _row(PATH, TWINS - 1))]


@pytest.mark.parametrize("trigrams", [("com", "els"), ("com", "xyz")])
def test_nothing_is_looked_for_where_a_trigram_is_not(
    connection: SqliteConnection, trigrams: tuple[str, ...]
) -> None:
    """At another path, or nowhere at all."""
    assert expression(connection, *trigrams) == NOTHING


def test_nothing_is_looked_for_after_the_last_twin_with_it(connection: SqliteConnection) -> None:
    """What comes before the page does not count."""
    assert expression(connection, "com", after=TWINS - 2) == '"com"'
    assert expression(connection, "com", after=TWINS) == NOTHING


def test_no_twin_has_a_path_that_is_not_there(connection: SqliteConnection) -> None:
    """Of which there is no number."""
    assert expression(connection, "com", path=None) == NOTHING


def test_what_matches_nothing_can_be_asked_for_beside_what_does(connection: SqliteConnection) -> None:
    """As of the several parts of a pattern."""
    asked = {"wanted": f"{NOTHING} OR {joined((quoted('sel'),))} OR {NOTHING}"}
    ((found,),) = connection.rows("SELECT count(*) FROM text_part WHERE text_part MATCH :wanted", asked)
    assert found == TWINS // 2 - 1


def test_rows_are_of_one_of_the_models(connection: SqliteConnection) -> None:
    """Those of others are passed over; beside a part that none of them has, nothing is looked for."""
    seldom, common = MODELS
    for models, found in (((seldom,), TWINS // 2 - 1), ((seldom, common), TWINS - 1), (None, TWINS - 1)):
        asked = {"wanted": expression(connection, "com", "mon", models=models)}
        rows = connection.rows("SELECT count(*) FROM text_part WHERE text_part MATCH :wanted", asked)
        assert list(rows) == [(found,)]
    assert expression(connection, "els", models=(seldom,), path=OTHER_PATH) == NOTHING
    assert expression(connection, "com", models=()) == NOTHING
    assert expression(connection, "sel", models=(common,), after=TWINS // 2) == NOTHING


def test_signs_of_expressions_are_only_characters() -> None:
    """A quote is doubled."""
    assert quoted('a"*') == '"a""*"'
