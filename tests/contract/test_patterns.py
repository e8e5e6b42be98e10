"""The patterns of the contract's schemas say what the server reads, neither more nor less."""

import re
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from tests.contract.document import DOCUMENT

from twinhaus.api.etags import tag_condition
from twinhaus.instants import parse_instant
from twinhaus.members import Faults
from twinhaus.query.fields import read_field

SCHEMAS = DOCUMENT["components"]["schemas"]
INSTANT: str = SCHEMAS["Instant"]["pattern"]
TAGS: str = SCHEMAS["EntityTags"]["pattern"]
FIELD: str = SCHEMAS["PropertyFilter"]["properties"]["field"]["pattern"]
YEARS = ("0000", "0001", "0100", "0400", "1900", "2000", "2023", "2024", "9999")


def has(pattern: str, text: str) -> bool:
    """Whether a text is of a pattern, as JSON Schema has it: `$` is the very end."""
    return re.search(pattern.replace("$", r"\Z") if pattern.endswith("$") else pattern, text) is not None


def test_days_are_those_of_the_calendar() -> None:
    """Also the 29th of February, in leap years only."""
    for year, month, day in product(YEARS, range(14), range(33)):
        text = f"{year}-{month:02}-{day:02}"
        assert has(INSTANT, text) == (parse_instant(text) is not None), text


@given(st.from_regex(INSTANT.replace("$", r"\Z")))
def test_times_of_the_pattern_are_read(text: str) -> None:
    """Any hour, fraction and offset of it."""
    assert parse_instant(text) is not None


@given(st.text("0123456789-+:.,TtZz ", max_size=32).map("2024-02-29T1".__add__))
def test_times_that_are_read_are_of_the_pattern(text: str) -> None:
    """Nothing is read that the pattern leaves out."""
    assert has(INSTANT, text) or parse_instant(text) is None


@given(st.from_regex(TAGS.replace("$", r"\Z")))
def test_tags_of_the_pattern_are_read(text: str) -> None:
    """Any list of them."""
    faults = Faults()
    tag_condition(Headers({"If-Match": text}), faults)
    assert not faults.found


@given(st.from_regex(FIELD.replace("$", r"\Z")) | st.text('a.[]"\\', max_size=12))
def test_fields_are_those_that_are_read(text: str) -> None:
    """A path into the contents is of the pattern exactly where the server can follow it."""
    assert has(FIELD, text) == (bool(text) and read_field(text) is not None)
