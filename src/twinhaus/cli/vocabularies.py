"""Buildings as other vocabularies describe them: `import` and `export`, `brick` and `haystack`, and their tables.

What only these need is imported when one of them runs.
"""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from twinhaus.cli.files import STANDARD, out_file
from twinhaus.cli.stores import opened_store, read_store, read_store_option, store_option
from twinhaus.transfer.translation.ids import NAMESPACE

_files_argument = click.argument("files", type=click.File("rb"), nargs=-1, required=True, metavar="FILE…")
_mapping_option = click.option(
    "--mapping",
    type=click.File("rb"),
    envvar="TWINHAUS_MAPPING",
    help="Your table of what corresponds to what. Default: what `twinhaus mapping …` prints.",
)
_namespace_option = click.option(
    "--namespace",
    metavar="IRI",
    envvar="TWINHAUS_NAMESPACE",
    default=NAMESPACE,
    show_default=True,
    help="What IRIs begin with that are made of twins' ids.",
)
_strict_option = click.option(
    "--strict", is_flag=True, envvar="TWINHAUS_STRICT", help="Do nothing where anything has no counterpart."
)
_dry_run_option = click.option(
    "--dry-run", is_flag=True, envvar="TWINHAUS_DRY_RUN", help="Only say what would be done."
)
_json_option = click.option(
    "--json", "as_json", is_flag=True, envvar="TWINHAUS_JSON", help="Tell it in JSON."
)


@click.command()
@_files_argument
@click.option(
    "--ontology",
    "ontologies",
    type=click.File("rb"),
    multiple=True,
    envvar="TWINHAUS_ONTOLOGY",
    help="Turtle that says which classes are below which, such as Brick.ttl; once for each.",
)
@_mapping_option
@_namespace_option
@_strict_option
@_dry_run_option
@_json_option
@store_option
def import_brick(
    store: str,
    files: tuple[BinaryIO, ...],
    ontologies: tuple[BinaryIO, ...],
    mapping: BinaryIO | None,
    namespace: str,
    *,
    strict: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a building from Turtle, as Brick or RealEstateCore describe it. Exit code 1 where anything was rejected;
    the rest is kept.
    """
    from twinhaus.cli import translating

    table = translating.read_mapping(mapping, "brick")
    reading = translating.of_turtle(files, ontologies, table, namespace)
    with opened_store(store) as opened:
        account = translating.bring_in(opened, reading, is_strict=strict, is_dry=dry_run)
    sys.exit(translating.tell(account, as_json=as_json))


@click.command()
@_files_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(["zinc", "json"]),
    envvar="TWINHAUS_FORMAT",
    help="Default: json where a file's name ends so, else zinc.",
)
@_mapping_option
@_strict_option
@_dry_run_option
@_json_option
@store_option
def import_haystack(
    store: str,
    files: tuple[BinaryIO, ...],
    format_: str | None,
    mapping: BinaryIO | None,
    *,
    strict: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a building from records of Project Haystack. Exit code 1 where anything was rejected; the rest is kept."""
    from twinhaus.cli import translating

    table = translating.read_mapping(mapping, "haystack")
    reading = translating.of_records(files, format_, table)
    with opened_store(store) as opened:
        account = translating.bring_in(opened, reading, is_strict=strict, is_dry=dry_run)
    sys.exit(translating.tell(account, as_json=as_json))


@click.command()
@click.argument("file", type=out_file)
@_mapping_option
@_namespace_option
@_strict_option
@_json_option
@read_store_option
def export_brick(
    store: str, file: Path, mapping: BinaryIO | None, namespace: str, *, strict: bool, as_json: bool
) -> None:
    """Export the whole graph as Brick, to a file of Turtle; - is standard output."""
    from twinhaus.cli import translating

    table = translating.read_mapping(mapping, "brick")
    with read_store(store) as opened:
        account = translating.take_out(opened, file, table, namespace, is_strict=strict)
    sys.exit(translating.tell(account, as_json=as_json, err=file == STANDARD))


@click.command()
@click.argument("file", type=out_file)
@_mapping_option
@_strict_option
@_json_option
@read_store_option
def export_haystack(store: str, file: Path, mapping: BinaryIO | None, *, strict: bool, as_json: bool) -> None:
    """Export the whole graph as records of Project Haystack, to a file of its JSON; - is standard output."""
    from twinhaus.cli import translating

    table = translating.read_mapping(mapping, "haystack")
    with read_store(store) as opened:
        account = translating.take_out_records(opened, file, table, is_strict=strict)
    sys.exit(translating.tell(account, as_json=as_json, err=file == STANDARD))


@click.command()
def mapping_brick() -> None:
    """Print the table of what corresponds to what in Brick, to make your own of."""
    from twinhaus.transfer.translation.table import shipped

    click.echo(shipped("brick"), nl=False)


@click.command()
def mapping_haystack() -> None:
    """Print the table of what corresponds to what in Project Haystack, to make your own of."""
    from twinhaus.transfer.translation.table import shipped

    click.echo(shipped("haystack"), nl=False)
