"""Which instance a request is for: its host, its path or a header may name one, and they must agree.

Without any name it is for the deployment's own graph. What is decided here looks at texts alone; whether there is such
an instance is found out when it is opened.
"""

import re
from collections.abc import Iterable, Iterator

from starlette.types import Scope

from twinhaus.errors import Fault, Invalid
from twinhaus.settings import INSTANCE_IN_HOST
from twinhaus.storage.instances import NoInstance, is_instance_name

HEADER = "X-Twinhaus-Instance"
_HEADER = HEADER.lower().encode("ascii")
_BEFORE_NAME = "/instances/"
_IN_PATH = re.compile(rf"{_BEFORE_NAME}([^/]*)(?=/|$)")
_PORT = re.compile(r":\d*$")


def split_path(path: str) -> tuple[str, str]:
    """What stands before a path where it names an instance, and the path there: `/instances/a` and `/twins`, or ""."""
    found = _IN_PATH.match(path) if path.startswith(_BEFORE_NAME) else None
    return (found[0], path[found.end() :]) if found else ("", path)


def host_pattern(setting: str) -> re.Pattern[str] | None:
    """What matches the hosts that name an instance: those of the setting `instance_host`, as `Settings` allows it."""
    if not setting:
        return None
    before, _, after = setting.partition(INSTANCE_IN_HOST)
    return re.compile(f"{re.escape(before)}([^.]*){re.escape(after)}")


def instance_of(scope: Scope, prefix: str, hosts: re.Pattern[str] | None) -> str | None:
    """The instance that a request names, None where it names none. `prefix` is what `split_path` found.

    Raises Invalid where two ways disagree, and NoInstance for what can be no name.
    """
    if not prefix and hosts is None and _HEADER not in scope["first_headers"]:
        return None  # As with most requests to most servers.
    in_header = {value.decode("latin-1") for sent, value in scope["headers"] if sent == _HEADER}
    names = {"path": {prefix.rpartition("/")[2]}} if prefix else {}
    names["host"] = set(_hosts_names(scope["headers"], hosts)) if hosts else set()
    names["header"] = in_header
    found = sorted(set().union(*names.values()))
    if len(found) > 1:
        raise Invalid(Fault(HEADER, _disagreement(way for way, named in names.items() if named)))
    if not found:
        return None
    if not is_instance_name(found[0]):
        raise NoInstance(found[0])
    return found[0]


def _hosts_names(headers: Iterable[tuple[bytes, bytes]], hosts: re.Pattern[str]) -> Iterator[str]:
    for sent, value in headers:
        if sent == b"host":
            # Hosts are the same in any casing, and with a dot at their end (RFC 9110 §4.2.3, RFC 1034 §3.1).
            host = _PORT.sub("", value.decode("latin-1").lower()).removesuffix(".")
            if match := hosts.fullmatch(host):
                yield match[1]


def _disagreement(ways: Iterable[str]) -> str:
    return f"The request names different instances, by {' and '.join(ways)}; name one, in one way."
