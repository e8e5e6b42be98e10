"""One rule says which names instances may have; whatever else a client sends never becomes part of a path."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.errors import Invalid
from twinhaus.storage.instances import (
    NAME_LENGTH_MAX,
    BadInstanceName,
    NoInstance,
    insist_on_instance_name,
    is_instance_name,
)

ALLOWED = string.ascii_lowercase + string.digits
names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True).filter(
    lambda name: name[2:4] != "--"
)


@given(names)
def test_what_is_short_and_plain_is_a_name(name: str) -> None:
    """Letters a to z, digits, and hyphens inside; such a name is a label of a host, and a file in its folder."""
    assert is_instance_name(name)
    insist_on_instance_name(name)
    assert len(name) <= NAME_LENGTH_MAX <= 63
    assert (Path("/folder") / f"{name}.db").resolve().parent == Path("/folder")
    assert re.fullmatch(r"(?!-)[a-z0-9-]+(?<!-)", name)


@given(st.one_of(st.text(), st.text(alphabet=ALLOWED + "-A./_%\\\0 \nß", max_size=40)))
def test_nothing_else_is(text: str) -> None:
    """A text is a name only if each of its characters is allowed, and stands where it may."""
    is_plain = bool(text) and set(text) <= set(ALLOWED + "-") and len(text) <= NAME_LENGTH_MAX
    is_framed = not text.startswith("-") and not text.endswith("-") and text[2:4] != "--"
    assert is_instance_name(text) == (is_plain and is_framed)


HOSTILE = (
    "",
    ".",
    "..",
    "../acme",
    "acme/..",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "acme.db",
    "acme\0",
    "acme\n",
    " acme",
    "ACME",
    "Acme",
    "acmé",
    "\N{FULLWIDTH LATIN SMALL LETTER A}cme",
    "\N{CYRILLIC SMALL LETTER A}cme",
    "acme²",
    "\N{ARABIC-INDIC DIGIT ONE}",
    "xn--acme",
    "ab--c",
    "-acme",
    "acme-",
    "a_b",
    "a%2e",
    "%61cme",
    'a"; DROP SCHEMA public; --',
    "a" * (NAME_LENGTH_MAX + 1),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_no_names(text: str) -> None:
    """Paths, other casings, letters that look alike, encodings: none is a name, and the refusal says what is."""
    assert not is_instance_name(text)
    with pytest.raises(BadInstanceName) as refused:
        insist_on_instance_name(text)
    assert isinstance(refused.value, Invalid)
    assert "a-z, 0-9" in refused.value.faults[0].message


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_name_is_not_repeated(text: str) -> None:
    """That there is no such instance is said in words of our own alone."""
    assert NoInstance(text).detail == "There is no such instance here."
    assert NoInstance("acme").detail == 'There is no instance "acme".'
