"""The command line as a whole: its options, its help, and how it refuses."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner
from tests.cli.stores import Cli, commands_on

from twinhaus.cli import main


def commands(group: click.Group) -> Iterator[click.Command]:
    """Every command that does something."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands(command)
        else:
            yield command


@pytest.mark.parametrize("command", list(commands(main)), ids=lambda command: command.name)
def test_every_option_is_also_in_the_environment(command: click.Command) -> None:
    """Each option `--some-thing` is `TWINHAUS_SOME_THING` too."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            name = parameter.opts[-1] if parameter.opts[-1].startswith("--") else parameter.opts[0]
            assert parameter.envvar == "TWINHAUS_" + name.removeprefix("--").replace("-", "_").upper()


@pytest.mark.parametrize(
    "arguments", [[], ["serve"], ["models", "load"], ["import"], ["clients", "add"], ["clients"]]
)
def test_help(arguments: list[str]) -> None:
    """Every command explains itself, asked in short or in full."""
    for option in ("-h", "--help"):
        told = CliRunner().invoke(main, [*arguments, option])
        assert told.exit_code == 0
        assert told.output.startswith("Usage: ")


def test_version() -> None:
    """`--version` names the program and its version."""
    told = CliRunner().invoke(main, ["--version"])
    assert (told.exit_code, "version" in told.output) == (0, True)


def test_the_package_is_the_command() -> None:
    """`python -m twinhaus` has the same commands, and exits as they do."""
    run = partial(subprocess.run, capture_output=True, text=True, check=False)
    helped = run([sys.executable, "-m", "twinhaus", "--help"])
    assert helped.returncode == 0
    assert all(f"\n  {name} " in helped.stdout for name in main.commands)
    assert run([sys.executable, "-m", "twinhaus", "fly"]).returncode == 2


def test_commands_do_without_what_others_need() -> None:
    """What serves, signs tokens, speaks to databases or reads Turtle is loaded only by the commands that need it; and
    none of what commands need, before one is named.
    """
    names = (
        "uvicorn", "starlette", "jwt", "psycopg", "pyoxigraph", "phable", "twinhaus.transfer.translation.table"
    )  # fmt: skip
    others = ("twinhaus.storage", "twinhaus.dtdl", "rich")
    code = (
        "import sys; from twinhaus.cli import main\n"
        f"print([name for name in {(*names, *others)} if name in sys.modules])\n"
        "for command in main.commands.keys() - {'serve'}: main.commands[command]\n"
        f"print([name for name in {names} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n[]\n"


def test_variables_that_nothing_reads_are_told(with_models: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, on standard error, without their values, while the command does its work; those of any command are read."""
    monkeypatch.setenv("TWINHAUS_SPOOL_FOLDERS", "secret")
    monkeypatch.setenv("TWINHAUS_MAX_DTDL_VERSION", "3")
    ended = with_models("clients", "list")
    told = "nothing reads the variable TWINHAUS_SPOOL_FOLDERS. Did you mean TWINHAUS_SPOOL_FOLDER?"
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", f"Warning: {told}\n")


def test_unknown_words_are_usage_errors(cli: Cli) -> None:
    """What is no command or option of ours exits with 2."""
    for arguments in (["fly"], ["models", "unload"], ["clients", "list", "--loud"]):
        assert cli(*arguments).exit_code == 2


def test_a_new_store_is_its_owners_alone(file: Path) -> None:
    """A store is made where there is none, folders included, readable by its owner only: it holds keys."""
    assert commands_on(file)("keys", "rotate").exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_no_store_is_refused(file: Path) -> None:
    """A file of another kind is left as it is, and named."""
    file.parent.mkdir()
    file.write_bytes(b"not a store, " * 100)
    ended = commands_on(file)("clients", "list")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("Error: ")
    assert str(file) in ended.stderr
    assert file.read_bytes() == b"not a store, " * 100


@pytest.mark.parametrize(
    "words", [("clients", "list"), ("keys", "list"), ("audit",), ("export",)], ids=" ".join
)
def test_looking_makes_no_store(cli: Cli, store: str, words: tuple[str, ...]) -> None:
    """Where there is no store a command that only reads says so, and there is none afterwards either."""
    for _ in range(2):
        ended = cli(*words)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert ended.stderr == f"Error: There is no store at {store}.\n"


def test_a_setting_that_cannot_be_read_is_named(cli: Cli) -> None:
    """A bad setting ends a command with 1 and its name, not with a stack trace."""
    ended = cli("keys", "rotate", env={"TWINHAUS_READERS": "many"})
    assert ended.exit_code == 1
    assert "TWINHAUS_READERS" in ended.stderr
    assert "Traceback" not in ended.output


@pytest.mark.parametrize(
    "words", [("keys", "rotate"), ("clients", "list"), ("models", "tree"), ("serve",)], ids=" ".join
)
def test_a_url_that_is_no_stores_is_refused(words: tuple[str, ...]) -> None:
    """It is not taken for a path, and named without its password."""
    ended = CliRunner().invoke(main, [*words, "--store", "mysql://me:hunter2@db/twins"])
    assert ended.exit_code == 1
    assert "mysql://me:***@db/twins" in ended.stderr
    assert "hunter2" not in ended.output
    assert not Path("mysql:").exists()


def test_a_spool_folder_must_be_there(cli: Cli, tmp_path: Path) -> None:
    """One that is not is named at once, and not when a bulk request needs it."""
    ended = cli("keys", "rotate", env={"TWINHAUS_SPOOL_FOLDER": str(tmp_path / "none")})
    assert ended.exit_code == 1
    assert f"spool_folder: there is no folder {tmp_path / 'none'}." in ended.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@127.0.0.1:1/twins",
        "postgresql://127.0.0.1:1/twins?user=me&password=hunter2",
        "postgresql://me:hunter2@127.0.0.1:port/twins",
        "postgresql://me:x@hunter2@127.0.0.1:1/twins",
        "postgresql://me:x%hunter2@127.0.0.1:1/twins",
        "postgresql://me:x/hunter2@127.0.0.1:1/twins",
        "postgresql://me:x?hunter2=1@127.0.0.1:1/twins",
    ],
)
@pytest.mark.parametrize(
    "words", [("keys", "rotate"), ("export",), ("models", "tree"), ("serve",)], ids=" ".join
)
def test_a_database_that_is_not_there_is_named_without_its_password(words: tuple[str, ...], url: str) -> None:
    """Nor do the words of the driver tell it, though it was not escaped as it should have been."""
    ended = CliRunner().invoke(main, [*words, "--store", url])
    assert ended.exit_code == 1
    assert "127.0.0.1" in ended.stderr or "write them as %40 and %2F" in ended.stderr
    assert "hunter2" not in ended.output


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("twinhaus cli", ["clients"]),
        ("twinhaus import", ["import", "import brick", "import haystack"]),
        ("twinhaus import brick --dr", ["--dry-run"]),
        ("twinhaus clients add me --scope tw", ["twins:read", "twins:write"]),
    ],
)
def test_shells_complete_what_is_typed(words: str, completed: list[str]) -> None:
    """Commands of one word and of two, options, and the words that an option takes."""
    count = str(len(words.split()) - 1)
    asked = {"_TWINHAUS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    ended = CliRunner().invoke(main, prog_name="twinhaus", env=asked)
    assert [line.removeprefix("plain,") for line in ended.stdout.splitlines()] == completed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", ["mapping brick", "--help", "clients add --help"])
def test_a_full_disk_is_told_in_one_line(words: str) -> None:
    """Where standard output cannot take all, a command ends with 1 and says so."""
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "twinhaus.cli", *words.split()]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    told = b"Error: Nothing more can be written: No space left on device.\n"
    assert (ended.returncode, ended.stderr) == (1, told)


def test_a_store_that_cannot_be_written_is_told_with_the_engines_words(postgres_url: str) -> None:
    """A command has no log where one could look for the reason."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS twinhaus_reader")
        admin.execute("CREATE ROLE twinhaus_reader LOGIN")
        assert commands_on(postgres_url)("keys", "rotate").exit_code == 0
        admin.execute("GRANT USAGE ON SCHEMA twinhaus TO twinhaus_reader")
        admin.execute("GRANT SELECT ON ALL TABLES IN SCHEMA twinhaus TO twinhaus_reader")
        reader = commands_on(postgres_url.replace("//postgres@", "//twinhaus_reader@"))
        assert reader("keys", "list").exit_code == 0
        ended = reader("keys", "rotate")
        admin.execute("DROP OWNED BY twinhaus_reader")
        admin.execute("DROP ROLE twinhaus_reader")
    assert ended.exit_code == 1
    assert "(permission denied for table " in ended.stderr
