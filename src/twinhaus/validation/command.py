"""The command: reads the files, prints the report, and says by its exit code how it went."""

import sys

import click
from rich.console import Console

from twinhaus.dtdl.contexts import Options, UndefinedExtensions
from twinhaus.dtdl.metamodel import SCHEMA_DEPTH_MAX_BY_LIMITS
from twinhaus.validation.findings import Report, validate
from twinhaus.validation.presentation import as_github, as_json, as_text
from twinhaus.validation.sources import UnusableSource, read_sources

_LIMITS = "dtmi:dtdl:limits:"
_NAMES = tuple(SCHEMA_DEPTH_MAX_BY_LIMITS)


def _limits(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Limit extensions by their names (`onvif`), or as models name them (`dtmi:dtdl:limits:onvif;1`)."""
    names = [value.removeprefix(_LIMITS) for value in values]
    for name in names:
        if name.partition(";")[0] not in _NAMES:
            raise click.BadParameter(f"There are no limits {name!r}; there are {' and '.join(_NAMES)}.")
    return tuple(_LIMITS + name for name in names)


@click.command("validate")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, allow_dash=True)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    envvar="TWINHAUS_FORMAT",
    default="text",
    show_default=True,
    show_envvar=True,
    help="`json` is for programs, `github` marks the lines of a pull request.",
)
@click.option(
    "--undefined-extensions",
    type=click.Choice(["always", "default", "never"]),
    envvar="TWINHAUS_UNDEFINED_EXTENSIONS",
    default="default",
    show_default=True,
    show_envvar=True,
    help="Whether models may use extensions that are not known; by default those of DTDL v2 may.",
)
@click.option(
    "--limits",
    multiple=True,
    callback=_limits,
    metavar="LIMIT",
    envvar="TWINHAUS_LIMITS",
    show_envvar=True,
    help=f"Limit extensions that models may use: {', '.join(_NAMES)}. In the environment, with spaces between.",
)
@click.option(
    "--max-dtdl-version",
    type=click.IntRange(2, 4),
    envvar="TWINHAUS_MAX_DTDL_VERSION",
    default=4,
    show_default=True,
    show_envvar=True,
    help="The highest version of DTDL that models may be of.",
)
@click.option(
    "--advice",
    is_flag=True,
    envvar="TWINHAUS_ADVICE",
    show_envvar=True,
    help="Say, too, what the language recommends and does not demand.",
)
def validate_command(
    paths: tuple[str, ...],
    form: str,
    undefined_extensions: UndefinedExtensions,
    limits: tuple[str, ...],
    max_dtdl_version: int,
    *,
    advice: bool,
) -> None:
    """Check models in files, or in all .json files below directories, together as one set; - is standard input.

    Exit code 0 where they are valid, 1 where they are not, 2 where a file cannot be read.
    """
    options = Options(undefined_extensions, frozenset(limits), max_dtdl_version)
    try:
        report = validate(read_sources(paths, sys.stdin.buffer), options, with_advice=advice)
    except UnusableSource as error:
        raise click.UsageError(str(error)) from error
    _print(report, form)
    sys.exit(0 if report.is_valid else 1)


def _print(report: Report, form: str) -> None:
    match form:
        case "json":
            click.echo(as_json(report))
        case "github":
            click.echo("\n".join(as_github(report)))
        case _:
            console = Console(highlight=False, soft_wrap=True)
            for line in as_text(report):
                console.print(line)
