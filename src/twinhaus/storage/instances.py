"""Instances: graphs side by side in one deployment that know nothing of each other, each a store of its own.

A deployment also has a graph without a name, which is no instance: `engines.open_store` opens it.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from twinhaus.errors import Conflict, Fault, Invalid, NotFound
from twinhaus.storage.store import Store

# It is part of a host's name, of a file's, and of a schema's, which PostgreSQL cuts at 63.
NAME_LENGTH_MAX = 32
INSTANCES_MAX = 100_000  # They are listed in one answer.
NAME_RULE = (
    f"1 to {NAME_LENGTH_MAX} of a-z, 0-9 and -, which stands neither first, last, nor third and fourth"
)
_NAME = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{NAME_LENGTH_MAX - 2}}}[a-z0-9])?", re.ASCII)
_ENCODED = re.compile(r"..--")  # Such a label of a host's name stands for another text (RFC 5890 §2.3.1).


class BadInstanceName(Invalid):
    """The name is not one that an instance may have."""

    code = "bad-instance-name"

    def __init__(self, name: str) -> None:
        super().__init__(Fault("name", f"{name!r} names no instance: a name is {NAME_RULE}."))


class NoInstance(NotFound):
    """There is no such instance here."""

    code = "no-instance"

    def __init__(self, name: str) -> None:
        # A text that may not even be a name is not repeated.
        super().__init__(f'There is no instance "{name}".' if is_instance_name(name) else None)


class InstanceExists(Conflict):
    """There is an instance of this name already."""

    code = "instance-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f'There is an instance "{name}" already. Remove it first, or choose another name.')


def is_instance_name(text: str) -> bool:
    """Whether an instance may have this name: the one rule, for commands, hosts, paths, headers, files and schemas."""
    return _NAME.fullmatch(text) is not None and _ENCODED.match(text) is None


def insist_on_instance_name(text: str) -> None:
    """Raise BadInstanceName where no instance may have this name."""
    if not is_instance_name(text):
        raise BadInstanceName(text)


class Instance(Struct, frozen=True):
    """An instance, what it takes on disk, and on which of several machines, where its engine knows."""

    name: str
    bytes: int
    place: str | None = None


class InstanceStore(Store, Protocol):
    """The store of an instance."""

    def is_current(self) -> bool:
        """Whether the instance's name still stands for this store: it may have been removed, by any process, and made
        again.

        Asked before every request, on the event loop: it must not block. An engine that would have to ask its server
        may tell what it learned a second ago.
        """
        ...


class Instances(Protocol):
    """The instances of a deployment. Its methods block, and may be called from any thread."""

    def open(self, name: str) -> InstanceStore:
        """The store of an instance, which whoever opened it closes. Raises NoInstance, Unavailable, StoreTooNew."""
        ...

    def create(self, name: str) -> None:
        """An empty instance, ready to be opened. Raises BadInstanceName, InstanceExists, and Conflict where there are
        INSTANCES_MAX.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove an instance and all that it holds, also while it is open somewhere. Raises NoInstance."""
        ...

    def list(self) -> Sequence[Instance]:
        """All of them, by name."""
        ...

    def close(self) -> None:
        """Let go of what they share; the stores they opened are closed before."""
        ...
