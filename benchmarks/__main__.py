"""`python -m benchmarks`: measure, print tables of ratios, and say whether the goal is met. Never a test."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from benchmarks.alongside import AlongsideBench, AlongsideMeasured
from benchmarks.besides import PeersBeside, besides
from benchmarks.connection import get_token
from benchmarks.constant import running_constant
from benchmarks.engine import ENGINES, POSTGRES, SQLITE, Engine
from benchmarks.growth import GROWN_FROM, Asked, GrowthMeasured, measure_growth
from benchmarks.imports import measure_imports
from benchmarks.instances import measure_instances
from benchmarks.lists import ListCase, list_cases
from benchmarks.machine import load, machine_facts, own_megabytes
from benchmarks.models import measure_ontologies
from benchmarks.pages import PageBench, PageMeasured
from benchmarks.peers.process import PEERS
from benchmarks.peers.reference import READ_TWIN
from benchmarks.portfolio import Credentials, Portfolio, new_credentials, opened, prepared
from benchmarks.postgres.server import running_postgres
from benchmarks.puts import CLIENTS, PutBench, PutMeasured
from benchmarks.reads import ReadBench
from benchmarks.report import Report
from benchmarks.results import publish, write_results
from benchmarks.sides import Sides
from benchmarks.sqlite.engine import running_sqlite
from benchmarks.validation import measure_validation
from twinhaus.storage.store import Store
from twinhaus.testing.server import running_server

_WIDTH_MIN = 200  # Columns the tables need; where there are fewer, lines wrap.


_TWINS = 100_000
# Of the lists, those that are read beside an import.
_ALONGSIDE = (
    ("model", "Capability and its subclasses"),
    ("location", "a building"),
    ("property", "code equals"),
    ("combined", "rooms of a code in a building"),
)
_RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: seconds for each page, and for a peer's; twins of the small portfolio; PUTs of each sort,
    twins to import, how often, instances, lists of them; twins to import while pages are read, and for how long.
    """

    page_seconds: float
    peer_seconds: float
    small_twins: int
    puts: int
    imported: int
    import_rounds: int
    instances: int
    lists: int
    alongside_twins: int
    alongside_seconds: float


@dataclass(frozen=True, slots=True)
class Served:
    """The store that is measured, a copy of the portfolio's: as a server opens it, open in this process, and who may
    ask the server.
    """

    store: str
    own: Store
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class OfServer:
    """What was measured of one server, and the memory it came to."""

    pages: tuple[PageMeasured, ...]
    growth: tuple[GrowthMeasured, ...]
    puts: tuple[PutMeasured, ...]
    alongside: tuple[AlongsideMeasured, ...]
    megabytes: float


_BRIEF = Effort(
    page_seconds=0.15,
    peer_seconds=0.1,
    small_twins=2_500,
    puts=320,
    imported=5_000,
    import_rounds=1,
    instances=50,
    lists=1_000,
    alongside_twins=20_000,
    alongside_seconds=3,
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
    alongside_twins=60_000,
    alongside_seconds=9,
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
    "--peer",
    "names",
    type=click.Choice(tuple(PEERS)),
    multiple=True,
    default=tuple(PEERS),
    help="Only these.",
)
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
    names: tuple[str, ...],
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
        store = stack.enter_context(engine.copied(portfolio.store))
        credentials = new_credentials(store)
        own = stack.enter_context(opened(store))
        peers = None
        if engine_name == SQLITE and not no_peers:
            wanted = besides(
                names,
                engine,
                portfolio,
                own,
                progress,
                small_twins=effort.small_twins,
                seconds=effort.peer_seconds,
            )
            peers = stack.enter_context(wanted)
        served = Served(store, own, credentials)
        report = _run(engine, portfolio, served, effort, peers, progress)
    report.print(console)
    written = write_results(report, results / engine_name)
    progress.print(f"Written: {', '.join(map(str, written))}")
    if is_published:
        publish(written)


def _running(name: str, postgres: str | None) -> AbstractContextManager[Engine]:
    return running_postgres(postgres) if name == POSTGRES else running_sqlite()


def _run(
    engine: Engine,
    portfolio: Portfolio,
    served: Served,
    effort: Effort,
    peers: PeersBeside | None,
    progress: Console,
) -> Report:
    machine = machine_facts(engine.disk) | engine.facts()
    of_server = _measure_server(engine, portfolio, served, effort, peers, progress)
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
        of_server.pages,
        of_server.puts,
        imports,
        engine.import_floor_is,
        validation,
        ontologies,
        instances,
        of_server.growth,
        of_server.alongside,
        of_server.megabytes,
        peers.beside() if peers is not None else None,
    )


def _measure_server(
    engine: Engine,
    portfolio: Portfolio,
    served: Served,
    effort: Effort,
    peers: PeersBeside | None,
    progress: Console,
) -> OfServer:
    cases = list_cases(portfolio.moments)
    with running_server(served.store) as server, running_constant() as constant:
        token = get_token(server.url, served.credentials)
        progress.print("Measuring pages …")
        with closing(engine.statements(served.store)) as statements:
            sides = Sides(server.url, token, constant, served.own, statements)
            pages = _measure_pages(sides, portfolio.twins, cases, effort, peers)
        asked = Asked(server.url, token, cases)
        growth = (
            tuple(_measure_growth(engine, asked, effort, progress)) if portfolio.twins > GROWN_FROM else ()
        )
        progress.print("Measuring PUTs …")
        with (
            engine.bare_table(CLIENTS) as table,
            engine.creations_floor(served.store, portfolio.store) as creations,
        ):
            putting = PutBench(server.url, token, constant, portfolio, table, creations, puts=effort.puts)
            puts = tuple(putting.measure())
        progress.print("Measuring pages beside imports …")
        bench = AlongsideBench(server.url, token, served.store, portfolio, twins=effort.alongside_twins)
        near = [case for case in cases if (case.kind, case.name) in _ALONGSIDE]
        alongside = tuple(bench.measure(near, seconds=effort.alongside_seconds))
        return OfServer(pages, growth, puts, alongside, own_megabytes(server.process.pid))


def _measure_pages(
    sides: Sides, twins: int, cases: Sequence[ListCase], effort: Effort, peers: PeersBeside | None
) -> tuple[PageMeasured, ...]:
    """Peers are asked what twinhaus was just asked."""
    pages = []
    for page in PageBench(sides, twins=twins, seconds=effort.page_seconds).measure(cases):
        pages.append(page)
        if peers is not None:
            peers.measure_page(page)
    if peers is not None:
        for read in ReadBench(sides, seconds=effort.page_seconds).measure(READ_TWIN, cases[1]):
            peers.measure_read(read)
    return tuple(pages)


def _measure_growth(
    engine: Engine, large: Asked, effort: Effort, progress: Console
) -> Iterator[GrowthMeasured]:
    with prepared(engine, GROWN_FROM, progress) as portfolio, engine.copied(portfolio.store) as store:
        credentials = new_credentials(store)
        with running_server(store) as server:
            small = Asked(server.url, get_token(server.url, credentials), list_cases(portfolio.moments))
            yield from measure_growth(large, small, seconds=effort.page_seconds)


if __name__ == "__main__":
    main()
