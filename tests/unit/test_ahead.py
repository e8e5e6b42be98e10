"""Reading ahead asks for what is expected all at once, and answers as if each were asked for alone."""

from collections.abc import Iterator
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from twinhaus.storage.sql.writing import ahead
from twinhaus.storage.sql.writing.ahead import Ahead

ids = st.sampled_from("abcdefgh")


class Table:
    """What there is, and what was asked of it."""

    def __init__(self) -> None:
        self.rows = {"a": 1, "c": 3, "e": 5}
        self.asked: list[tuple[str, ...]] = []

    def ask(self, wanted: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        self.asked.append(wanted)
        return ((id_, self.rows[id_]) for id_ in wanted if id_ in self.rows)


def test_what_is_expected_is_asked_for_once() -> None:
    """The first question brings the answers to all that are expected, those included that have none."""
    table = Table()
    known = Ahead(table.ask, "abc")
    assert [known.get(id_) for id_ in "abc"] == [1, None, 3]
    assert table.asked == [("a", "b", "c")]


def test_what_is_not_expected_is_asked_for_alone() -> None:
    """Nobody waits for what may never be asked for."""
    table = Table()
    known = Ahead(table.ask, "ab")
    assert known.get("e") == 5
    assert table.asked == [("e",)]


def test_a_long_expectation_comes_in_parts() -> None:
    """No statement asks for more than its limit, and what came before the part at hand is let go."""
    table = Table()
    with patch.object(ahead, "AT_ONCE", 2):
        known = Ahead(table.ask, "abcdef")
        assert [known.get(id_) for id_ in "abcdef"] == [1, None, 3, None, 5, None]
    assert table.asked == [("a", "b"), ("c", "d"), ("e", "f")]


@given(
    st.lists(ids),
    st.lists(st.tuples(st.sampled_from(("get", "all", "put", "forget")), ids, st.integers(0, 9))),
)
def test_answers_are_those_of_the_table(expected: list[str], steps: list[tuple[str, str, int]]) -> None:
    """Whatever was expected: each answer is what the table holds, as long as it is told what changes."""
    table = Table()
    with patch.object(ahead, "AT_ONCE", 3):
        known = Ahead(table.ask, expected)
        for step, id_, value in steps:
            match step:
                case "get":
                    assert known.get(id_) == table.rows.get(id_)
                case "all":
                    both = [id_, "abcdefgh"[value % 8]]
                    assert known.get_all(both) == {one: table.rows.get(one) for one in both}
                case "put":
                    table.rows[id_] = value
                    known.note_all({id_: value})
                case _:
                    table.rows.pop(id_, None)
                    known.forget(id_)
