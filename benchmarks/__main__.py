"""`python -m benchmarks`: measure, print tables of ratios, and say whether the goal is met. Never a test."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.console import Console

from benchmarks.connection import get_token
from benchmarks.constant import running_constant
from benchmarks.imports import ImportMeasured, measure_imports
from benchmarks.instances import measure_instances
from benchmarks.lists import list_cases
from benchmarks.machine import load, machine_facts
from benchmarks.models import measure_ontologies
from benchmarks.pages import PageBench, PageMeasured
from benchmarks.portfolio import WORK, Portfolio, new_credentials, opened, prepare, scratch_copy
from benchmarks.puts import PutBench, PutMeasured
from benchmarks.report import Report
from benchmarks.validation import measure_validation
from twinhaus.testing.server import running_server

_WIDTH_MIN = 200  # Columns the tables need; where there are fewer, lines wrap.


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: seconds for each page, PUTs of each sort, twins to import, instances, lists of them."""

    page_seconds: float
    puts: int
    imported: int
    instances: int
    lists: int


_FULL = Effort(page_seconds=1.5, puts=3_200, imported=20_000, instances=500, lists=8_400)
_QUICK = Effort(page_seconds=0.4, puts=640, imported=5_000, instances=50, lists=2_100)


@click.command()
@click.option("--twins", type=click.IntRange(2_500), default=100_000, show_default=True)
@click.option("--quick", is_flag=True, help="10,000 twins, and shorter.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write this too.")
def main(twins: int, json_file: Path | None, *, quick: bool) -> None:
    """Measure twinhaus beside its floors. What is compared runs in turns, so look at the ratios."""
    progress = Console(stderr=True, highlight=False)
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH_MIN)
    effort = _QUICK if quick else _FULL
    portfolio = prepare(10_000 if quick else twins, progress)
    report = _run(portfolio, effort, progress)
    report.print(console)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(report.to_json())))


def _run(portfolio: Portfolio, effort: Effort, progress: Console) -> Report:
    machine = machine_facts(WORK)
    pages, puts = _measure_server(portfolio, effort, progress)
    progress.print("Measuring imports …")
    imports: tuple[ImportMeasured, ...] = tuple(measure_imports(WORK / "import", twins=effort.imported))
    progress.print("Measuring validation …")
    validation = tuple(measure_validation(seconds=effort.page_seconds))
    ontologies = tuple(measure_ontologies(seconds=effort.page_seconds))
    progress.print("Measuring instances …")
    instances = measure_instances(
        WORK / "instances", portfolio, instances=effort.instances, lists=effort.lists
    )
    machine["load at the end"] = load()
    return Report(machine, portfolio.twins, pages, puts, imports, validation, ontologies, instances)


def _measure_server(
    portfolio: Portfolio, effort: Effort, progress: Console
) -> tuple[tuple[PageMeasured, ...], tuple[PutMeasured, ...]]:
    with scratch_copy(portfolio) as path:
        credentials = new_credentials(path)
        with running_server(path) as server, running_constant() as constant:
            token = get_token(server.url, credentials)
            progress.print("Measuring pages …")
            with opened(path) as store:
                bench = PageBench(server.url, token, constant, store, path, seconds=effort.page_seconds)
                with closing(bench):
                    pages = tuple(bench.measure(list_cases(portfolio.moments)))
            progress.print("Measuring PUTs …")
            with closing(
                PutBench(server.url, token, constant, portfolio, path.parent, puts=effort.puts)
            ) as putting:
                return pages, tuple(putting.measure())


if __name__ == "__main__":
    main()
