"""Reading the body of PATCH /models/{modelId}: a plain object, or a JSON Patch (RFC 6902).

The clients of Azure Digital Twins send `[{"op": "replace", "path": "/decommissioned", "value": true}]`. Nothing else of
a model can change, so no patch needs more than to set this one member, and to test it.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from twinhaus.errors import path_to
from twinhaus.members import Faults, Members
from twinhaus.patches import PatchTestFailed
from twinhaus.strictjson import Json, describe

# From whether a model is decommissioned to whether it shall be.
Decommissioning: TypeAlias = Callable[[bool], bool]

OPERATIONS_MAX = 100
_MEMBER = "decommissioned"
_POINTER = f"/{_MEMBER}"
_SETTING = ("add", "replace")
_TEST = "test"
# ASP.NET's clients send all of these; of an operation that sets or tests, the last two say nothing.
_OPERATION = ("op", "path", "value", "from", "operationType")


def read_decommissioning(body: Json, faults: Faults) -> Decommissioning:
    """What a body asks for; every fault is noted at its path. The change itself raises PatchTestFailed."""
    if isinstance(body, list):
        return _read_patch(body, faults)
    members = Members(body, "", (_MEMBER,), faults)
    members.require(_MEMBER)
    wanted = members.boolean(_MEMBER)
    return lambda _: wanted


def _read_patch(body: list[Json], faults: Faults) -> Decommissioning:
    if len(body) > OPERATIONS_MAX:
        faults.add("$", f"A patch has at most {OPERATIONS_MAX} operations; got {len(body)}")
    steps = list(_steps(body[:OPERATIONS_MAX], faults))

    def change(current: bool) -> bool:
        for place, op, value in steps:
            if op == _TEST and value != current:
                raise PatchTestFailed(
                    f"The test at {place} does not hold: {_POINTER} is {describe(current)}."
                )
            current = value
        return current

    return change


def _steps(body: list[Json], faults: Faults) -> Iterator[tuple[str, str, bool]]:
    """Each operation: where it stands, what it does, and its value."""
    for index, operation in enumerate(body):
        place = path_to("", index)
        members = Members(operation, place, _OPERATION, faults)
        if not isinstance(operation, dict):
            continue
        op = members.choice("op", (*_SETTING, _TEST))
        members.require("op", f": one of {', '.join((*_SETTING, _TEST))}")
        path = members.text("path", required=True)
        if path and path.lower() != _POINTER:
            faults.add(
                members.path("path"), f'Only "{_POINTER}" of a model can be patched; got {describe(path)}'
            )
        members.require("value")
        yield place, op or "", members.boolean("value")
