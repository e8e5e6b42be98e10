"""`twinhaus import` and `twinhaus export`: the graph in from files, and out to files."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from twinhaus.cli.files import STANDARD, out_file, progress, tally_line, writing
from twinhaus.cli.interruptions import resumable
from twinhaus.cli.stores import opened_store, read_store, read_store_option, store_option
from twinhaus.storage.store import Reader, Store
from twinhaus.transfer.azure import AZURE_RELATIONSHIPS, AZURE_TWINS
from twinhaus.transfer.exporter import Export, export_graph, export_of
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Format, Kind
from twinhaus.transfer.importer import dedicated, format_of, import_lines
from twinhaus.transfer.outcomes import Outcome, Tally
from twinhaus.transfer.restorer import restore

_FORMATS = ("ndjson", "csv")
_Command = TypeVar("_Command", bound=Callable[..., object])

_AZURE = "azure"


def _format_option(*formats: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        envvar="TWINHAUS_FORMAT",
        help="Of --twins and --relationships. Default: csv where a file's name ends so, else ndjson.",
    )


@click.command("import")
@click.argument("export_file", type=click.File("rb"), required=False, metavar="[EXPORT]")
@click.option(
    "--twins", type=click.File("rb"), envvar="TWINHAUS_TWINS", help="Of twins; - is standard input."
)
@click.option(
    "--relationships",
    type=click.File("rb"),
    envvar="TWINHAUS_RELATIONSHIPS",
    help="Of relationships; - is standard input.",
)
@_format_option(*_FORMATS, _AZURE)
@store_option
def import_(
    store: str,
    export_file: BinaryIO | None,
    twins: BinaryIO | None,
    relationships: BinaryIO | None,
    format_: str | None,
) -> None:
    """Import an export, or twins, then relationships. Exit code 1 where a line was rejected; the others are kept."""
    if export_file is not None and (twins is not None or relationships is not None):
        raise click.UsageError("Give an export, or --twins and --relationships, not both.")
    if export_file is None and twins is None and relationships is None:
        raise click.UsageError("Give an export, --twins, --relationships, or the last two.")
    if twins is not None and twins is relationships:
        raise click.UsageError("Only one of --twins and --relationships can be standard input.")
    is_whole = True
    tallies: dict[str, Tally] = defaultdict(Tally)
    with opened_store(store) as opened, dedicated(), resumable(tallies):
        if export_file is not None:
            is_whole = _restore_file(opened, export_file, tallies)
        kinds = (AZURE_TWINS, AZURE_RELATIONSHIPS) if format_ == _AZURE else (TWINS, RELATIONSHIPS)
        for kind, file in zip(kinds, (twins, relationships), strict=True):
            if file is not None:
                format_of_file = format_of(kind, is_csv=_is_csv(file.name, format_))
                is_whole &= _import_file(opened, file, format_of_file, tallies[kind.name])
    if not is_whole:
        sys.exit(1)


def _import_file(store: Store, file: BinaryIO, format_: Format, tally: Tally) -> bool:
    """Import one file, and tell of it. Whether every line was taken."""
    what = format_.kind.name
    with progress(what, file) as advance:
        for batch in import_lines(store, file, format_):
            advance(batch.bytes)
            tally.add(batch.outcomes)
            _tell_rejected(what, batch.outcomes)
    click.echo(tally_line(what, tally))
    return not tally.rejected


def _restore_file(store: Store, file: BinaryIO, tallies: dict[str, Tally]) -> bool:
    """Restore an export, and tell of it. Whether every line was taken, and as many came as its last line says."""
    end = None
    with progress("export", file) as advance:
        for restored in restore(store, file):
            advance(restored.bytes)
            end = end if restored.end is None else restored.end
            if restored.kind:
                tallies[restored.kind].add(restored.outcomes)
                _tell_rejected("export", restored.outcomes)
    for kind, tally in tallies.items():
        click.echo(tally_line(kind, tally))
    is_whole = _is_whole(end, tallies)
    return is_whole and not any(tally.rejected for tally in tallies.values())


def _is_whole(end: Mapping[str, object] | None, tallies: Mapping[str, Tally]) -> bool:
    """Whether nothing is missing from an export; says so where it is."""
    if end is None:
        click.echo("The export has no end: something is missing from it.", err=True)
        return False
    came = {kind: tally.taken + tally.rejected for kind, tally in tallies.items()}
    missing = [f"{count} {kind}" for kind, count in end.items() if count != came.get(kind, 0)]
    if missing:
        click.echo(f"Something is missing from the export; it should have {', '.join(missing)}.", err=True)
    return not missing


def _tell_rejected(what: str, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        for fault in outcome.faults:
            click.echo(f"{what}, line {outcome.line}: {fault.path}: {fault.message}", err=True)


def _is_csv(name: str, format_: str | None) -> bool:
    return (format_ or Path(name).suffix.lower().removeprefix(".")) == "csv"


@click.command()
@click.argument("export_file", type=out_file, required=False, metavar="[EXPORT]")
@click.option("--twins", type=out_file, envvar="TWINHAUS_TWINS", help="Write twins; - is standard output.")
@click.option(
    "--relationships",
    type=out_file,
    envvar="TWINHAUS_RELATIONSHIPS",
    help="Write relationships; - is standard output.",
)
@_format_option(*_FORMATS)
@read_store_option
def export(
    store: str,
    export_file: Path | None,
    twins: Path | None,
    relationships: Path | None,
    format_: str | None,
) -> None:
    """Export the whole graph to a file, or to standard output; or only twins, or relationships."""
    if export_file is not None and (twins is not None or relationships is not None):
        raise click.UsageError("Give a file for all, or --twins and --relationships, not both.")
    if twins is not None and twins == relationships:
        raise click.UsageError("--twins and --relationships need a file each.")
    if export_file is None and twins is None and relationships is None:
        export_file = STANDARD
    wanted = [
        (export_file, export_graph),
        (twins, _export_of(TWINS, twins, format_)),
        (relationships, _export_of(RELATIONSHIPS, relationships, format_)),
    ]
    with (
        read_store(store) as opened,
        ExitStack() as files,
        opened.stream(lambda reader: _write_all(reader, wanted, files)) as written,
    ):
        for _ in written:
            pass


def _export_of(kind: Kind, path: Path | None, format_: str | None) -> Export:
    return export_of(kind, is_csv=_is_csv(str(path), format_))


def _write_all(
    reader: Reader, wanted: Sequence[tuple[Path | None, Export]], files: ExitStack
) -> Iterator[None]:
    """Write what is wanted, all from one snapshot."""
    for path, pieces in wanted:
        if path is not None:
            file = files.enter_context(writing(path))
            for piece in pieces(reader):
                file.write(piece)
                yield
