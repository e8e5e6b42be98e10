"""`python -m benchmarks`: measure, print tables of ratios, and say whether the goal is met. Never a test."""

from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from benchmarks.besides import PeersBeside, besides
from benchmarks.connection import get_token
from benchmarks.constant import running_constant
from benchmarks.engine import ENGINES, POSTGRES, SQLITE, Engine
from benchmarks.imports import measure_imports
from benchmarks.instances import measure_instances
from benchmarks.lists import list_cases
from benchmarks.machine import load, machine_facts
from benchmarks.models import measure_ontologies
from benchmarks.pages import PageBench, PageMeasured
from benchmarks.peers.reference import READ_TWIN
from benchmarks.portfolio import Portfolio, new_credentials, opened, prepared
from benchmarks.postgres.server import running_postgres
from benchmarks.puts import CLIENTS, PutBench, PutMeasured
from benchmarks.reads import ReadBench
from benchmarks.report import Report
from benchmarks.results import publish, write_results
from benchmarks.sides import Sides
from benchmarks.sqlite.engine import running_sqlite
from benchmarks.validation import measure_validation
from twinhaus.testing.server import running_server

_WIDTH_MIN = 200  # Columns the tables need; where there are fewer, lines wrap.


_TWINS = 100_000
_RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: seconds for each page, and for a peer's; twins of the small portfolio; PUTs of each sort,
    twins to import, how often, instances, lists of them.
    """

    page_seconds: float
    peer_seconds: float
    small_twins: int
    puts: int
    imported: int
    import_rounds: int
    instances: int
    lists: int


_BRIEF = Effort(
    page_seconds=0.15,
    peer_seconds=0.1,
    small_twins=2_500,
    puts=640,
    imported=5_000,
    import_rounds=1,
    instances=50,
    lists=2_100,
)
_THOROUGH = Effort(
    page_seconds=1.5,
    peer_seconds=0.5,
    small_twins=10_000,
    puts=3_200,
    imported=20_000,
    import_rounds=3,
    instances=500,
    lists=8_400,
)


@click.command()
@click.option("--engine", "engine_name", type=click.Choice(ENGINES), default=SQLITE, show_default=True)
@click.option(
    "--postgres", metavar="URL", help="The server to measure. Default: one is started, and removed."
)
@click.option("--twins", type=click.IntRange(2_500), default=_TWINS, show_default=True)
@click.option("--thorough", is_flag=True, help="Measure each thing longer.")
@click.option("--no-peers", is_flag=True, help="twinhaus and its floors alone.")
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    default=_RESULTS,
    help="The folder to write tables, figures and peers' queries to.",
)
@click.option("--publish", "is_published", is_flag=True, help="Put what is written into the documents, too.")
def main(
    *,
    engine_name: str,
    postgres: str | None,
    twins: int,
    thorough: bool,
    no_peers: bool,
    results: Path,
    is_published: bool,
) -> None:
    """Measure twinhaus beside its floors and its peers. What is compared runs in turns, so look at the ratios."""
    if postgres is not None and engine_name != POSTGRES:
        raise click.UsageError("--postgres is for --engine postgres.")
    progress = Console(stderr=True, highlight=False)
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH_MIN)
    effort = _THOROUGH if thorough else _BRIEF
    with ExitStack() as stack:
        engine = stack.enter_context(_running(engine_name, postgres))
        portfolio = stack.enter_context(prepared(engine, twins, progress))
        peers = None
        if engine_name == SQLITE and not no_peers:
            wanted = besides(
                engine, portfolio, progress, small_twins=effort.small_twins, seconds=effort.peer_seconds
            )
            peers = stack.enter_context(wanted)
        report = _run(engine, portfolio, effort, peers, progress)
    report.print(console)
    written = write_results(report, results / engine_name)
    progress.print(f"Written: {', '.join(map(str, written))}")
    if is_published:
        publish(written)


def _running(name: str, postgres: str | None) -> AbstractContextManager[Engine]:
    return running_postgres(postgres) if name == POSTGRES else running_sqlite()


def _run(
    engine: Engine, portfolio: Portfolio, effort: Effort, peers: PeersBeside | None, progress: Console
) -> Report:
    machine = machine_facts(engine.disk) | engine.facts()
    pages, puts = _measure_server(engine, portfolio, effort, peers, progress)
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
        peers.beside() if peers is not None else None,
    )


def _measure_server(
    engine: Engine, portfolio: Portfolio, effort: Effort, peers: PeersBeside | None, progress: Console
) -> tuple[tuple[PageMeasured, ...], tuple[PutMeasured, ...]]:
    with engine.copied(portfolio.store) as store:
        credentials = new_credentials(store)
        with running_server(store) as server, running_constant() as constant:
            token = get_token(server.url, credentials)
            progress.print("Measuring pages …")
            with opened(store) as own, closing(engine.statements(store)) as statements:
                sides = Sides(server.url, token, constant, own, statements)
                cases = list_cases(portfolio.moments)
                pages = []
                for page in PageBench(sides, seconds=effort.page_seconds).measure(cases):
                    pages.append(page)
                    if peers is not None:
                        peers.measure_page(page)
                if peers is not None:
                    for read in ReadBench(sides, seconds=effort.page_seconds).measure(READ_TWIN, cases[1]):
                        peers.measure_read(read)
            progress.print("Measuring PUTs …")
            with engine.bare_table(CLIENTS) as table:
                putting = PutBench(server.url, token, constant, portfolio, table, puts=effort.puts)
                return tuple(pages), tuple(putting.measure())


if __name__ == "__main__":
    main()
