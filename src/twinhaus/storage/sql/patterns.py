"""Patterns of LIKE, of texts without casing. Pure."""

import re

# Word characters in any locale: a pattern without three of them in a row may have no trigram to go by.
_WITH_TRIGRAM = re.compile("[a-z0-9]{3}")
_WILD = re.compile(r"([%_\\])")


def containing(folded: str) -> str:
    """Of texts that have this in them."""
    return f"%{_plain(folded)}%"


def beginning(folded: str) -> str:
    """Of texts that begin so."""
    return f"{_plain(folded)}%"


def ending(folded: str) -> str:
    """Of texts that end so."""
    return f"%{_plain(folded)}"


def has_trigram(pattern: str) -> bool:
    """Whether an index of trigrams can go by it."""
    return _WITH_TRIGRAM.search(pattern) is not None


def _plain(folded: str) -> str:
    """Like nothing but itself."""
    return _WILD.sub(r"\\\1", folded)
