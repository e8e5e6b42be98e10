"""What a cell has is what was written into it, and a spreadsheet never takes it for a formula."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twinhaus.dtdl.values import PRIMITIVES
from twinhaus.query.fields import read_path
from twinhaus.transfer.cells import column_name, leaves, read_cell, read_text, write_cell, write_text

TAKEN = ("id", "modelId", "lastUpdateTime")
_texts = st.text(st.sampled_from("=+-@'\t\ra1 "), max_size=5) | st.text(max_size=8)
_keys = st.text(max_size=6) | st.sampled_from(["id", "contents", "modelId", "a.b", 'q"uote', "[x]", "\\"])


@given(_texts)
def test_texts_come_back(text: str) -> None:
    """Every text, the empty one included, is read back from its cell, which is not empty and begins no formula."""
    cell = write_text(text)
    assert read_text(cell) == text
    assert cell
    assert cell[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize("text", ["'s-Gravenhage", "Room 1", "007", "=1+1", "-", "@home", "'=x", "'"])
def test_only_what_needs_it_is_marked(text: str) -> None:
    """An apostrophe is put in front of what would be a formula, or would be read as marked; nothing else changes."""
    needs = text[0] in "=-@" or text in ("'=x", "'")
    assert write_text(text) == (f"'{text}" if needs else text)


@pytest.mark.parametrize(
    ("cell", "schema", "value"),
    [
        ("3", "string", "3"),
        ("3", "integer", 3),
        ("-3.5", "double", -3.5),
        ("3.0", "double", 3.0),
        ("true", "boolean", True),
        ("true", "string", "true"),
        ("TRUE", "boolean", True),
        ("False", "boolean", False),
        ("TRUE", "string", "TRUE"),
        ("TRUE", "integer", "TRUE"),
        ("'TRUE", "boolean", "'TRUE"),
        ("2024-08-30", "date", "2024-08-30"),
        ("12.50", "decimal", "12.50"),
        ("many", "integer", "many"),
        ("'-3", "string", "-3"),
        ("'", "string", ""),
    ],
)
def test_the_schema_says_what_a_cell_is(cell: str, schema: str, value: object) -> None:
    """A cell is a text where the schema takes it as one, else JSON, else a text that is then refused."""
    found = read_cell(cell, PRIMITIVES[schema])
    assert (found, type(found)) == (value, type(value))


@given(st.lists(_keys, min_size=1, max_size=4).map(tuple))
@example(("=1+1",))
@example(("@SUM(1)", "a"))
def test_paths_come_back_from_the_names_of_columns(keys: tuple[str, ...]) -> None:
    """The name of a column is read back as the path it was made of, and is never that of a member."""
    name = column_name(keys, "contents", TAKEN)
    assert name not in TAKEN
    assert not name.startswith(("=", "+", "-", "@"))
    assert read_path(name, "contents") == keys


def test_leaves_are_what_has_a_cell() -> None:
    """Objects are led into; arrays, empty objects, and objects with a key that is empty stand in one cell."""
    value = {"a": {"b": 1, "c.d": "x"}, "list": [{"n": 1}], "empty": {}, "odd": {"": 1}}
    assert list(leaves(value)) == [
        (("a", "b"), 1),
        (("a", "c.d"), "x"),
        (("list",), [{"n": 1}]),
        (("empty",), {}),
        (("odd",), {"": 1}),
    ]
    assert write_cell([{"n": 1}]) == '[{"n":1}]'
