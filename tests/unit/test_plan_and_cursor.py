"""Plans are values; continuation tokens carry them, and no one else can make one."""

import base64
import json
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.graph import Direction
from twinhaus.query import cursor
from twinhaus.query.cursor import TOKEN_LENGTH_MAX, BadToken, Traversal, read_token, write_token
from twinhaus.query.plan import (
    CONDITION_LEAVES_MAX,
    LIST_VALUE_MAX,
    PAGE_SIZE_DEFAULT,
    Attribute,
    Comparison,
    DateFilter,
    Group,
    Include,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
    Scalar,
)

KEY = bytes(range(32))
EVERYTHING = Traversal(
    Query(
        ModelFilter(("dtmi:test:Room;1", "dtmi:test:Unit;1"), exact=True),
        RelationshipFilter(Direction.INCOMING, ("isPartOf",), ModelFilter(("dtmi:test:Space;1",))),
        "Ä place 😀",
        DateFilter(-5, 17_000_000_000_000_000),
        Group(
            (
                Leaf(("a.b", "c"), Comparison.IN, ("x", 1, 1.0, True, None, 2**64 - 1, -0.5)),
                Group(
                    (Leaf(Attribute.LAST_UPDATE_TIME, Comparison.LESS, 7, negated=True),), any_suffices=True
                ),
            )
        ),
    ),
    Include(outgoing=True),
    37,
    12_345,
)


def seal(plain: bytes) -> str:
    """A token that the store's own key sealed, over anything."""
    sealed = cursor._seal(KEY).encrypt(plain, [b"continuation"])
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def refuse(token: str, key: bytes = KEY) -> None:
    """It is no token."""
    with pytest.raises(BadToken) as refused:
        read_token(token, key)
    assert [fault.path for fault in refused.value.faults] == ["continuationToken"]


@pytest.mark.parametrize("traversal", [Traversal(), EVERYTHING])
def test_a_token_carries_its_traversal(traversal: Traversal) -> None:
    """To the value and its type: `1` is not `1.0`, nor true; text is any text; and it fits into a URL."""
    token = write_token(traversal, KEY)
    assert repr(read_token(token, KEY)) == repr(traversal)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)


@given(scalars | st.lists(scalars).map(tuple), st.integers(0, 2**62))
def test_any_value_is_carried(value: Scalar | tuple[Scalar, ...], after: int) -> None:
    """Whatever a client compares with, and from however far on the list continues."""
    traversal = Traversal(Query(condition=Leaf(("a",), Comparison.EQUALS, value)), after=after)
    assert repr(read_token(write_token(traversal, KEY), KEY)) == repr(traversal)


def test_the_same_traversal_has_the_same_token() -> None:
    """Tokens hold nothing of chance or time, so that answers can be compared."""
    assert write_token(EVERYTHING, KEY) == write_token(EVERYTHING, KEY)


def test_the_largest_query_has_a_token_that_is_accepted() -> None:
    """A hundred lists of a thousand values, each of them different, stay within the token's limits."""
    leaves = tuple(
        Leaf(
            ("field",),
            Comparison.IN,
            tuple(f"{number:03}-{one:04}" for one in range(LIST_VALUE_MAX)),
        )
        for number in range(CONDITION_LEAVES_MAX)
    )
    traversal = Traversal(Query(condition=Group(leaves)))
    token = write_token(traversal, KEY)
    assert len(token) <= TOKEN_LENGTH_MAX
    assert read_token(token, KEY) == traversal


def test_a_large_token_is_packed() -> None:
    """What repeats itself is sent once."""
    query = Query(condition=Leaf(("a",), Comparison.IN, tuple("0123456789" * 100)))
    assert len(write_token(Traversal(query), KEY)) < len(msgspec.json.encode(query)) / 5


@pytest.mark.parametrize("traversal", [Traversal(), EVERYTHING, Traversal(Query(location_id="x" * 2_000))])
def test_a_token_changed_anywhere_is_refused(traversal: Traversal) -> None:
    """Any one character changed, left out, doubled or added: it is no token of ours."""
    token = write_token(traversal, KEY)
    for place, character in enumerate(token):
        for other in "A-_z0" if character != "A" else "B-_z0":
            if other != character:
                refuse(token[:place] + other + token[place + 1 :])
        refuse(token[:place] + token[place + 1 :])
        refuse(token[:place] + character + token[place:])
    for more in ("A", "=", "==", "AAAA", " ", "\n"):
        refuse(token + more)
        refuse(more + token)


def test_a_token_cut_short_is_refused() -> None:
    """At every length."""
    token = write_token(EVERYTHING, KEY)
    for length in range(len(token)):
        refuse(token[:length])


def test_a_token_of_another_key_is_refused() -> None:
    """Each store has a key of its own."""
    token = write_token(EVERYTHING, KEY)
    refuse(token, bytes(32))
    refuse(token, KEY[::-1])


@pytest.mark.parametrize(
    "token",
    ["", "A", "null", "{}", "eyJhIjoxfQ", "ä" * 40, "\x00", "😀", "A" * 22, "A" * 100_000, "=" * 64, "a+b/" * 20],
)  # fmt: skip
def test_what_is_no_token_is_refused(token: str) -> None:
    """Whatever a client makes up."""
    refuse(token)


@given(
    st.text(max_size=80) | st.binary(max_size=80).map(lambda some: base64.urlsafe_b64encode(some).decode())
)
def test_no_text_is_a_token_by_chance(token: str) -> None:
    """Any text is refused as a bad token, and in no other way."""
    refuse(token)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"query":1}',
        b'{"query":{"unheard":1}}',
        b'{"after":"x"}',
        b'{"version":9999}',
        b"\xff\xfe",
        zlib.compress(b"[]"),
        zlib.compress(b'{"query":"' + b"x" * 5_000_000 + b'"}'),
    ],
)
def test_a_signed_text_that_holds_no_traversal_is_refused(plain: bytes) -> None:
    """Even with the key in hand: what a later version wrote, what is packed wrongly, what unpacks without end."""
    refuse(seal(plain))


def test_a_token_of_an_earlier_version_is_read() -> None:
    """Members that it lacks have their defaults."""
    assert read_token(seal(b"{}"), KEY) == Traversal()
    assert read_token(seal(json.dumps({"after": 5, "version": 1}).encode()), KEY).after == 5
    assert read_token(seal(zlib.compress(b'{"after":5}')), KEY) == Traversal(after=5)


def test_a_token_tells_nothing() -> None:
    """Neither what is asked nor where the list stands can be read in it; one place of one list is one token."""
    token = write_token(EVERYTHING, KEY)
    plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert not any(word in plain for word in (b"12345", b"query", b"after", b"a.b"))
    assert write_token(EVERYTHING, KEY) == token


def test_a_plan_is_a_value() -> None:
    """Two of the same are equal and hash alike; none can be changed."""
    assert Query(ModelFilter(("a",))) == Query(ModelFilter(("a",)))
    assert len({Query(ModelFilter(("a",))), Query(ModelFilter(("a",))), Query()}) == 2
    for plan, name in ((Query(), "model"), (Leaf(("a",), Comparison.IN), "value"), (Include(), "incoming")):
        with pytest.raises(AttributeError):
            setattr(plan, name, None)


def test_a_plan_filters_nothing_by_default() -> None:
    """An empty query has no filter, an empty relationship filter any direction, name and model."""
    assert Query() == Query(None, None, None, None, None)
    assert RelationshipFilter() == RelationshipFilter(Direction.EITHER, (), None)
    assert (Include().incoming, Include().outgoing) == (False, False)
    assert Traversal() == Traversal(Query(), Include(), PAGE_SIZE_DEFAULT, 0)
