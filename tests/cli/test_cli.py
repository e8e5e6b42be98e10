"""The command line as a whole, and the clients commands: what they do, print and exit with."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.cli.stores import Cli

from twinhaus.auth.scopes import SCOPES
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
    """Every command explains itself."""
    told = CliRunner().invoke(main, [*arguments, "--help"])
    assert told.exit_code == 0
    assert told.output.startswith("Usage: ")


def test_version() -> None:
    """`--version` names the program and its version."""
    told = CliRunner().invoke(main, ["--version"])
    assert (told.exit_code, "version" in told.output) == (0, True)


def test_unknown_words_are_usage_errors(cli: Cli) -> None:
    """What is no command or option of ours exits with 2."""
    for arguments in (["fly"], ["models", "unload"], ["clients", "list", "--loud"]):
        assert cli(*arguments).exit_code == 2


def test_a_new_store_is_its_owners_alone(cli: Cli, store: Path) -> None:
    """A store is made where there is none, folders included, readable by its owner only: it holds keys."""
    assert cli("clients", "list").exit_code == 0
    assert stat.S_IMODE(store.stat().st_mode) == 0o600


def test_a_file_that_is_no_store_is_refused(cli: Cli, store: Path) -> None:
    """A file of another kind is left as it is, and named."""
    store.parent.mkdir()
    store.write_bytes(b"not a store, " * 100)
    ended = cli("clients", "list")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("Error: ")
    assert str(store) in ended.stderr
    assert store.read_bytes() == b"not a store, " * 100


def test_a_setting_that_cannot_be_read_is_named(cli: Cli) -> None:
    """A bad setting ends a command with 1 and its name, not with a stack trace."""
    ended = cli("clients", "list", env={"TWINHAUS_READERS": "many"})
    assert ended.exit_code == 1
    assert "readers" in ended.stderr
    assert "Traceback" not in ended.output


# --- clients


def test_clients_add_prints_json(cli: Cli) -> None:
    """Standard output is one JSON object: `client_id` and `client_secret`."""
    ended = cli("clients", "add", "reader", "--scope", "twins:read", "--scope", "admin")
    assert ended.exit_code == 0
    printed = json.loads(ended.stdout)
    assert printed.keys() == {"client_id", "client_secret"}
    assert all(isinstance(value, str) and len(value) >= 32 for value in printed.values())


def test_scopes_from_the_environment(cli: Cli) -> None:
    """TWINHAUS_SCOPE holds scopes with spaces between them."""
    assert cli("clients", "add", "x", env={"TWINHAUS_SCOPE": "twins:read admin"}).exit_code == 0
    assert json.loads(cli("clients", "list").stdout)["scopes"] == ["twins:read", "admin"]


def test_clients_list(cli: Cli) -> None:
    """One JSON object a line: id, name, scopes; the secrets are not told again."""
    added = {
        name: json.loads(cli("clients", "add", name, "--scope", scope).stdout)
        for name, scope in (("a", "twins:read"), ("b b", "twins:write"))
    }
    ended = cli("clients", "list")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {"client_id": added["a"]["client_id"], "name": "a", "scopes": ["twins:read"]},
        {"client_id": added["b b"]["client_id"], "name": "b b", "scopes": ["twins:write"]},
    ]
    assert all(client["client_secret"] not in ended.output for client in added.values())


@pytest.mark.parametrize("by", ["name", "client_id"])
def test_clients_remove(cli: Cli, by: str) -> None:
    """A client goes by its name or its id; afterwards the name is free again."""
    added = {"name": "gone", **json.loads(cli("clients", "add", "gone", "--scope", "admin").stdout)}
    assert cli("clients", "remove", added[by]).exit_code == 0
    assert cli("clients", "list").stdout == ""
    assert cli("clients", "add", "gone", "--scope", "admin").exit_code == 0


def test_clients_that_cannot_be(cli: Cli) -> None:
    """A name taken, and a client that is not there, exit with 1; scopes that are none, with 2."""
    assert cli("clients", "add", "taken", "--scope", "admin").exit_code == 0
    taken = cli("clients", "add", "taken", "--scope", "admin")
    assert (taken.exit_code, taken.stdout) == (1, "")
    assert '"taken"' in taken.stderr
    missing = cli("clients", "remove", "nobody")
    assert missing.exit_code == 1
    assert '"nobody"' in missing.stderr
    unknown = cli("clients", "add", "x", "--scope", "everything")
    assert unknown.exit_code == 2
    assert all(scope in unknown.stderr for scope in SCOPES)
    assert cli("clients", "add", "x").exit_code == 2
    assert len(cli("clients", "list").stdout.splitlines()) == 1
