"""All that the client can ask, as its code has it."""

import inspect
from collections.abc import Iterator
from typing import Any

from twinhaus_client import Call, Relationship, Twin, TwinhausClient
from twinhaus_client.api import Api
from twinhaus_client.calls import Listing
from twinhaus_client.groups import Described, Group
from twinhaus_client.lines import Stream

TWIN = Twin("x", "dtmi:x:X;1")
LINK = Relationship("x", "isPartOf", "y")
SAMPLES: dict[str, Any] = {
    "twin": TWIN,
    "twins": [TWIN],
    "twin_ids": ["x"],
    "relationship": LINK,
    "relationships": [LINK],
    "models": [{}],
    "operations": [],
    "scopes": [],
    "where": None,
}


def group_of(api: Api[Any], name: str) -> Group[Any]:
    """A group of a client by its name; the client itself has none."""
    found: Group[Any] = getattr(api, name) if name else api
    return found


def operations() -> Iterator[tuple[str, str, Described[..., Any]]]:
    """Every operation, with its group's name and its own."""
    with TwinhausClient("http://127.0.0.1") as client:
        groups = [name for name, one in vars(client).items() if isinstance(one, Group) and one is not client]
        for group in ("", *groups):
            for name, found in inspect.getmembers_static(type(group_of(client, group))):
                if isinstance(found, Described):
                    yield group, name, found


def first_call(operation: Described[..., Any]) -> Call[Any]:
    """The first request that an operation describes, with a sample for whatever it needs."""
    parameters = list(inspect.signature(operation.describe).parameters.values())[1:]
    needed = [one for one in parameters if one.default is one.empty and one.kind is not one.VAR_POSITIONAL]
    described = operation.describe(None, *(SAMPLES.get(one.name, "x") for one in needed))
    match described:
        case Call():
            return described
        case Listing():
            return next(described.walk())
        case Stream():
            return next(iter(described.parts()))[0]
        case _:
            raise AssertionError(f"{operation} describes {described}")
