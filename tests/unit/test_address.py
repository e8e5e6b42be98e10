"""What names a store, and what of it may be shown."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.storage.address import is_misleading, is_postgres_url, is_url, without_password

SECRET = "hunter2"


@pytest.mark.parametrize(
    "path", ["twinhaus.db", "/data/a b.db", "", "postgresql", "a:b@c?password=x", "./x://y"]
)
def test_a_path_is_a_path(path: str) -> None:
    """What does not begin as URLs do is a path, and is shown as it is."""
    assert not is_url(path)
    assert without_password(path) == path


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        ("postgresql://", True),
        ("postgres://db", True),
        ("POSTGRESQL://db", False),
        ("postgresql+psycopg://db", False),
        ("mysql://db", False),
    ],
)
def test_a_url_is_a_url(url: str, *, is_ours: bool) -> None:
    """Those of PostgreSQL begin as psql knows them; others are not taken for paths."""
    assert is_url(url)
    assert is_postgres_url(url) is is_ours


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql:///twins?host=/run/postgresql", "postgresql:///twins?host=/run/postgresql"),
        ("postgresql://me@db:5432/twins", "postgresql://me@db:5432/twins"),
        ("postgresql://me:hunter2@db:5432/twins", "postgresql://me:***@db:5432/twins"),
        ("postgresql://:hunter2@db", "postgresql://:***@db"),
        ("postgres://me:hunter2@a:1,b:2/twins?x=1", "postgres://me:***@a:1,b:2/twins?x=1"),
        ("postgresql://db/twins?password=hunter2&x=1", "postgresql://db/twins?password=***&x=1"),
        ("postgresql://db/twins?x=1&sslpassword=hunter2", "postgresql://db/twins?x=1&sslpassword=***"),
        ("postgresql://db/twins?pass%77ord=hunter2", "postgresql://db/twins?pass%77ord=***"),
        ("mysql://me:hunter2@db", "mysql://me:***@db"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    """Wherever a URL may have one; the rest tells which store it is."""
    assert without_password(url) == shown


@pytest.mark.parametrize(
    ("url", "misleads"),
    [
        ("postgresql://me:a%40b@db/twins?application_name=x@y", False),
        ("postgresql:///twins", False),
        ("postgresql://me:a?b@db/twins", False),
        ("postgresql://me:a@b@db/twins", True),
        ("postgresql://me:1/b@db/twins", True),
    ],
)
def test_a_url_misleads_by_what_is_not_escaped(url: str, *, misleads: bool) -> None:
    """Where a password has an @ or a / in it, what follows is not what it seems."""
    assert is_misleading(url) is misleads


@given(st.text(max_size=5), st.text(max_size=5))
def test_no_password_is_shown(before: str, after: str) -> None:
    """Not even one that was not escaped as it should have been."""
    password = f"{before}{SECRET}{after}"
    for url in (f"postgresql://me:{password}@db/twins", f"postgresql://db/twins?password={quote(password)}"):
        assert SECRET not in without_password(url)
