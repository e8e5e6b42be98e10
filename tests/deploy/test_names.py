"""What deploy/ names is there: settings, variables of libpq and of the images, commands."""

import re

from tests.deploy.files import texts

from twinhaus.settings import Settings, to_environment

# https://www.postgresql.org/docs/current/libpq-envars.html
LIBPQ = {"PGSERVICE", "PGSERVICEFILE", "PGPASSFILE"}
IMAGES = {"POSTGRES_DB", "POSTGRES_INITDB_ARGS", "POSTGRES_PASSWORD_FILE"}


def test_every_variable_is_one() -> None:
    """Every TWINHAUS_ that is named is a setting, every other variable one that libpq or an image reads."""
    known = {*to_environment(Settings()), *LIBPQ, *IMAGES}
    for path, text in texts():
        named = set(re.findall(r"\b(?:TWINHAUS|POSTGRES|PG)_?[A-Z_]+\b", text))
        assert named <= known, path


def test_no_password_is_written_down() -> None:
    """No file of deploy/ has a password in it, and no URL has one."""
    for path, text in texts():
        assert not re.search(r"://[^/\s:@]+:[^/\s@]+@", text), path
        assert not re.search(r"password[ \t]*[=:][ \t]*\w", text, re.IGNORECASE), path
