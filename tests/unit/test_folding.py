"""Simple case folding: one character to one character (UAX #44, CaseFolding.txt statuses C and S)."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.query.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("AbC-1", "abc-1"),
        ("ÄÖÜ É", "äöü é"),
        ("Straße", "straße"),
        ("STRASSE", "strasse"),
        ("STRAẞE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("σίσυφος", "σίσυφοσ"),
        ("İI \u0131i", "İi \u0131i"),
        ("ДОМ", "дом"),
        ("ﬁne ﬃ", "ﬁne ﬃ"),
        ("\u212a\u212b\u017f", "kås"),
        ("\u01c5\u01c4", "\u01c6\u01c6"),
        ("\u1fbc\u1fb3", "\u1fb3\u1fb3"),
        ("\u13a0\uab70", "\u13a0\u13a0"),
        ("\U00010400", "\U00010428"),
    ],
)
def test_a_text_is_folded(text: str, folded: str) -> None:
    """Letters that are one and the same but for case become the same; no letter becomes two."""
    assert fold(text) == folded


def test_every_character_folds_to_one() -> None:
    """Each of Unicode's characters folds to one character, and that to itself."""
    for code in range(sys.maxunicode + 1):
        folded = fold(chr(code))
        assert len(folded) == 1
        assert fold(folded) == folded


def test_full_folding_agrees_where_it_is_simple() -> None:
    """Where Unicode's full folding of a character is one character, simple folding is the same."""
    for code in range(sys.maxunicode + 1):
        full = chr(code).casefold()
        assert len(full) > 1 or fold(chr(code)) == full


@given(st.text())
def test_a_text_folds_character_by_character(text: str) -> None:
    """No character's folding depends on its neighbours, so that parts of a text fold to parts of its folding."""
    assert fold(text) == "".join(map(fold, text))
