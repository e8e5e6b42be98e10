"""What `import brick` and `export brick` do, with a bar for each step."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import click

from twinhaus.cli.account import ExportAccount, ImportAccount, Results, tell_account
from twinhaus.cli.files import counting, progress, writing
from twinhaus.dtdl import Registry
from twinhaus.errors import Invalid
from twinhaus.storage.store import Reader, Store
from twinhaus.transfer.importer import Progress, dedicated
from twinhaus.transfer.translation.correspondence import Correspondence
from twinhaus.transfer.translation.exporter import export_triples
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.importer import (
    Translation,
    import_relationships,
    import_twins,
    rehearse,
    translate,
)
from twinhaus.transfer.translation.reading import Translator
from twinhaus.transfer.translation.table import TABLE_BYTES_MAX, Table, read_table, shipped
from twinhaus.transfer.translation.triples import Graph
from twinhaus.transfer.translation.turtle import TurtleReader, is_iri, turtle
from twinhaus.transfer.translation.writing import Writer

__all__ = ["export_file", "import_files", "read_mapping", "tell_account"]


def read_mapping(mapping: BinaryIO | None) -> Table:
    """The table of a file, or the one that comes with twinhaus. All its faults end the command."""
    try:
        return read_table(shipped("brick") if mapping is None else mapping.read(TABLE_BYTES_MAX + 1))
    except Invalid as error:
        faults = "".join(f"\n  {fault.path}: {fault.message}" for fault in error.faults)
        raise click.ClickException(f"The table cannot be used.{faults}") from error


def import_files(
    store: Store,
    files: Sequence[BinaryIO],
    *,
    ontologies: Sequence[BinaryIO],
    table: Table,
    namespace: str,
    is_strict: bool,
    is_dry: bool,
) -> ImportAccount:
    """Bring what files describe into a store; strictly, nothing where anything has no counterpart."""
    with dedicated():
        translation, gaps = _translated(store, files, ontologies, table, namespace)
        account = ImportAccount(translation, gaps, is_dry=is_dry)
        if not (is_strict and gaps.count):
            account.take(_rehearsed(store, translation) if is_dry else _imported(store, translation))
    return account


def _translated(
    store: Store, files: Sequence[BinaryIO], ontologies: Sequence[BinaryIO], table: Table, namespace: str
) -> tuple[Translation, Gaps]:
    """The files' twins and relationships, and what is none; the triples are forgotten."""
    correspondence = Correspondence(table, _registry(store))
    graph, ontology = _read(files, table), _read(ontologies, table)
    translator = Translator(graph, correspondence, namespace, ontology)
    return translate(store, translator), translator.gaps


def export_file(store: Store, file: Path, *, table: Table, namespace: str, is_strict: bool) -> ExportAccount:
    """Write the graph to a file; strictly, none where anything has no counterpart."""
    writer = Writer(Correspondence(table, _registry(store)), namespace, is_iri)
    account = ExportAccount(writer, is_strict=is_strict)
    with (
        suppress(_Refused),
        writing(file) as out,
        store.stream(lambda reader: _turtle(reader, writer)) as pieces,
    ):
        for piece in pieces:
            out.write(piece)
        if not account.is_good:
            raise _Refused  # So the file does not take its name.
    return account


class _Refused(Exception):
    """What was written is not to stay."""


def _turtle(reader: Reader, writer: Writer) -> Iterator[bytes]:
    return turtle(export_triples(reader, writer), writer.prefixes)


def _registry(store: Store) -> Registry:
    registry = store.read(lambda reader: reader.registry).result()
    if not registry:
        raise click.ClickException(
            "There are no models yet; load some first: twinhaus models load --starter."
        )
    return registry


def _read(files: Iterable[BinaryIO], table: Table) -> Graph:
    reader = TurtleReader(table.canonical)
    for file in files:
        with progress(Path(file.name).name, file) as advance:
            try:
                reader.read(file, advance)
            except Invalid as error:
                raise click.ClickException(f"{file.name}: {error}") from error
    return reader.graph


def _imported(store: Store, translation: Translation) -> Results:
    yield from _with_bar("twins", len(translation.twins), import_twins(store, translation))
    relationships = import_relationships(store, translation)
    yield from _with_bar("relationships", len(translation.relationships), relationships)


def _with_bar(what: str, total: int, batches: Iterable[Progress]) -> Results:
    with counting(what, total) as advance:
        for batch in batches:
            advance(batch.bytes)
            yield what, batch.outcomes


def _rehearsed(store: Store, translation: Translation) -> Results:
    return zip(("twins", "relationships"), rehearse(store, translation), strict=True)
