"""The documents that lead through something run as they are printed, and say what they are printed to say."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from tests import postgres as servers
from tests.docs.walking import Step, run, steps

from twinhaus.testing.buildings import write_ndjson
from twinhaus.testing.postgres.own import OwnServer, start_server
from twinhaus.testing.postgres.programs import Programs, installed_programs

ROOT = Path(__file__).parents[2]
PORTFOLIO_TWINS = 500
WALKTHROUGHS = (
    "tutorial",
    "how-to/explorer",
    "how-to/import",
    "how-to/import-from-brick",
    "how-to/import-from-haystack",
    "how-to/change-many-twins",
    "how-to/export-and-back-up",
    "how-to/ontologies",
    "how-to/permissions",
    "how-to/validate-an-ontology-in-ci",
    "how-to/check-twins-elsewhere",
    "how-to/audit",
    "how-to/issuers",
    "how-to/monitor",
    "how-to/instances",
    "how-to/upgrade",
)
GIVEN = {
    "how-to/upgrade": Step("sh", "twinhaus models load --starter\n", ())
}  # What is there, as a document begins.
ON_POSTGRES = ("how-to/back-up-and-move", "how-to/postgresql")
DATABASE = "postgresql://twinhaus@db.example.com"
STATISTICS = "pg_stat_statements"
TRIGRAMS = "pg_trgm"


def text_of(name: str) -> str:
    """What a document says."""
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", WALKTHROUGHS)
def test_walkthrough_runs(name: str, tmp_path: Path) -> None:
    """Every command of the document does what the document says, from an empty folder."""
    walkthrough = steps(text_of(name))
    assert len(walkthrough) >= 2
    run([GIVEN[name], *walkthrough] if name in GIVEN else walkthrough, tmp_path)


def test_a_move_to_postgresql_runs(tmp_path: Path, postgres_url: str) -> None:
    """Backups, and a move of all graphs to a database."""
    run(steps(text_of("how-to/back-up-and-move")), tmp_path, {f"{DATABASE}/twinhaus": postgres_url})


@pytest.fixture
def programs() -> Programs:
    """PostgreSQL's, with the extensions that packages bring, where it is installed; else those of the wheel."""
    return installed_programs() or servers.some_programs()


@pytest.fixture
def own(programs: Programs) -> Iterator[OwnServer]:
    """A server for one test, which has the extensions that there are."""
    with closing(start_server(programs)) as server:
        if STATISTICS in _extensions(server):
            server.set(shared_preload_libraries=STATISTICS)
            server.restart()
        yield server


def test_postgresql_runs(tmp_path: Path, own: OwnServer, programs: Programs) -> None:
    """The database is made as the how-to says, served, dumped and restored; what it asks the database, it answers.

    What needs an extension that is not installed is left out.
    """
    text = text_of("how-to/postgresql")
    available = _extensions(own)
    if TRIGRAMS not in available:
        text = re.sub(rf"^.*CREATE EXTENSION {TRIGRAMS}\b.*\n", "", text, flags=re.MULTILINE)
    if STATISTICS not in available:
        text = re.sub(rf"^-- [^\n]*\({STATISTICS}\)\.\n.*?;\n", "", text, flags=re.MULTILINE | re.DOTALL)
    url = f"postgresql://twinhaus@/twinhaus?host={own.folder}"
    variables = {"PGHOST": str(own.folder), "PGUSER": "postgres"}
    make, *others = steps(text)
    if STATISTICS in available:
        make = replace(make, commands=f"{make.commands}CREATE EXTENSION {STATISTICS};\n")
    others = [
        replace(step, commands=f"\\connect twinhaus\n{step.commands}") if step.kind == "sql" else step
        for step in others
    ]
    run([make, *others], tmp_path, {f"{DATABASE}:5432/twinhaus": url}, variables)


def _extensions(server: OwnServer) -> set[str]:
    with psycopg.connect(server.url) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM pg_available_extensions")}


def test_readme_serves_a_building(tmp_path: Path) -> None:
    """The README's lines serve the demo's portfolio, and list what is on one of its levels."""
    write_ndjson(tmp_path / ".demo" / "portfolio", twins=PORTFOLIO_TWINS)
    text = (ROOT / "README.md").read_text("utf-8").partition("\n## Serve your own building\n")[2]
    walkthrough = steps(text)
    assert len(walkthrough) == 2
    run(walkthrough, tmp_path)
