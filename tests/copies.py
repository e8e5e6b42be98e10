"""Whole stores copied from engine to engine, in few words."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from tests.engines import ENGINES, SQLITE, Engine, Postgres, Sqlite

from twinhaus.engines import filling_tables, reading_tables
from twinhaus.settings import Settings
from twinhaus.storage.tables import TABLES, Row, TableReader, TableWriter
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Advance, Beginning, Comparison

PAIRS = [(source, target) for source in ENGINES for target in ENGINES]


@dataclass(frozen=True, slots=True)
class Pair:
    """The names of two stores, of which the second is not there yet, and how to get more of its kind."""

    source: str
    target: str
    another: Callable[[], str]


@contextmanager
def pair_of(source: AbstractContextManager[str], target: Engine) -> Iterator[Pair]:
    """A store, and another that is not there yet."""
    with ExitStack() as stack:
        yield Pair(
            stack.enter_context(source),
            stack.enter_context(target.new_store()),
            lambda: stack.enter_context(target.new_store()),
        )


def engine_called(request: pytest.FixtureRequest, name: str) -> Engine:
    """An engine by its name."""
    if name == SQLITE:
        return Sqlite(request.getfixturevalue("tmp_path_factory"))
    return Postgres(request.getfixturevalue("postgres"))


@contextmanager
def reading(store: str, instance: str = "") -> Iterator[TableReader]:
    """The tables of a store, or of an instance of it."""
    with reading_tables(Settings(store=store, instance=instance)) as reader:
        yield reader


@contextmanager
def filling(store: str) -> Iterator[TableWriter]:
    """A store to be filled."""
    with filling_tables(Settings(store=store, busy_timeout_seconds=0.1)) as writer:
        yield writer


def copy(
    source: str, target: str, advance: Advance = lambda count: None
) -> tuple[Beginning, list[Comparison]]:
    """Copy a store, as `twinhaus copy` does: how it began, and what it came to."""
    return copy_tables(reading(source), filling(target), advance)


def copy_tables(
    source: AbstractContextManager[TableReader],
    target: AbstractContextManager[TableWriter],
    advance: Advance = lambda count: None,
) -> tuple[Beginning, list[Comparison]]:
    """The same, of stores wherever they are."""
    with source as reader, target as writer:
        beginning = copying.begin(reader, writer)
        copying.copy(reader, writer, advance)
        with writer.reading() as filled:
            found = list(copying.compare(reader, filled, lambda count: None))
        if all(one.is_same for one in found):
            writer.finish()
        else:
            writer.reject()
        return beginning, found


def copied(source: str, target: str) -> None:
    """Copy a store; it is the same then."""
    beginning, found = copy(source, target)
    assert beginning is Beginning.NEW
    assert [one.table.name for one in found if not one.is_same] == []


def all_rows(store: str, instance: str = "") -> dict[str, list[Row]]:
    """All that a store consists of, or an instance of it."""
    with reading(store, instance) as reader:
        return {table.name: list(reader.rows(table)) for table in TABLES}
