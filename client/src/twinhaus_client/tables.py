"""Values as tables of pandas or polars, whichever is installed; neither is needed for anything else."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from twinhaus_client.calls import Json, JsonObject
from twinhaus_client.paths import join

Library: TypeAlias = Literal["pandas", "polars"]
_LIBRARIES: tuple[Library, ...] = ("pandas", "polars")


@runtime_checkable
class Tabular(Protocol):
    """What can be a row."""

    def row(self) -> dict[str, Json]:
        """Its cells, by column."""
        ...


def to_table(items: Iterable[object], library: Library | None) -> Any:
    """A table with a row for each item, and each column that any of them has, in the order of their coming.

    Raises ImportError where the library is not installed, and TypeError for what has no rows.
    """
    make = _maker(library or _installed())
    rows = [_row_of(item) for item in items]
    columns = dict.fromkeys(column for row in rows for column in row)
    return make({column: [row.get(column) for row in rows] for column in columns})


def _row_of(item: object) -> dict[str, Json]:
    if not isinstance(item, Tabular):
        raise TypeError(f"{type(item).__name__} cannot be a row of a table")
    return item.row()


def flatten(contents: JsonObject, taken: Sequence[str]) -> dict[str, Json]:
    """Contents by the path that a filter's field would have, such as `area.grossArea`.

    An array is one cell. `$metadata` are left out. A property with the name of one of the `taken` columns goes by
    `contents.…`, which is its path too.
    """
    cells = dict(_leaves(contents, ""))
    return {f"contents.{path}" if path in taken else path: cell for path, cell in cells.items()}


def _leaves(value: JsonObject, path: str) -> Iterator[tuple[str, Json]]:
    for key, member in value.items():
        if key == "$metadata":
            continue
        here = join(path, key)
        if isinstance(member, dict):
            yield from _leaves(member, here)
        else:
            yield here, member


def _installed() -> Library:
    for library in _LIBRARIES:
        if find_spec(library):
            return library
    raise ImportError(
        'Tables need pandas or polars: pip install "twinhaus-client[pandas]" or "twinhaus-client[polars]"'
    )


def _maker(library: Library) -> Callable[[dict[str, list[Json]]], Any]:
    match library:
        case "pandas":
            return _to_pandas
        case "polars":
            return _to_polars


def _to_pandas(columns: dict[str, list[Json]]) -> Any:
    import pandas

    def series(cells: list[Json]) -> Any:
        kinds = {type(cell) for cell in cells} - {type(None)}
        if kinds != {int}:
            return pandas.Series(cells)
        # Left alone, pandas makes a column of whole numbers with gaps one of floats, which beyond 2**53 are others.
        try:
            return pandas.Series(cells, dtype="Int64")
        except OverflowError:
            return pandas.Series(cells, dtype=object)

    return pandas.DataFrame({name: series(cells) for name, cells in columns.items()})


def _to_polars(columns: dict[str, list[Json]]) -> Any:
    import polars

    def series(name: str, cells: list[Json]) -> Any:
        try:
            return polars.Series(name, cells, strict=True)
        except (TypeError, OverflowError, polars.exceptions.PolarsError):
            # A column of polars has one type; where models disagree about it, their JSON is what they have in common.
            return polars.Series(name, [None if cell is None else json.dumps(cell) for cell in cells])

    return polars.DataFrame([series(name, cells) for name, cells in columns.items()])
