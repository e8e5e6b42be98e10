"""What the commands of `vocabularies.py` do, and how they tell of it."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click

from twinhaus.cli.account import Account, ExportAccount, ImportAccount, Results
from twinhaus.cli.files import counting, progress, writing
from twinhaus.cli.interruptions import resumable
from twinhaus.dtdl import Registry
from twinhaus.errors import Invalid
from twinhaus.storage.store import Reader, Store
from twinhaus.transfer.importer import Progress, dedicated
from twinhaus.transfer.translation.classes import Classes, Superclasses
from twinhaus.transfer.translation.correspondence import Correspondence
from twinhaus.transfer.translation.exporter import export_triples
from twinhaus.transfer.translation.forms import IriForm, MarkerForm
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.ids import NAMESPACE
from twinhaus.transfer.translation.importer import (
    Translation,
    import_relationships,
    import_twins,
    rehearse,
    translate,
)
from twinhaus.transfer.translation.reading import Translator
from twinhaus.transfer.translation.table import TABLE_BYTES_MAX, Table, Vocabulary, read_table, shipped
from twinhaus.transfer.translation.tags import Tags
from twinhaus.transfer.translation.triples import Graph
from twinhaus.transfer.translation.writing import Writer

Reading = Callable[[Registry], Translator]  # Files are read once it is known that there are models.


def tell(account: Account, *, as_json: bool, err: bool = False) -> int:
    """Tell it to programs or to people, on standard output or on standard error; the command's exit code."""
    lines = [json.dumps(account.report(), ensure_ascii=False, indent=2)] if as_json else account.lines()
    for line in lines:
        click.echo(line, err=err)
    return 0 if account.is_good else 1


def read_mapping(mapping: BinaryIO | None, vocabulary: Vocabulary) -> Table:
    """The table of a file, or the one that comes with twinhaus. All its faults end the command."""
    try:
        return read_table(shipped(vocabulary) if mapping is None else mapping.read(TABLE_BYTES_MAX + 1))
    except Invalid as error:
        faults = "".join(f"\n  {fault.path}: {fault.message}" for fault in error.faults)
        raise click.ClickException(f"The table cannot be used.{faults}") from error


def of_turtle(
    files: Sequence[BinaryIO], ontologies: Sequence[BinaryIO], table: Table, namespace: str
) -> Reading:
    """Files of Turtle, and beside them ontologies that say which classes are below which."""

    def read(registry: Registry) -> Translator:
        graph, ontology = _read_turtle(files, table), _read_turtle(ontologies, table)
        classes = Classes(table, registry, Superclasses(graph, ontology))
        return Translator(graph, Correspondence(table, registry), classes, namespace)

    return read


def of_records(files: Sequence[BinaryIO], format_: str | None, table: Table) -> Reading:
    """Files of Haystack's records; without a format, each by the end of its name."""

    def read(registry: Registry) -> Translator:
        graph = _read_records(files, format_)
        return Translator(graph, Correspondence(table, registry), Tags(table, registry), NAMESPACE)

    return read


def _read_turtle(files: Sequence[BinaryIO], table: Table) -> Graph:
    from twinhaus.transfer.translation.turtle import TurtleReader

    reader = TurtleReader(table.canonical)
    for file in files:
        with progress(Path(file.name).name, file) as advance, _naming(file):
            reader.read(file, advance)
    return reader.graph


def _read_records(files: Sequence[BinaryIO], format_: str | None) -> Graph:
    from twinhaus.transfer.translation.records import RecordReader

    reader = RecordReader()
    for file in files:
        ending = Path(file.name).suffix.lower().removeprefix(".")
        with _naming(file):
            reader.read(file, "json" if (format_ or ending) == "json" else "zinc")
    return reader.graph


@contextmanager
def _naming(file: BinaryIO) -> Iterator[None]:
    """What is wrong with a file ends the command, with its name."""
    try:
        yield
    except Invalid as error:
        raise click.ClickException(f"{file.name}: {error}") from error


def bring_in(store: Store, reading: Reading, *, is_strict: bool, is_dry: bool) -> ImportAccount:
    """Bring what files describe into a store; strictly, nothing where anything has no counterpart."""
    with dedicated():
        translation, gaps = _translated(store, reading)
        account = ImportAccount(translation, gaps, is_dry=is_dry)
        if not (is_strict and gaps.count):
            if is_dry:
                account.take(_rehearsed(store, translation))
            else:
                with resumable(account.tallies):
                    account.take(_imported(store, translation))
    return account


def _translated(store: Store, reading: Reading) -> tuple[Translation, Gaps]:
    """The files' twins and relationships, and what is none; all else that was read is forgotten."""
    translator = reading(_registry(store))
    return translate(store, translator), translator.gaps


def _registry(store: Store) -> Registry:
    registry = store.read(lambda reader: reader.registry).result()
    if not registry:
        raise click.ClickException(
            "There are no models yet; load some first: twinhaus models load --starter."
        )
    return registry


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


class _Refused(Exception):
    """What was written is not to stay."""


def take_out(store: Store, file: Path, table: Table, namespace: str, *, is_strict: bool) -> ExportAccount:
    """Write the graph to a file of Turtle; strictly, none where anything has no counterpart."""
    from twinhaus.transfer.translation.turtle import is_iri, turtle

    _insist("no IRI", (iri for iri in (namespace, *table.iris()) if not is_iri(iri)))
    correspondence = Correspondence(table, _registry(store))
    writer = Writer(correspondence, namespace, IriForm(correspondence, is_iri))
    account = ExportAccount(writer, is_strict=is_strict)
    return _write_out(
        store, file, account, lambda reader: turtle(export_triples(reader, writer), writer.prefixes)
    )


def take_out_records(store: Store, file: Path, table: Table, *, is_strict: bool) -> ExportAccount:
    """Write the graph to a file of Haystack's records; strictly, none where anything has no counterpart."""
    from twinhaus.transfer.translation.record_writing import grid

    correspondence = Correspondence(table, _registry(store))
    form = MarkerForm(correspondence)
    _insist("no tag", (iri for iri in table.iris() if not form.is_tag(iri)))
    writer = Writer(correspondence, NAMESPACE, form)
    account = ExportAccount(writer, is_strict=is_strict)
    return _write_out(store, file, account, lambda reader: grid(export_triples(reader, writer), writer.gaps))


def _insist(what: str, wrong: Iterable[str]) -> None:
    if found := list(dict.fromkeys(wrong)):
        raise click.ClickException(f"What is {what} cannot be exported: {', '.join(found)}")


def _write_out(
    store: Store, file: Path, account: ExportAccount, pieces_of: Callable[[Reader], Iterator[bytes]]
) -> ExportAccount:
    with suppress(_Refused), writing(file) as out, store.stream(pieces_of) as pieces:
        for piece in pieces:
            out.write(piece)
        if not account.is_good:
            raise _Refused  # So the file does not take its name.
    return account
