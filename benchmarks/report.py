"""What was measured, as tables of ratios and as JSON. The tables are Markdown, ready for a README."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, product
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.alongside import AlongsideMeasured
from benchmarks.comparison import Comparison, Summary
from benchmarks.goals import Goal, Measured, goals_of
from benchmarks.growth import GROWN_FROM, GrowthMeasured
from benchmarks.imports import ImportMeasured
from benchmarks.instances import BUSY, InstancesMeasured
from benchmarks.lists import ListCase
from benchmarks.models import OntologyMeasured
from benchmarks.pages import PAGE_SIZES, POSITIONS, PageMeasured
from benchmarks.peers_report import Beside, print_beside
from benchmarks.puts import Load, PutMeasured
from benchmarks.tables import new_table as _table
from benchmarks.validation import ValidationMeasured


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run."""

    engine: str
    machine: dict[str, str]
    twins: int
    pages: tuple[PageMeasured, ...]
    puts: tuple[PutMeasured, ...]
    imports: tuple[ImportMeasured, ...]
    import_floor_is: str
    validation: tuple[ValidationMeasured, ...]
    ontologies: tuple[OntologyMeasured, ...]
    instances: InstancesMeasured
    growth: tuple[GrowthMeasured, ...] = ()
    alongside: tuple[AlongsideMeasured, ...] = ()
    server_megabytes: float = 0
    beside: Beside | None = None

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What the engine is held to."""
        return goals_of(
            self.engine,
            Measured(self.pages, self.puts, self.imports, self.growth, self.alongside, self.server_megabytes),
        )

    def to_json(self) -> dict[str, Any]:
        """All of it, ratios included."""
        return {
            **asdict(self),
            "pages": [asdict(page) | {"ratios": _ratios(page)} for page in self.pages],
            "goals": [asdict(goal) | {"met": not goal.missed} for goal in self.goals],
        }

    def print(self, console: Console) -> None:
        """Tables, and whether the goals are met."""
        console.print(", ".join(f"{name} {value}" for name, value in self.machine.items()))
        for goal in self.goals:
            console.print(f"\nGoal: {goal.text}: {goal.verdict()}")
            for result in goal.missed:
                console.print(f"- {result.what}: {result.found:.3g} {goal.unit}")
        if self.beside is not None:
            print_beside(console, self.beside)
        console.print(f"\nPages of {self.twins:,} twins; times in milliseconds, p50 / p95 / p99\n")
        console.print(_pages_table(self.pages))
        console.print("\nTimes both together, by list\n")
        console.print(_lists_table(self.pages))
        console.print("\nThe same by bare sockets, and in this process; times in milliseconds, p50\n")
        console.print(_depths_table(self.pages))
        if self.growth:
            console.print(
                f"\nFirst pages of 100 beside those of {GROWN_FROM:,} twins; times in milliseconds\n"
            )
            console.print(_growth_table(self.growth))
        if self.alongside:
            console.print("\nFirst pages of 100 beside a running import of twins; times in milliseconds\n")
            console.print(_alongside_table(self.alongside))
        if self.server_megabytes:
            console.print(f"\nThe server's own memory after all of that: {self.server_megabytes:.0f} MB")
        console.print("\nPUT /twins; times in milliseconds, p50 / p95 / p99\n")
        console.print(_puts_table(self.puts))
        console.print(f"\nImport into an empty store; floor: {self.import_floor_is}\n")
        console.print(_imports_table(self.imports))
        console.print("\nTwins against their model, on one core; times in microseconds, p50\n")
        console.print(_validation_table(self.validation))
        console.print("\nModels read and checked, on one core; times in milliseconds, p50\n")
        console.print(_ontologies_table(self.ontologies))
        console.print(
            f"\n{self.instances.instances} instances in one process; times in milliseconds, p50 / p95 / p99\n"
        )
        console.print(_instances_table(self.instances))
        console.print(_costs_table(self.instances))


def _pages_table(pages: Sequence[PageMeasured]) -> Table:
    table = _table(
        "list", "twins", "page", "kB", "HTTP", "constant", "times", "statements", "times both together"
    )
    for page in pages:
        table.add_row(
            *_names(page),
            f"{page.answered / 1e3:.0f}",
            *(_percentiles(summary) for summary in (page.http.measured, page.http.floor)),
            f"{page.http.ratio:.2f}",
            _percentiles(page.statement),
            f"{page.times_both:.2f}",
        )
    return table


def _lists_table(pages: Sequence[PageMeasured]) -> Table:
    """A list has no middle where one page holds it."""
    places = list(product(PAGE_SIZES, POSITIONS))
    table = _table("list", *(f"{page_size:,} {position}" for page_size, position in places))
    for name, of_list in groupby(pages, key=lambda page: _list_of(page.case)):
        found = {(page.page_size, page.position): f"{page.times_both:.2f}" for page in of_list}
        table.add_row(name, *(found.get(place, "") for place in places))
    return table


def _depths_table(pages: Sequence[PageMeasured]) -> Table:
    table = _table("list", "twins", "page", "sockets", "constant", "times", "store", "statements", "times")
    for page in pages:
        table.add_row(*_names(page), *_medians(page.sockets), *_medians(page.engine))
    return table


def _growth_table(growth: Sequence[GrowthMeasured]) -> Table:
    table = _table("list", "large", "small", "times")
    for one in growth:
        table.add_row(
            _list_of(one.case),
            _percentiles(one.http.measured),
            _percentiles(one.http.floor),
            f"{one.http.ratio:.2f}",
        )
    return table


def _alongside_table(alongside: Sequence[AlongsideMeasured]) -> Table:
    table = _table("list", "import", "meanwhile", "without", "times")
    for one in alongside:
        times = (_percentiles(summary) for summary in (one.http.measured, one.http.floor))
        table.add_row(_list_of(one.case), one.importing, *times, f"{one.http.ratio:.2f}")
    return table


def _names(page: PageMeasured) -> tuple[str, str, str]:
    return _list_of(page.case), f"{page.twins:,}", f"{page.page_size:,} {page.position}"


def _list_of(case: ListCase) -> str:
    return f"{case.kind}: {case.name}"


def _puts_table(puts: Sequence[PutMeasured]) -> Table:
    floors = ("constant", "upsert", "times both", "PUTs/s", "upserts/s", "times")
    table = _table("PUT", "HTTP", *floors, "same rows", "times", "twins/s, same rows", "times")
    for put in puts:
        both = put.constant.each.p50 + put.upsert.each.p50
        table.add_row(
            put.what,
            *(_percentiles(load.each) for load in (put.put, put.constant, put.upsert)),
            f"{put.put.each.p50 / both:.2f}" if put.clients == 1 else "",
            *(_rate(load) for load in (put.put, put.upsert)),
            f"{put.upsert.per_second / put.put.per_second:.2f}",
            *([""] * 4 if put.rows is None else _beside_rows(put, put.rows)),
        )
    return table


def _beside_rows(put: PutMeasured, rows: Load) -> tuple[str, ...]:
    """Those of many clients are written together, so one of them says nothing of one PUT."""
    alone = (
        (_percentiles(rows.each), f"{put.put.each.p50 / rows.each.p50:.2f}") if put.clients == 1 else ("", "")
    )
    return *alone, _rate(rows), f"{put.times_rows(rows):.2f}"


def _imports_table(imports: Sequence[ImportMeasured]) -> Table:
    table = _table("import", "lines", "lines/s", "floor", "times")
    for one in imports:
        rates = (f"{rate:,.0f}" for rate in (one.lines, one.per_second, one.floor_per_second))
        table.add_row(one.what, *rates, f"{one.ratio:.1f}")
    return table


def _validation_table(rows: Sequence[ValidationMeasured]) -> Table:
    table = _table("validation", "bytes", "read", "check", "both", "json.loads", "times", "twins/s")
    for row in rows:
        times = (f"{time:.1f}" for time in (row.read, row.check, row.both, row.floor))
        table.add_row(row.what, f"{row.length}", *times, f"{row.ratio:.2f}", f"{row.per_second:,.0f}")
    return table


def _ontologies_table(rows: Sequence[OntologyMeasured]) -> Table:
    table = _table("ontology", "models", "kB", "load", "json.loads", "times")
    for row in rows:
        numbers = (f"{row.models:,}", f"{row.length / 1e3:,.0f}", f"{row.loaded:.0f}", f"{row.floor:.1f}")
        table.add_row(row.what, *numbers, f"{row.ratio:.0f}")
    return table


def _instances_table(measured: InstancesMeasured) -> Table:
    table = _table("list of an instance", "instances", "an only graph", "times")
    for what, one in (("alone", measured.quiet), (f"while {BUSY} more are asked", measured.busy)):
        table.add_row(what, _percentiles(one.measured), _percentiles(one.floor), f"{one.ratio:.2f}")
    return table


def _costs_table(measured: InstancesMeasured) -> Table:
    table = _table(
        "instances open", "MB", "kB each", "threads", "files", "connections", "their MB", "first request"
    )
    for what, one in ((0, measured.before), (measured.instances, measured.after)):
        each, opening = (f"{measured.kilobytes_each:.0f}", f"{measured.opening:.1f}") if what else ("", "")
        own = f"{one.kilobytes / 1e3:.0f}", each, f"{one.threads}", f"{one.files}"
        theirs = f"{one.connections.count}", f"{one.connections.kilobytes / 1e3:.0f}"
        table.add_row(f"{what}", *own, *theirs, opening)
    return table


def _percentiles(summary: Summary) -> str:
    return " / ".join(f"{time:.3g}" for time in (summary.p50, summary.p95, summary.p99))


def _medians(comparison: Comparison) -> tuple[str, str, str]:
    measured, floor = (f"{summary.p50:.3g}" for summary in (comparison.measured, comparison.floor))
    return measured, floor, f"{comparison.ratio:.2f}"


def _rate(load: Load) -> str:
    return f"{load.per_second:,.0f}"


def _ratios(page: PageMeasured) -> dict[str, float]:
    return {
        "http": page.http.ratio,
        "both": page.times_both,
        "sockets": page.sockets.ratio,
        "engine": page.engine.ratio,
    }
