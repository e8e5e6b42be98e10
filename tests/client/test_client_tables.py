"""Twins as tables of pandas and of polars."""

import sys
from typing import Any

import pytest
from tests.client.asking import Ask

from twinhaus_client import Page, Twin, TwinhausClient
from twinhaus_client.tables import Library, to_table

M = "dtmi:x:M;1"
COLUMNS = ["id", "modelId", "lastUpdateTime"]
LIBRARIES: tuple[Library, ...] = ("pandas", "polars")


def cells(table: Any, column: str) -> list[Any]:
    """A column of either kind of table, None where a cell is empty."""
    found = table[column]
    if hasattr(found, "to_list") and type(table).__module__.startswith("polars"):
        return [one.to_list() if hasattr(one, "to_list") else one for one in found.to_list()]
    return [
        None if empty else cell for cell, empty in zip(found.tolist(), found.isna().tolist(), strict=True)
    ]


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Library:
    """Which of the two a test is about."""
    found: Library = request.param
    return found


def test_contents_are_columns_by_their_paths(library: Library) -> None:
    """A column has the name of the field that reaches it in a filter, and metadata are left out."""
    contents = {
        "code": "L01",
        "area": {"$metadata": {"$lastUpdateTime": "now"}, "grossArea": 12.5},
        "customTags": {"a.b": "x", 'q"\\': "y"},
        "id": "own",
        "mappedIds": ["m1", "m2"],
        "capacity": {"$metadata": {}},
    }
    table = to_table([Twin("A", M, contents, "2026-01-31"), Twin("B", M, {"levelNumber": 3})], library)
    assert list(table.columns) == [
        *COLUMNS, "code", "area.grossArea", 'customTags["a.b"]', 'customTags["q\\"\\\\"]', "contents.id",
        "mappedIds", "levelNumber",
    ]  # fmt: skip
    assert cells(table, "id") == ["A", "B"]
    assert cells(table, "contents.id") == ["own", None]
    assert cells(table, "area.grossArea") == [12.5, None]
    assert cells(table, "levelNumber") == [None, 3]
    assert list(table["mappedIds"][0]) == ["m1", "m2"]


def test_numbers_keep_their_value(library: Library) -> None:
    """A whole number beyond 2**53 is exact, also in a column with gaps."""
    values = [2**53 + 1, None, -(2**63)]
    twins = [Twin(str(index), M, {} if value is None else {"n": value}) for index, value in enumerate(values)]
    assert cells(to_table(twins, library), "n") == values


@pytest.mark.parametrize(
    "values", [[1, "1"], [2**64 - 1, -1], [[1], "x"], [[{"a": 1}], [{"a": "x", "b": 1}]], [1, 2.5], [True, 1]]
)
def test_models_may_disagree_about_a_property(values: list[Any], library: Library) -> None:
    """Values of several types make a table all the same."""
    table = to_table([Twin(str(index), M, {"p": value}) for index, value in enumerate(values)], library)
    assert len(cells(table, "p")) == 2


def test_no_twins_are_an_empty_table(library: Library) -> None:
    """An empty list has no rows."""
    assert len(to_table([], library)) == 0


def test_a_list_becomes_a_table(ask: Ask, library: Library) -> None:
    """A list of a real server is one, with a row for each twin."""
    twins = ask(lambda api: api.twins.list())
    table = to_table(twins, library)
    assert cells(table, "id") == [twin.id for twin in twins]


def test_lists_know_how_to_become_one(served: Any, auth: Any) -> None:
    """pandas is what a list becomes where both are there, and nothing else is said."""
    with TwinhausClient(served.url, auth=auth) as client:
        twins = client.twins.list(page_size=5)
        assert type(twins.to_dataframe()).__module__.partition(".")[0] == "pandas"
        assert type(twins.to_dataframe("polars")).__module__.partition(".")[0] == "polars"


def test_without_either_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has neither pandas nor polars is told what to install."""
    for library in LIBRARIES:
        monkeypatch.setitem(
            sys.modules, library, None
        )  # Python's own way to say that there is no such module.
    with pytest.raises(ImportError, match=r"pip install \"twinhaus-client\[pandas\]\""):
        to_table([], None)


def test_what_has_no_rows_is_refused() -> None:
    """A page is no row."""
    with pytest.raises(TypeError, match="Page"):
        to_table([Page(())], "pandas")
