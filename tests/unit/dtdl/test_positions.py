"""Where in a JSON text the places of errors are."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.dtdl.conftest import interface, prop
from tests.unit.dtdl.test_catalogue import cases

from twinhaus.dtdl import InvalidModels, ModelError, UnresolvedReferences, load_models
from twinhaus.dtdl.positions import Position, find_positions, find_syntax_error, position_at
from twinhaus.errors import path_to
from twinhaus.strictjson import MODEL_DEPTH_MAX

KEYS = st.text(st.sampled_from('ab.[]"\\/~ é€😀\n{}:,0$'), max_size=4).filter(lambda key: key != "$")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
SPACE = st.sampled_from(["", " ", "\n", "\r\n", "\t", " \r\n  "])


class Writer:
    """Writes JSON with any spaces and escapes between, and notes where each value and each key begins."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.text = ""
        self.places: dict[str, tuple[int, str]] = {}

    def space(self) -> None:
        """White space, or none."""
        self.text += self.data.draw(SPACE)

    def write(self, value: Any, path: str, pointer: str, begin: int | None = None) -> None:
        """The value; its place is where its key began, if it has one."""
        self.space()
        self.places[path] = (len(self.text) if begin is None else begin, pointer)
        if isinstance(value, list):
            self.members("[", "]", list(enumerate(value)), path, pointer)
        elif isinstance(value, dict):
            self.members("{", "}", list(value.items()), path, pointer)
        else:
            self.text += self.scalar(value)
        self.space()

    def members(
        self, opening: str, closing: str, members: list[tuple[Any, Any]], path: str, pointer: str
    ) -> None:
        """All members, with what stands around and between them."""
        self.text += opening
        for number, (key, value) in enumerate(members):
            self.text += "," if number else ""
            self.space()
            begin = len(self.text)
            if isinstance(key, str):
                self.text += self.scalar(key)
                self.space()
                self.text += ":"
            step = str(key).replace("~", "~0").replace("/", "~1")
            self.write(
                value, path_to(path, key), f"{pointer}/{step}", begin if isinstance(key, str) else None
            )
        self.space()
        self.text += closing

    def scalar(self, value: Any) -> str:
        """A string with its characters escaped or not, or another scalar."""
        return json.dumps(value, ensure_ascii=self.data.draw(st.booleans()))


@given(st.data(), VALUES, st.booleans())
def test_every_place_is_found(data: st.DataObject, value: Any, with_mark: bool) -> None:
    """The path of anything in a text leads to the line, column and pointer it was written at."""
    writer = Writer(data)
    writer.write(value, "", "")
    expected = {}
    for path, (offset, pointer) in writer.places.items():
        before = writer.text[:offset].split("\n")
        expected[path or "$"] = Position(len(before), len(before[-1]) + 1, pointer)
    text = "\ufeff" + writer.text if with_mark else writer.text
    assert find_positions(text, expected) == expected


@given(VALUES, st.text("ab.[]0\"'\\ $", max_size=8))
def test_a_path_to_nothing_leads_into_the_text(value: Any, path: str) -> None:
    """Whatever the path, its position is one of the text, and its pointer one that leads somewhere."""
    text = json.dumps(value, indent=1)
    (position,) = find_positions(text, [path]).values()
    lines = text.split("\n")
    assert 1 <= position.line <= len(lines)
    assert 1 <= position.column <= len(lines[position.line - 1])
    found = value
    for step in position.pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]


def test_what_is_missing_stands_where_it_would_be() -> None:
    """A path to a member that is not there leads to the nearest thing around it that is."""
    text = '{\n "contents": [\n  {"name": "a"}]}'
    assert find_positions(text, ["contents[0].schema.fields", "contents[7]", "other"]) == {
        "contents[0].schema.fields": Position(3, 3, "/contents/0"),
        "contents[7]": Position(2, 2, "/contents"),
        "other": Position(1, 1, ""),
    }


def test_a_key_that_is_not_quoted_is_found_too() -> None:
    """A key with dots is found whether the path quotes it or not; a path that can be read as written goes first."""
    text = '{"a.b": 1,\n "a": {"b": 2}, "c": {"d.e": [3]}}'
    found = find_positions(text, ["a.b", '["a.b"]', "c.d.e[0]"])
    assert found["a.b"] == Position(2, 8, "/a/b")
    assert found['["a.b"]'] == Position(1, 2, "/a.b")
    assert found["c.d.e[0]"] == Position(2, 31, "/c/d.e/0")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1,\n "b": 2,\n "a": 3}', 3, 2),
        ('{"a":\n NaN}', 2, 2),
        ('{"a":\n  -Infinity}', 2, 3),
    ],
)
def test_what_json_forbids_stands_where_it_is(text: str, line: int, column: int) -> None:
    """A key that stands twice is found at the second, a number that is none at itself."""
    with pytest.raises(InvalidModels) as raised:
        load_models([text])
    (error,) = raised.value.errors
    position = find_positions(text, [error.path])[error.path]
    assert (position.line, position.column) == (line, column)


def test_too_deep_stands_where_it_is_too_deep() -> None:
    """A text nested deeper than allowed is found at the first value that is too deep, however deep it goes on."""
    for depth in (MODEL_DEPTH_MAX + 1, 100_000):
        text = '{"a":\n' + "[" * depth + "]" * depth + "}"
        with pytest.raises(InvalidModels) as raised:
            load_models([text])
        (error,) = raised.value.errors
        position = find_positions(text, [error.path])[error.path]
        assert (position.line, position.column) == (2, MODEL_DEPTH_MAX + 1)


def test_errors_of_a_model_lead_to_its_members() -> None:
    """Each error that a model has leads to the line of its member."""
    text = json.dumps(json.loads(interface("A", prop("1x", "strng"), dislayName="x")), indent=1)
    with pytest.raises(InvalidModels) as raised:
        load_models([text])
    positions = find_positions(text, [error.path for error in raised.value.errors])
    lines = text.splitlines()
    pointed = {lines[position.line - 1][position.column - 1 :] for position in positions.values()}
    assert pointed == {'"dislayName": "x",', '"name": "1x",', '"schema": "strng"'}


def test_a_key_of_a_megabyte_is_found() -> None:
    """A path as long as a text may be, full of dots, is found in memory of a few times its length."""
    key = "a." * 500_000
    assert find_positions(json.dumps({key: 1}), [key]) == {key: Position(1, 2, f"/{key}")}


def test_the_end_of_json_is_found() -> None:
    """Where a text stops being JSON is where the next thing was expected; in JSON there is no such place."""
    assert find_syntax_error('{"a": 1,\r\n  "b" 2}') == Position(2, 7)
    assert find_syntax_error("") == Position(1, 1)
    assert find_syntax_error('{"a": 1}') is None
    assert find_syntax_error('{"a": 1, "a": 2}') is None


def test_characters_are_counted_not_bytes() -> None:
    """A column is a number of characters, whatever number of bytes they are; a byte order mark is none."""
    assert position_at('\ufeff{"é😀": 1}', 6) == Position(1, 6)
    assert position_at('{\n"é😀": x}', 8) == Position(2, 7)


def test_every_error_of_the_cases_is_found() -> None:
    """Each error of the authors' conformance cases leads to its own path, or to what lacks a member of that path."""
    for case in cases():
        texts = [json.dumps(document, indent=1) for document in case["input"]]
        for error in errors_of(texts):
            position = find_positions(texts[error.document], [error.path])[error.path]
            path, found = "", case["input"][error.document]
            for step in position.pointer.split("/")[1:]:
                key: Any = step.replace("~1", "/").replace("~0", "~")
                key = int(key) if isinstance(found, list) else key
                path, found = path_to(path, key), found[key]
            missing = error.path.removeprefix(path).removeprefix(".")
            is_found = error.path in (path or "$", unquoted(path))
            assert is_found or (re.fullmatch(r"[^.\[]+", missing) and missing not in found), error


def errors_of(texts: list[str]) -> tuple[ModelError, ...]:
    """The errors of some models."""
    try:
        load_models(texts)
    except InvalidModels as invalid:
        return invalid.errors
    except UnresolvedReferences:
        pass
    return ()


def unquoted(path: str) -> str:
    """A path as a parent and a key in it that is not quoted."""
    return re.sub(r'\["([^"]*)"\]$', r".\1", path).removeprefix(".")
