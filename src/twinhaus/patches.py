"""A JSON Patch (RFC 6902): read from JSON, and applied to a twin. The operations themselves are the library's.

A twin's own members (`/contents`, `/modelId`) and the words of the patch are the contract's, so their casing does not
matter; what is inside the contents is the user's data.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice

from jsonpatch import JsonPatch, JsonPatchException, JsonPatchTestFailed
from jsonpointer import JsonPointer, JsonPointerException
from msgspec import Struct

from twinhaus import strictjson
from twinhaus.errors import Conflict, Fault, Invalid, path_to
from twinhaus.members import Faults, Members, by_folded
from twinhaus.strictjson import DEPTH_MAX, Json, JsonObject, describe

OPERATIONS_MAX = 1_000
# By one patch; without a limit, forty copies of the twin into itself fill a disk.
COPIED_BYTES_MAX = 4 * 1024 * 1024

# A suggestion compares each letter of a key with each of every other: names are short and few, a map's keys may not be.
_NEAR_LENGTH_MAX = 100
_NEAR_AMONG_MAX = 200
# ASP.NET's clients send `operationType`, a number that says what `op` says.
_MEMBERS = ("op", "path", "from", "value", "operationType")
_TWIN_MEMBERS = ("id", "modelId", "lastUpdateTime", "contents")
_INDEX = re.compile("0|[1-9][0-9]{0,9}")  # No array is longer than that.


class Kind(StrEnum):
    """The six operations."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    MOVE = "move"
    COPY = "copy"
    TEST = "test"


_FROM = (Kind.MOVE, Kind.COPY)
_WITH_VALUE = (Kind.ADD, Kind.REPLACE, Kind.TEST)


class Operation(Struct, frozen=True):
    """One operation. `place` is where it stands in the request: `[2]`. Pointers are given by their parts."""

    place: str
    kind: Kind
    path: tuple[str, ...]
    source: tuple[str, ...] = ()
    value: Json = None

    def at(self, member: str, message: str) -> Fault:
        """A fault of this operation."""
        return Fault(path_to(self.place, member), message)


class Patch(Struct, frozen=True):
    """Operations, to be done one after another."""

    operations: tuple[Operation, ...]


class PatchTestFailed(Conflict):
    """A test of the patch does not hold; nothing was changed."""

    code = "patch-test-failed"


def read_patch(value: Json, path: str, faults: Faults) -> Patch:
    """Every fault that does not depend on a twin is noted, at paths such as `[2].from` within `path`."""
    if not isinstance(value, list):
        faults.add(path, f"A JSON Patch is an array of operations; got {describe(value)}")
        return Patch(())
    if len(value) > OPERATIONS_MAX:
        faults.add(path, f"A patch has at most {OPERATIONS_MAX} operations; got {len(value)}")
    read = [
        _read_operation(one, path_to(path, index), faults) for index, one in enumerate(value[:OPERATIONS_MAX])
    ]
    return Patch(tuple(one for one in read if one is not None))


def _read_operation(value: Json, place: str, faults: Faults) -> Operation | None:
    """RFC 6902 §4: what another operation would need, `from` of a `test` say, is not looked at."""
    members = Members(value, place, _MEMBERS, faults)
    if not isinstance(value, dict):
        return None
    word = members.choice("op", tuple(Kind))
    members.require("op", f": one of {', '.join(Kind)}")
    path = _read_pointer(members, "path", faults)
    source = _read_pointer(members, "from", faults) if word in _FROM else ()
    if word in _WITH_VALUE and not members.is_given("value"):
        faults.add(members.path("value"), f'"{word}" needs a value, which may be null')
    if word is None or path is None or source is None:
        return None
    given = members.raw("value")
    return Operation(place, Kind(word), path, source, given if path else _spelt_out(given))


def _read_pointer(members: Members, name: str, faults: Faults) -> tuple[str, ...] | None:
    text = members.text(name)
    if text is None:
        members.require(name, '; "" is the twin as a whole')
        return None
    try:
        parts = tuple(JsonPointer(text).parts)
    except JsonPointerException:
        faults.add(members.path(name), _no_pointer(text))
        return None
    if len(parts) > DEPTH_MAX:
        faults.add(members.path(name), f"Leads deeper than {DEPTH_MAX} levels")
        return None
    return _from_a_member(parts, members.path(name), faults)


def _no_pointer(text: str) -> str:
    message = f"Expected a JSON Pointer (RFC 6901) such as /contents/name; got {describe(text)}"
    if not text.startswith("/"):
        return f"{message}. It begins with a slash."
    return f"{message}. A ~ in a key is written ~0, a / is written ~1."


def _from_a_member(parts: tuple[str, ...], place: str, faults: Faults) -> tuple[str, ...] | None:
    """The pointer with the twin's own member as the contract spells it."""
    if not parts:
        return parts
    first, *rest = parts
    member = by_folded(_TWIN_MEMBERS).get(first.lower())
    if member is None:
        known = ", ".join(f"/{name}" for name in _TWIN_MEMBERS)
        hint = f'Did you mean "{_pointer(("contents", *parts))}"?'
        faults.add(place, f"A twin has no member {_quoted(first)}, only {known}. {hint}")
        return None
    return (member, *rest)


def _spelt_out(value: Json) -> Json:
    """A whole twin, its members as the contract spells them; one in two casings stays, to be refused with the twin."""
    if not isinstance(value, dict):
        return value
    known = by_folded(_TWIN_MEMBERS)
    spelt = {known.get(key.lower(), key): member for key, member in value.items()}
    return spelt if len(spelt) == len(value) else value


def apply(patch: Patch, twin: JsonObject) -> Json:
    """What a twin's JSON value becomes. The value given is used up, and the result shares nothing with the patch.

    Raises Invalid where an operation cannot be done, and PatchTestFailed. What becomes of the twin is not looked at,
    but for its id, which has to stay.
    """
    twin_id = twin["id"]
    value: Json = twin
    copied = 0
    for operation in patch.operations:
        try:
            copied += _bytes_of_source(operation, value)
            if copied > COPIED_BYTES_MAX:
                raise Invalid(operation.at("from", f"A patch copies at most {COPIED_BYTES_MAX} bytes"))
            value = _done(operation, value)
        except RecursionError as error:
            raise Invalid(operation.at("path", f"Nested deeper than {DEPTH_MAX} levels")) from error
        if not isinstance(value, dict) or value.get("id") != twin_id:
            raise Invalid(
                operation.at("path", f'The id of a twin cannot be changed; this one is "{twin_id}"')
            )
    if strictjson.is_deeper(value, DEPTH_MAX):
        raise Invalid(Fault("$", f"Nested deeper than {DEPTH_MAX} levels"))
    return value


def _bytes_of_source(operation: Operation, value: Json) -> int:
    """How much a copy adds, as JSON; other operations add no more than they bring. Raises Invalid without a source."""
    if operation.kind not in _FROM:
        return 0
    try:
        source = _follow(value, operation.source)
    except _LeadsNowhere as error:
        raise Invalid(operation.at("from", str(error))) from error
    return len(strictjson.write(source)) if operation.kind is Kind.COPY else 0


def _done(operation: Operation, value: Json) -> Json:
    """The value with one operation done to it; after a refusal it is worth nothing."""
    prepared = JsonPatch.operations[operation.kind](
        {"path": _pointer(operation.path), "from": _pointer(operation.source), "value": operation.value}
    )
    try:
        return prepared.apply(value)
    except JsonPatchTestFailed as error:
        reason = _why_it_differs(operation, value)
        raise PatchTestFailed(f"The test at {operation.place} does not hold: {reason}.") from error
    except (JsonPatchException, JsonPointerException) as error:
        raise Invalid(operation.at("path", _why_impossible(operation, value))) from error


def _why_it_differs(operation: Operation, value: Json) -> str:
    try:
        found = describe(_follow(value, operation.path))
    except _LeadsNowhere as error:
        return str(error)
    wanted = describe(operation.value)
    here = _pointer(operation.path) or "the twin"
    return f"{here} is {found} that differs" if found == wanted else f"{here} is {found}, not {wanted}"


def _why_impossible(operation: Operation, value: Json) -> str:
    """Why there is no place for what is to be added, or nothing to replace or remove."""
    if operation.kind is Kind.MOVE and operation.path[: len(operation.source)] == operation.source:
        return "A value cannot be moved to a place inside it"
    try:
        if operation.kind in (Kind.REMOVE, Kind.REPLACE):
            _follow(value, operation.path)
            return "The twin as a whole cannot be removed; DELETE it"
        holder = _follow(value, operation.path[:-1])
    except _LeadsNowhere as error:
        return str(error)
    here = _pointer(operation.path[:-1])
    if not isinstance(holder, list):
        return f"{here} is {describe(holder)}, which has no members"
    most, part = len(holder), _quoted(operation.path[-1])
    return f"{here} has {most} elements; one can be added at 0 to {most} or at -, not at {part}"


class _LeadsNowhere(Exception):
    """There is nothing at the end of a pointer."""


def _follow(value: Json, parts: tuple[str, ...]) -> Json:
    """What a pointer leads to. Raises _LeadsNowhere with the reason."""
    here = ""
    for part in parts:
        match value:
            case dict() if part in value:
                value = value[part]
            case dict():
                near = _near(part, value)
                hint = f'. Did you mean "{here}{_pointer((near,))}"?' if near else ""
                raise _LeadsNowhere(f"There is no {_quoted(part)} in {here or 'the twin'}{hint}")
            case list() if _INDEX.fullmatch(part) and int(part) < len(value):
                value = value[int(part)]
            case list():
                raise _LeadsNowhere(f"{here} has {len(value)} elements, and none at {_quoted(part)}")
            case _:
                raise _LeadsNowhere(f"{here} is {describe(value)}, which has no members")
        here += _pointer((part,))
    return value


def _near(part: str, keys: Iterable[str]) -> str | None:
    """The key that was meant, where that is found in no time: the writer does this, and others wait for it."""
    if len(part) > _NEAR_LENGTH_MAX:
        return None
    return next(iter(get_close_matches(part, islice(keys, _NEAR_AMONG_MAX), n=1)), None)


def _quoted(key: str) -> str:
    return describe(key).removeprefix("the string ")


def _pointer(parts: tuple[str, ...]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
