"""What a part of a text is looked for by. Pure."""

import re

from msgspec import Struct

from twinhaus.storage.properties import FOLDED, TEXT
from twinhaus.strictjson import is_storable

# Word characters in any locale: a pattern without three of them in a row may have no trigram to go by.
_WITH_TRIGRAM = re.compile("[a-z0-9]{3}")
_WILD = re.compile(r"([%_\\])")
END = "\n"  # After each text in SQLite's index of their parts.
_LENGTH = 3  # Characters of a trigram.
_TRIGRAMS_MAX = 16  # That are looked for; more find hardly less, and take their time.


class Pattern(Struct, frozen=True):
    """`like` is a pattern of LIKE, for texts without casing, `in_lines` one for many of them, each on its own line.

    What is like it has one of these `parts`, where before it stands what says that it is a text, and END after it.
    """

    like: str
    in_lines: str
    parts: tuple[str, ...]

    @property
    def has_trigram(self) -> bool:
        """Whether PostgreSQL's index of trigrams can go by it."""
        return _WITH_TRIGRAM.search(self.like) is not None

    @property
    def pairs(self) -> tuple[str, ...]:
        """Its parts, where each is a trigram but for a character that follows; none where they are longer, or shorter.

        Such are looked for as SQLite has folded them, which leaves ASCII as it is here. Behind END may be nothing.
        """
        are_pairs = all(
            len(part) == _LENGTH - 1 and part.isascii() and is_storable(part) and not part.endswith(END)
            for part in self.parts
        )
        return self.parts if are_pairs else ()

    @property
    def trigrams(self) -> tuple[tuple[str, ...], ...]:
        """Of each part those that SQLite's index is asked for; none where one is too short, or cannot be said."""
        can_be_said = all(len(part) >= _LENGTH and is_storable(part) for part in self.parts)
        return tuple(map(_trigrams_of, self.parts)) if can_be_said else ()


def containing(folded: str) -> Pattern:
    """Of texts that have this in them."""
    like = f"%{_plain(folded)}%"
    return Pattern(like, like, (folded,))


def beginning(folded: str) -> Pattern:
    """Of texts that begin so."""
    like = f"{_plain(folded)}%"
    return Pattern(like, f"%\n{like}", (TEXT + folded, FOLDED + folded))


def ending(folded: str) -> Pattern:
    """Of texts that end so."""
    like = f"%{_plain(folded)}"
    return Pattern(like, f"{like}\n%", (folded + END,))


def _plain(folded: str) -> str:
    """Like nothing but itself."""
    return _WILD.sub(r"\\\1", folded)


def _trigrams_of(part: str) -> tuple[str, ...]:
    """Every other one, with the last, so that each two neighbours are in one: those between them would rule out little
    more. Of a long part fewer, spread over all of it.
    """
    last = len(part) - _LENGTH
    starts = [*range(0, last, max(2, -(-last // (_TRIGRAMS_MAX - 1)))), last]
    return tuple(part[start : start + _LENGTH] for start in starts)
