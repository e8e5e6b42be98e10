"""What a run leaves behind: every table, every figure, the plot, and what each peer was asked in its own words."""

import re
import shutil
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import msgspec
from rich.console import Console

from benchmarks.operations import Operation
from benchmarks.peers_report import Beside
from benchmarks.report import Report

_WIDTH = 400  # Wider than any row.
_DOCS = Path(__file__).parents[1] / "docs"
_SPACES = re.compile(r" {2,}")  # They only line columns up.
# Where documents have what a run wrote.
PUBLISHED = {
    "results.md": _DOCS / "explanation" / "benchmarks" / "results.md",
    "queries.md": _DOCS / "explanation" / "benchmarks" / "queries.md",
    "operations.svg": _DOCS / "images" / "operations.svg",
    "operations.png": _DOCS / "images" / "operations.png",
}


def write_results(report: Report, folder: Path) -> Sequence[Path]:
    """Write into the folder; what was there of an earlier run is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    tables, figures = folder / "results.md", folder / "results.json"
    said = StringIO()
    report.print(Console(file=said, width=_WIDTH, highlight=False))
    lines = (_SPACES.sub(" ", line.rstrip()) for line in said.getvalue().splitlines())
    tables.write_text("\n".join(("# What a run measured\n", *lines, "")), "utf-8")
    figures.write_bytes(msgspec.json.format(msgspec.json.encode(report.to_json())))
    if report.beside is None:
        return tables, figures
    queries = folder / "queries.md"
    queries.write_text("\n".join(_queries(report.beside)), "utf-8")
    return tables, figures, queries, *_plotted(report.beside, folder)


def publish(paths: Sequence[Path]) -> None:
    """Replace what documents show by what was written."""
    for path in paths:
        if (place := PUBLISHED.get(path.name)) is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _plotted(beside: Beside, folder: Path) -> Sequence[Path]:
    try:
        from benchmarks.plot import plot
    except ImportError:  # Matplotlib is of the group `bench`.
        return ()
    paths = folder / "operations.svg", folder / "operations.png"
    plot(beside, paths)
    return paths


def _queries(beside: Beside) -> Iterator[str]:
    yield "# What peers were asked\n"
    yield "Names that begin with `$` stand for values. What is asked of a page in the middle differs by a number alone."
    for one in beside.operations:
        if one.position != "middle":
            yield from _queries_of(one)


def _queries_of(operation: Operation) -> Iterator[str]:
    yield f"\n## {operation.title}\n"
    for peer in operation.peers:
        yield f"### {peer.peer}\n"
        yield f"```text\n{peer.wording or peer.note}\n```\n"
