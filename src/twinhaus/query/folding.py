"""Unicode simple case folding (UAX #44, CaseFolding.txt statuses C and S): one character to one character.

`str.casefold` folds fully, "ß" to "ss", which would let a text contain what it does not hold character by character.
"""

from functools import lru_cache


def fold(text: str) -> str:
    """The text with each character folded by itself."""
    if text.isascii():
        return text.lower()
    folded = text.casefold()
    # Full folding only ever adds characters, so an equal length means that every one folded to one.
    return folded if len(folded) == len(text) else "".join(map(_fold_character, text))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    folded = character.casefold()
    if len(folded) == 1:
        return folded
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
