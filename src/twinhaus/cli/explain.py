"""The command that shows how a list is found."""

import json
from collections.abc import Iterator
from typing import BinaryIO

import click
from rich.console import Console
from rich.table import Table

from twinhaus.cli.stores import read_store, read_store_option
from twinhaus.query.cursor import Traversal
from twinhaus.query.plan import Condition, Group, Leaf
from twinhaus.storage.store import Page, Reader
from twinhaus.storage.turns import Turn

_COLUMNS = ("driven by", "allowed", "found", "ms")


@click.command("explain")
@click.argument("request", type=click.File("rb"), default="-", metavar="[REQUEST]")
@click.option("--sql", is_flag=True, envvar="TWINHAUS_SQL", help="Show the statements, too.")
@read_store_option
def explain_command(request: BinaryIO, store: str, *, sql: bool) -> None:
    """Find one page of a list, and print how: which filters drove the search, in turn, and how far each came.

    REQUEST is a file with the body of a `POST /twins`; without it, or as -, it is standard input.
    """
    from twinhaus.api.messages import read_list_request

    body = request.read()
    with read_store(store) as opened:
        traversal = opened.read(
            lambda reader: read_list_request(body, reader.secret("continuation"))
        ).result()
        page, turns, unindexed = opened.read(lambda reader: _found(reader, traversal)).result()
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(turns))
    for field in unindexed:
        console.print(
            f"Not indexed: {field}. Each twin that other filters leave is looked into.", markup=False
        )
    more = "more follow" if page.more else "no more follow"
    milliseconds = sum(turn.seconds for turn in turns) * 1_000
    console.print(f"Twins on the page: {page.count}; {more}. {milliseconds:.2f} ms in all.")
    if sql:
        for driver, statement in dict.fromkeys((turn.driver, turn.statement) for turn in turns):
            console.print(f"\n-- driven by {driver}\n{statement.strip()}", markup=False)


def _found(reader: Reader, traversal: Traversal) -> tuple[Page, list[Turn], list[str]]:
    page = reader.list_twins(
        traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
    )
    paths = dict.fromkeys(_paths(traversal.query.condition))
    return page, list(reader.turns), [_field(path) for path in paths if not reader.is_indexed(path)]


def _paths(condition: Condition | None) -> Iterator[tuple[str, ...]]:
    match condition:
        case Leaf(field=tuple() as path):
            yield path
        case Group(members=members):
            for member in members:
                yield from _paths(member)
        case _:
            pass


def _field(path: tuple[str, ...]) -> str:
    """As a filter has it."""
    steps = (f".{key}" if key.isidentifier() else f"[{json.dumps(key)}]" for key in path)
    return "".join(steps).removeprefix(".")


def _table(turns: list[Turn]) -> Table:
    table = Table(*_COLUMNS, box=None, header_style="bold", pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for turn in turns:
        allowed = "no limit" if turn.allowed is None else f"{turn.allowed:,.10g} {turn.unit}"
        table.add_row(turn.driver, allowed, _outcome(turn), f"{turn.seconds * 1_000:.2f}")
    return table


def _outcome(turn: Turn) -> str:
    if turn.found is None:
        return "given up"
    if turn.wanted == "more":
        return "that more follow" if turn.found else "that no more follow"
    return f"{turn.found:,} twins"
