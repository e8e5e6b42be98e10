"""Entity tags and conditional requests (RFC 9110 §8.8.3, §13.1).

A twin's tag is the tick of its last change. A relationship never changes, so its tag is made of what it is. A twin told
with its relationships, which come and go without it, has both in its tag; in a condition that stands for the twin's.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import TypeAlias, TypeVar

from starlette.datastructures import Headers
from starlette.responses import Response

from twinhaus.changes import Precondition
from twinhaus.errors import PreconditionFailed
from twinhaus.graph import Relationship, Twin
from twinhaus.members import Faults

_Kept = TypeVar("_Kept")
TagCondition: TypeAlias = Callable[[str | None], bool]
_ANY = "*"
_DIGEST_CHARACTERS = 32
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'  # A comma may stand inside.
_OF_RELATIONSHIPS = re.compile(rf'\.[0-9a-f]{{{_DIGEST_CHARACTERS}}}"$')
_TAGS = re.compile(rf"[ \t,]*{_TAG}[ \t]*(?:,[ \t]*(?:{_TAG}[ \t]*)?)*")  # Empty elements: RFC 9110 §5.6.1.2.


def etag(current: Twin | Relationship) -> str:
    """The strong tag of a twin as it is now, or of a relationship."""
    match current:
        case Twin():
            return f'"{current.updated:x}"'
        case Relationship():
            return content_tag(current.document.encode())


def tag_with_relationships(twin: Twin, document: str) -> str:
    """The strong tag of a twin as it is now, told with its relationships."""
    return f'"{twin.updated:x}.{_digest(document.encode())}"'


def content_tag(content: bytes) -> str:
    """A strong tag made from what is told apart by it."""
    return f'"{_digest(content)}"'


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:_DIGEST_CHARACTERS]


def precondition(
    headers: Headers, faults: Faults, tag_of: Callable[[_Kept], str]
) -> Precondition[_Kept] | None:
    """What If-Match and If-None-Match ask of what is about to be written, as it is; None where neither is sent."""
    condition = tag_condition(headers, faults)
    if "if-match" not in headers and "if-none-match" not in headers:
        return None
    return lambda current: condition(None if current is None else tag_of(current))


def tag_condition(headers: Headers, faults: Faults) -> TagCondition:
    """What they ask of a tag, which is None where there is nothing to have one."""
    match, none_match = _tags(headers, "if-match", faults), _tags(headers, "if-none-match", faults)

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


def is_known(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match says that the client has what this tag names; what cannot be read does not."""
    tags = _tags(headers, "if-none-match", Faults())
    return tags is not None and (_ANY in tags or _is_weakly_in(tag, tags))


def unwanted(headers: Headers, answer_headers: dict[str, str]) -> Response:
    """The answer to a read whose condition does not hold (RFC 9110 §13.2.2): 304, as the client has what there is.

    Raises PreconditionFailed where the client asks for another than there is.
    """
    if "if-match" in headers:
        raise PreconditionFailed
    return Response(status_code=304, headers=answer_headers)


def _is_weakly_in(tag: str, tags: frozenset[str]) -> bool:
    return tag in tags or f"W/{tag}" in tags


def _tags(headers: Headers, name: str, faults: Faults) -> frozenset[str] | None:
    lines = headers.getlist(name)
    if not lines:
        return None
    text = ",".join(lines).strip(" \t")  # As one list (RFC 9110 §5.3).
    if text == _ANY:
        return frozenset((_ANY,))
    if not _TAGS.fullmatch(text):
        faults.add(
            name, f'Expected "*", or entity tags in double quotes, as in "1f3a"; got {text or "nothing"}'
        )
    found = re.findall(_TAG, text)
    return frozenset((*found, *(_OF_RELATIONSHIPS.sub('"', one) for one in found)))
