"""JSON Patch in the plainest way, written from RFC 6902 and RFC 6901."""

import copy
import re
from dataclasses import dataclass
from typing import Any

from tests.machine.meaning import same

from twinhaus.strictjson import JsonObject

TWIN_MEMBERS = ("id", "modelId", "lastUpdateTime", "contents")
_INDEX = re.compile("0|[1-9][0-9]*")


class Impossible(Exception):
    """An operation cannot be done: the member of it that is to blame."""


class TestFails(Exception):
    """A test does not hold."""

    __test__ = False  # It is not one of pytest's.


@dataclass(frozen=True)
class Refusal:
    """409 where a test does not hold, 400 for all else, with what is to blame."""

    status: int
    faults: tuple[str, ...] = ()


def patched(patch: list[JsonObject], twin: JsonObject) -> Refusal | dict[str, Any]:
    """What becomes of a twin. It may not be one any more; but its id stays."""
    whole: dict[str, Any] = {
        "": copy.deepcopy(twin)
    }  # So that the twin as a whole is a member of something, too.
    for at, operation in enumerate(patch):
        try:
            do(operation, whole)
        except Impossible as impossible:
            return Refusal(400, (f"[{at}].{impossible}",))
        except TestFails:
            return Refusal(409)
        if not isinstance(whole[""], dict) or whole[""].get("id") != twin["id"]:
            return Refusal(400, (f"[{at}].path",))
    result: dict[str, Any] = whole[""]
    return result


def do(operation: Any, whole: dict[str, Any]) -> None:
    """One operation, done to what `whole` holds."""
    path, source = ["", *parts_of(operation["path"])], ["", *parts_of(operation.get("from", ""))]
    match operation["op"].lower():
        case "add":
            add(whole, path, operation["value"])
        case "remove":
            remove(whole, path)
        case "replace":
            replace(whole, path, operation["value"])
        case "test":
            if not holds(whole, path, operation["value"]):
                raise TestFails
        case "copy":
            add(whole, path, found(whole, source, "from"))
        case _:  # A move.
            value = found(whole, source, "from")
            if path == source:
                return  # Not a proper prefix of itself (RFC 6902, 4.4): legal also of the twin as a whole.
            if path[: len(source)] == source:
                raise Impossible("path")
            remove(whole, source)
            add(whole, path, value)


def parts_of(pointer: str) -> list[str]:
    """The keys of a JSON Pointer; the twin's own members come in any casing."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return [
        {name.lower(): name for name in TWIN_MEMBERS}.get(part.lower(), part) for part in parts[:1]
    ] + parts[1:]


def found(whole: Any, path: list[str], member: str) -> Any:
    """A copy of what a path leads to."""
    for part in path:
        if isinstance(whole, dict) and part in whole:
            whole = whole[part]
        elif isinstance(whole, list) and _INDEX.fullmatch(part) and int(part) < len(whole):
            whole = whole[int(part)]
        else:
            raise Impossible(member)
    return copy.deepcopy(whole)


def holds(whole: Any, path: list[str], value: Any) -> bool:
    """Whether something is there, and is this."""
    try:
        return same(found(whole, path, "path"), value)
    except Impossible:
        return False


def add(whole: Any, path: list[str], value: Any) -> None:
    """To an object as a member, in an array before an element or at its end."""
    holder, last = holder_of(whole, path), path[-1]
    if isinstance(holder, dict):
        holder[last] = copy.deepcopy(value)
    elif isinstance(holder, list) and (last == "-" or (_INDEX.fullmatch(last) and int(last) <= len(holder))):
        holder.insert(len(holder) if last == "-" else int(last), copy.deepcopy(value))
    else:
        raise Impossible("path")


def remove(whole: Any, path: list[str]) -> None:
    """What is there, but not the twin as a whole."""
    found(whole, path, "path")
    if len(path) == 1:
        raise Impossible("path")
    holder, last = holder_of(whole, path), path[-1]
    del holder[last if isinstance(holder, dict) else int(last)]


def replace(whole: Any, path: list[str], value: Any) -> None:
    """What is there."""
    found(whole, path, "path")
    holder, last = holder_of(whole, path), path[-1]
    holder[last if isinstance(holder, dict) else int(last)] = copy.deepcopy(value)


def holder_of(whole: Any, path: list[str]) -> Any:
    """The object or array that the end of a path stands in."""
    for part in path[:-1]:
        if isinstance(whole, dict) and part in whole:
            whole = whole[part]
        elif isinstance(whole, list) and _INDEX.fullmatch(part) and int(part) < len(whole):
            whole = whole[int(part)]
        else:
            raise Impossible("path")
    return whole
