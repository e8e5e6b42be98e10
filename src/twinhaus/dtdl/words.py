"""The words of messages: names close to a mistaken one, and lists of legal ones."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

NAMES_LISTED_MAX = 12
NAME_LENGTH_SHOWN_MAX = 80
IDS_NAMED_MAX = 10  # In one message; a hub may have thousands of relationships.


def nearest(name: str, legal: Iterable[str]) -> str | None:
    """The legal name a typing error most likely meant, if any is near; casing never counts as far."""
    by_folded = {candidate.casefold(): candidate for candidate in legal}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.7)
    return by_folded[close[0]] if close else None


def shown(name: str) -> str:
    """The name in quotes, cut if it is long beyond reason."""
    return f'"{name}"' if len(name) <= NAME_LENGTH_SHOWN_MAX else f'"{name[:NAME_LENGTH_SHOWN_MAX]}…"'


def no_model_id(text: str) -> str:
    """What is said of a text that stands where a model's id should."""
    return f"{shown(text)} is not a model id; one reads dtmi:com:example:Room;1"


def did_you_mean(name: str, legal: Iterable[str]) -> str:
    """` Did you mean "levelNumber"?`, or nothing when no legal name is near."""
    meant = nearest(name, legal)
    return f' Did you mean "{meant}"?' if meant else ""


def listed(names: Iterable[str], *, joined_by: str = "or") -> str:
    """`a, b or c`; a long list is cut with the number left out."""
    given = list(names)
    if len(given) > NAMES_LISTED_MAX:
        return f"{', '.join(given[:NAMES_LISTED_MAX])} {joined_by} {len(given) - NAMES_LISTED_MAX} more"
    return f" {joined_by} ".join(filter(None, [", ".join(given[:-1]), *given[-1:]]))


def count(number: int, what: str) -> str:
    """`1 model`, `2 models`."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"


def first_of(ids: Sequence[str]) -> str:
    """`a, b, c`; of many ids the first, and how many more there are."""
    shown = ", ".join(ids[:IDS_NAMED_MAX])
    return shown if len(ids) <= IDS_NAMED_MAX else f"{shown} and {len(ids) - IDS_NAMED_MAX} more"


def printable(text: str) -> str:
    """A text with what a terminal or a log would act upon, or not show, escaped: models quote anything."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
