"""What a store is named by: the path of its file, or the URL of the database that holds it."""

import re
from urllib.parse import unquote

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_POSTGRES = ("postgresql://", "postgres://")  # As libpq has them, and in no other case.
# Up to the last @: a password that should have been escaped, and was not, is hidden as a whole.
_USER_AND_PASSWORD = re.compile(r"(?P<user>[^:/?#@]*):.*@", re.DOTALL)
_HIDDEN = "***"


def is_url(store: str) -> bool:
    """Whether it is a URL, of whatever kind, and not a path."""
    return _URL.match(store) is not None


def is_postgres_url(store: str) -> bool:
    """Whether it is the URL of a PostgreSQL database, as psql takes it."""
    return store.startswith(_POSTGRES)


def is_misleading(url: str) -> bool:
    """Whether an @ stands where it should have been escaped: a part of the password would be taken for a host or a
    database, and be named wherever these are.
    """
    server, _, database = url.partition("://")[2].partition("?")[0].partition("/")
    return server.count("@") > 1 or "@" in database


def without_password(store: str) -> str:
    """The name as people may see it, on their screens and in logs."""
    scheme = _URL.match(store)
    if scheme is None:
        return store
    rest = _USER_AND_PASSWORD.sub(rf"\g<user>:{_HIDDEN}@", store[scheme.end() :], count=1)
    rest, mark, query = rest.partition("?")
    return f"{scheme[0]}{rest}{mark}{'&'.join(map(_without_secret, query.split('&')))}"


def _without_secret(parameter: str) -> str:
    """`password` and `sslpassword`, however their letters are escaped."""
    name, _, _ = parameter.partition("=")
    return f"{name}={_HIDDEN}" if "password" in unquote(name).lower() else parameter
