"""JSON as the contract reads it."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twinhaus.strictjson import (
    DEPTH_MAX,
    INTEGER_MAX,
    INTEGER_MIN,
    MODEL_DEPTH_MAX,
    MalformedJson,
    describe,
    read,
    read_object,
    write,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
numbers = st.integers(INTEGER_MIN, INTEGER_MAX) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def faults(text: str | bytes) -> dict[str, str]:
    """What is wrong with a text: path to message."""
    with pytest.raises(MalformedJson) as refused:
        read(text)
    return {fault.path: fault.message for fault in refused.value.faults}


def is_same(one: Any, other: Any) -> bool:
    """Equal, and equal in type all the way down: `1` is not `1.0`, nor `true`."""
    return repr(one) == repr(other)


@given(values)
def test_what_is_written_is_read(value: Any) -> None:
    """Every value comes back as it was, numbers in their own type."""
    assert is_same(read(write(value)), value)


@given(values)
def test_what_anyone_writes_is_read(value: Any) -> None:
    """Escapes, indentation and spaces do not matter; text may come as bytes or as a string."""
    text = json.dumps(value, ensure_ascii=True, indent=1)
    assert is_same(read(text), value)
    assert is_same(read(text.encode()), value)


def answer(text: str | bytes) -> str:
    """What comes of reading a text: its value, or its faults."""
    try:
        return repr(read(text))
    except MalformedJson as refused:
        return str(refused.faults)


# Pieces of which many texts of JSON consist, such as are read the short way and such as are not.
pieces = st.sampled_from(
    (
        *(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"',
            '"a"',
            '"b"',
            '"é"',
            '"\\u0000"',
            "\\",
            " ",
            "null",
            "true",
            "0",
            "-",
        ),
        *("1.5", "1e400", "1E2", "-0", "18446744073709551616", "0.1", '{"a":1,"a":2}'),
        *("[" * DEPTH_MAX, "]" * DEPTH_MAX),
    )
)


@example(b"18446744073709551616")
@example(b'{"a":[-9223372036854775809]}')
@example(b'{"a":1,"a":1}')
@example(b'"\\u0000"')
@example(b"1e400")
@given(values.map(write) | st.lists(pieces, max_size=8).map(lambda parts: "".join(parts).encode()))
def test_the_short_way_leads_to_the_same(text: bytes) -> None:
    """A text comes to the same value or faults as bytes, which may be read the short way, and as a string."""
    assert answer(text) == answer(text.decode())


@given(st.binary(max_size=30))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    """No text makes the reader fail otherwise than by MalformedJson."""
    try:
        read(text)
    except MalformedJson as refused:
        assert refused.faults


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.0", 1.0),
        ("-0.0", -0.0),
        ("1e2", 100.0),
        ("1E-2", 0.01),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("9007199254740993", 2**53 + 1),
        ("5e-324", 5e-324),
        ("1e-400", 0.0),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\u2028"', "\u2028"),
        (" [ null , true , false ] \n", [None, True, False]),
        ('{"": {"": 1}}', {"": {"": 1}}),
    ],
)
def test_a_value_is_kept(text: str, value: Any) -> None:
    """Numbers keep their value and their kind, text its characters."""
    assert is_same(read(text), value)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "{", "[1,]", '{"a":1,}', "{'a':1}", "01", "+1", ".5", "1.", "0x1", "tru", '"\t"', '"\\x"', "[1] 2",
        "\ufeff1",
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused(text: str) -> None:
    """The place is told by line and column, at the path of the whole."""
    assert faults(text)["$"].startswith("Not JSON (line 1, column ")


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    """The first wrong byte is told; so are lone surrogates encoded as if they were characters."""
    assert faults(b'"a\xff"') == {"$": "The text is not UTF-8: byte 2 is wrong"}
    assert faults(b'"\xed\xa0\x80"') == {"$": "The text is not UTF-8: byte 1 is wrong"}
    assert faults('"ä"'.encode("utf-16"))["$"].startswith("The text is not UTF-8")


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_numbers_are_finite(name: str) -> None:
    """NaN and the infinities, which JSON does not have, are refused by name."""
    assert faults(f"[{name}]") == {"$": f"{name} is not JSON; a number must be finite"}


@pytest.mark.parametrize(
    "number", ["18446744073709551616", "-9223372036854775809", "1e309", "-1e400", "9" * 5_000, f"0.1e{'9' * 30}"]
)  # fmt: skip
def test_numbers_beyond_64_bits_are_refused(number: str) -> None:
    """At their path, and shortened where they are long."""
    (message,) = faults(f'{{"a": [0, {number}]}}').values()
    assert message.startswith(f"The number {number[:40]}")
    assert message.endswith("is beyond 64 bits")
    assert len(message) < 100
    assert list(faults(f'{{"a": [0, {number}]}}')) == ["a[1]"]


def test_a_key_twice_in_one_object_is_refused() -> None:
    """At the object's path, wherever it is; the same key in two objects, or in two casings, is not twice."""
    assert faults('{"a":1,"b":2,"a":1}') == {"$": 'The key "a" stands twice in one object'}
    assert faults('{"x":[{"a":{"b":1,"b":2}}]}') == {"x[0].a": 'The key "b" stands twice in one object'}
    assert faults('{"a":1,"\\u0061":1}') == {"$": 'The key "a" stands twice in one object'}
    assert read('{"a":{"a":1},"A":{"a":1}}') == {"a": {"a": 1}, "A": {"a": 1}}


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800", "\\udfff", "\\ude00\\ud83d"])
def test_text_is_made_of_characters(character: str) -> None:
    """NUL characters and lone surrogates are refused in values and in keys."""
    message = "Text must not hold NUL characters or lone surrogates"
    assert faults(f'{{"a":{{"b":"x{character}"}}}}') == {"a.b": message}
    assert faults(f'{{"a":{{"{character}":1}}}}') == {"a": message.replace("Text", "Keys")}
    assert faults(f'"{character}"') == {"$": message}


def test_nesting_has_a_limit() -> None:
    """Up to DEPTH_MAX levels are read; one more is refused, and so are a million."""
    assert read("[" * DEPTH_MAX + "]" * DEPTH_MAX) is not None
    deep = {"a": 1}
    for _ in range(DEPTH_MAX):
        deep = {"a": deep}  # type: ignore[dict-item]
    assert list(faults(json.dumps(deep)).values()) == [f"Nested deeper than {DEPTH_MAX} levels"]
    assert faults("[" * 1_000_000) == {"$": f"Nested deeper than {DEPTH_MAX} levels"}
    assert read(json.dumps([[]] * 1_000)) == [[]] * 1_000


def test_models_may_nest_deeper() -> None:
    """The limit is the caller's to set: that for models is higher, and faults tell the one that was set."""
    deep = "[" * MODEL_DEPTH_MAX + "1" + "]" * MODEL_DEPTH_MAX
    assert read(deep, depth_max=MODEL_DEPTH_MAX) is not None
    (message,) = faults(deep).values()
    assert message == f"Nested deeper than {DEPTH_MAX} levels"
    with pytest.raises(MalformedJson, match=f"Nested deeper than {MODEL_DEPTH_MAX} levels"):
        read(f"[{deep}]", depth_max=MODEL_DEPTH_MAX)


def test_many_read_at_once() -> None:
    """Threads that read at the same time, good texts and bad, each get the answer to their own text."""
    texts = [
        f'{{"a":[{number},{{"b":{number},"{"b" if number % 3 == 0 else "c"}":1e{number}}}]}}'
        for number in range(400)
    ]

    def outcome(text: str) -> str:
        try:
            return repr(read(text))
        except MalformedJson as refused:
            return str(refused)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(outcome, texts)) == [outcome(text) for text in texts]


def test_all_faults_are_told_at_once() -> None:
    """Each at its own path."""
    found = faults('{"a":1e999,"b":{"c":1,"c":2},"d":["\\u0000",99999999999999999999]}')
    assert set(found) == {"a", "b", "d[0]", "d[1]"}


def test_an_object_is_expected() -> None:
    """read_object refuses any other value and says what came."""
    assert read_object(b'{"a":1}') == {"a": 1}
    for text, got in (
        ("[]", "an array"),
        ("null", "null"),
        ('"x"', 'the string "x"'),
        ("1.5", "the number 1.5"),
    ):
        with pytest.raises(MalformedJson, match=f"Expected an object; got {got}"):
            read_object(text)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1, "the number 1"),
        (1.0, "the number 1.0"),
        ("a", 'the string "a"'),
        ("a" * 61, f'the string "{"a" * 59}…"'),
        ([1], "an array"),
        ({}, "an object"),
    ],
)
def test_a_value_is_described(value: Any, words: str) -> None:
    """In few words, whatever it is."""
    assert describe(value) == words
