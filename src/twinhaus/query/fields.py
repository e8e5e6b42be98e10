"""Fields of a twin as they are written: `area.grossArea`, `mappedIds[value]`, `customTags["a.b"]`."""

import re

from twinhaus.query.plan import Attribute

_STEP = re.compile(
    r"""(?P<dot>(?:^|(?!^)\.)(?P<name>[^.\[\]"]+))  # code, and .code behind something
      | \[(?P<bracketed>[^.\[\]"]+)\]              # [value]
      | \["(?P<quoted>(?:[^"\\]|\\["\\])+)"\]      # ["a.b"]
    """,
    re.VERBOSE,
)


def read_field(text: str) -> Attribute | tuple[str, ...] | None:
    """What a field names, or None where it cannot be read. What an attribute is called leads into the contents only
    behind `contents.`.
    """
    return Attribute(text) if text in set(Attribute) else read_path(text, "contents")


def read_path(text: str, root: str) -> tuple[str, ...] | None:
    """The keys of a path below a root, which may be written before it; None where it cannot be read."""
    keys, position = [], 0
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None:
            return None
        quoted = step["quoted"]
        keys.append(step["name"] or step["bracketed"] or re.sub(r"\\(.)", r"\1", quoted))
        position = step.end()
    leads_by_root = len(keys) > 1 and text.startswith(f"{root}.")
    return tuple(keys[1:] if leads_by_root else keys)
