"""Fields of a twin as they are written: `area.grossArea`, `mappedIds[value]`, `customTags["a.b"]`."""

import re
import sys

from twinhaus.query.plan import FIELD_KEYS_MAX, Attribute

_STEP = re.compile(
    r"""(?P<dot>(?:^|(?!^)\.)(?P<name>[^.\[\]"]+))  # code, and .code behind something
      | \[(?P<bracketed>[^.\[\]"]+)\]              # [value]
      | \["(?P<quoted>(?:[^"\\]|\\["\\])*)"\]      # ["a.b"]; a key of a map may be empty
    """,
    re.VERBOSE,
)


def read_field(text: str) -> Attribute | tuple[str, ...] | None:
    """What a field names, or None where it cannot be read. What an attribute is called leads into the contents only
    behind `contents.`. Of a path that is too long it reads so much that this can be seen.
    """
    if text in set(Attribute):
        return Attribute(text)
    return read_path(text, "contents", keys_max=FIELD_KEYS_MAX + 2)


def read_path(text: str, root: str, *, keys_max: int = sys.maxsize) -> tuple[str, ...] | None:
    """The keys of a path below a root, which may be written before it; None where it cannot be read."""
    keys: list[str] = []
    position = 0
    while position < len(text) and len(keys) < keys_max:
        step = _STEP.match(text, position)
        if step is None:
            return None
        quoted = step["quoted"]
        keys.append(step["name"] or step["bracketed"] or re.sub(r"\\(.)", r"\1", quoted))
        position = step.end()
    leads_by_root = len(keys) > 1 and text.startswith(f"{root}.")
    return tuple(keys[1:] if leads_by_root else keys)
