"""What docs/how-to/citus.md promises, as far as it can be seen without Citus."""

import re
from pathlib import Path

import pytest
from tests.deploy.files import DEPLOY, ROOT

from twinhaus.storage.sql.postgres import connecting

HOW_TO = (ROOT / "docs" / "how-to" / "citus.md").read_text("utf-8")
SQL = ROOT / "src" / "twinhaus" / "storage" / "sql"
SCRIPTS = sorted((SQL / "migrations" / "postgres").glob("*.sql"))
_ROLE_SETTING = re.compile(r"^ALTER ROLE twinhaus SET (\w+) = (\w+);$", re.MULTILINE)


def test_workers_plan_as_the_server_says() -> None:
    """The role has on every machine what the server sets for its connection, but for how it reads the answers."""
    of_role = dict(_ROLE_SETTING.findall((DEPLOY / "citus" / "role.sql").read_text("utf-8")))
    of_session = dict(re.findall(r"SET (\w+) = '?(\w+)", connecting.SETTINGS))
    assert of_role == {name: value for name, value in of_session.items() if not name.startswith("client_")}


def test_what_is_set_for_a_transaction_holds_on_workers() -> None:
    """The server has Citus hand it on, whatever is set for the cluster: how long a lock is waited for, above all."""
    assert "SET citus.propagate_set_commands = 'local';" in connecting.SETTINGS


def test_the_how_to_has_the_settings_of_the_role() -> None:
    """docs/how-to/citus.md shows the lines of deploy/citus/role.sql."""
    assert _ROLE_SETTING.findall(HOW_TO) == _ROLE_SETTING.findall(
        (DEPLOY / "citus" / "role.sql").read_text("utf-8")
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_table_has_a_primary_key(script: Path) -> None:
    """So that Citus can move a schema by logical replication, while it is written."""
    tables = re.findall(
        r"^CREATE TABLE (\w+) \((.*?)^\)", script.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert [name for name, columns in tables if "PRIMARY KEY" not in columns] == []


def test_no_statement_asks_for_what_citus_refuses() -> None:
    """There are no triggers and foreign keys on PostgreSQL, and nothing is waited for but the lock on a row."""
    texts = [*SCRIPTS, SQL / "postgres/queries.sql", SQL / "queries.sql"]
    assert SCRIPTS
    for path in texts:
        statements = re.sub(r"--.*", "", path.read_text("utf-8"))
        assert not re.search(
            r"\b(TRIGGER|REFERENCES|FOREIGN KEY|LISTEN|NOTIFY|pg_\w*advisory\w*)\b", statements
        ), path
