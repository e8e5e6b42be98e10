"""`python -m benchmarks`: measure, print tables of ratios, and say whether the goal is met. Never a test."""

from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.console import Console

from benchmarks.connection import get_token
from benchmarks.constant import running_constant
from benchmarks.engine import ENGINES, POSTGRES, SQLITE, Engine
from benchmarks.imports import measure_imports
from benchmarks.instances import measure_instances
from benchmarks.lists import list_cases
from benchmarks.machine import load, machine_facts
from benchmarks.models import measure_ontologies
from benchmarks.pages import PageBench, PageMeasured
from benchmarks.portfolio import Portfolio, new_credentials, opened, prepared
from benchmarks.postgres.server import running_postgres
from benchmarks.puts import CLIENTS, PutBench, PutMeasured
from benchmarks.report import Report
from benchmarks.sqlite.engine import running_sqlite
from benchmarks.validation import measure_validation
from twinhaus.testing.server import running_server

_WIDTH_MIN = 200  # Columns the tables need; where there are fewer, lines wrap.


_TWINS, _TWINS_QUICK = 100_000, 10_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: seconds for each page, PUTs of each sort, twins to import, how often, instances, lists of
    them.
    """

    page_seconds: float
    puts: int
    imported: int
    import_rounds: int
    instances: int
    lists: int


_FULL = Effort(page_seconds=1.5, puts=3_200, imported=20_000, import_rounds=3, instances=500, lists=8_400)
_QUICK = Effort(page_seconds=0.4, puts=640, imported=5_000, import_rounds=1, instances=50, lists=2_100)


@click.command()
@click.option("--engine", "engine_name", type=click.Choice(ENGINES), default=SQLITE, show_default=True)
@click.option(
    "--postgres", metavar="URL", help="The server to measure. Default: one is started, and removed."
)
@click.option(
    "--twins", type=click.IntRange(2_500), help=f"Default: {_TWINS:,}, or {_TWINS_QUICK:,} with --quick."
)
@click.option("--quick", is_flag=True, help="Fewer twins, and shorter.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write this too.")
def main(
    engine_name: str, postgres: str | None, twins: int | None, json_file: Path | None, *, quick: bool
) -> None:
    """Measure twinhaus beside its floors. What is compared runs in turns, so look at the ratios."""
    if postgres is not None and engine_name != POSTGRES:
        raise click.UsageError("--postgres is for --engine postgres.")
    progress = Console(stderr=True, highlight=False)
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH_MIN)
    size = twins or (_TWINS_QUICK if quick else _TWINS)
    with _running(engine_name, postgres) as engine, prepared(engine, size, progress) as portfolio:
        report = _run(engine, portfolio, _QUICK if quick else _FULL, progress)
    report.print(console)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(report.to_json())))


def _running(name: str, postgres: str | None) -> AbstractContextManager[Engine]:
    return running_postgres(postgres) if name == POSTGRES else running_sqlite()


def _run(engine: Engine, portfolio: Portfolio, effort: Effort, progress: Console) -> Report:
    machine = machine_facts(engine.disk) | engine.facts()
    pages, puts = _measure_server(engine, portfolio, effort, progress)
    progress.print("Measuring imports …")
    imports = tuple(measure_imports(engine, twins=effort.imported, rounds=effort.import_rounds))
    progress.print("Measuring validation …")
    validation = tuple(measure_validation(seconds=effort.page_seconds))
    ontologies = tuple(measure_ontologies(seconds=effort.page_seconds))
    progress.print("Measuring instances …")
    instances = measure_instances(engine, portfolio, instances=effort.instances, lists=effort.lists)
    machine["load at the end"] = load()
    return Report(
        engine.name,
        machine,
        portfolio.twins,
        pages,
        puts,
        imports,
        engine.import_floor_is,
        validation,
        ontologies,
        instances,
    )


def _measure_server(
    engine: Engine, portfolio: Portfolio, effort: Effort, progress: Console
) -> tuple[tuple[PageMeasured, ...], tuple[PutMeasured, ...]]:
    with engine.copied(portfolio.store) as store:
        credentials = new_credentials(store)
        with running_server(store) as server, running_constant() as constant:
            token = get_token(server.url, credentials)
            progress.print("Measuring pages …")
            with opened(store) as own, closing(engine.statements(store)) as statements:
                bench = PageBench(server.url, token, constant, own, statements, seconds=effort.page_seconds)
                pages = tuple(bench.measure(list_cases(portfolio.moments)))
            progress.print("Measuring PUTs …")
            with engine.bare_table(CLIENTS) as table:
                putting = PutBench(server.url, token, constant, portfolio, table, puts=effort.puts)
                return pages, tuple(putting.measure())


if __name__ == "__main__":
    main()
