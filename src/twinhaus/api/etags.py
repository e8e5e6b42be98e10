"""Entity tags and conditional requests (RFC 9110 §8.8.3, §13.1). A twin's tag is the tick of its last change."""

from collections.abc import Callable

from starlette.datastructures import Headers

from twinhaus.changes import Precondition
from twinhaus.graph import Twin
from twinhaus.members import Faults

_ANY = "*"


def etag(twin: Twin) -> str:
    """The strong tag of a twin as it is now."""
    return f'"{twin.updated:x}"'


def precondition(headers: Headers, faults: Faults) -> Precondition | None:
    """What If-Match and If-None-Match ask of the twin as it is; None where neither is sent."""
    condition = tag_condition(headers, faults)
    if condition is None:
        return None
    return lambda current: condition(None if current is None else etag(current))


def tag_condition(headers: Headers, faults: Faults) -> Callable[[str | None], bool] | None:
    """What they ask of a tag, which is None where there is nothing to have one; None where neither is sent."""
    match, none_match = _tags(headers, "if-match", faults), _tags(headers, "if-none-match", faults)
    if match is None and none_match is None:
        return None

    def holds(tag: str | None) -> bool:
        wanted = match is None or (tag is not None and (_ANY in match or tag in match))
        # If-None-Match compares weakly: W/"1" and "1" are the same tag (RFC 9110 §8.8.3.2).
        unwanted = (
            none_match is not None
            and tag is not None
            and (_ANY in none_match or _is_weakly_in(tag, none_match))
        )
        return wanted and not unwanted

    return holds


def _is_weakly_in(tag: str, tags: frozenset[str]) -> bool:
    return tag in tags or f"W/{tag}" in tags


def _tags(headers: Headers, name: str, faults: Faults) -> frozenset[str] | None:
    lines = headers.getlist(name)
    if not lines:
        return None
    tags = frozenset(tag.strip() for line in lines for tag in line.split(","))
    for tag in tags:
        if tag != _ANY and not (
            tag.removeprefix("W/").startswith('"') and tag.endswith('"') and len(tag) > 1
        ):
            faults.add(name, f'An entity tag stands in double quotes, as in "1f3a"; got {tag or "nothing"}')
    return tags
