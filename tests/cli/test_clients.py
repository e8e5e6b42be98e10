"""The commands for clients and signing keys: what they do, print and exit with."""

import json
import subprocess
import sys
from pathlib import Path

import click
import psycopg
import pytest
from tests import serving
from tests.cli.stores import Cli, commands_on

from twinhaus.auth.clients import knows_secret
from twinhaus.auth.scopes import SCOPES
from twinhaus.storage.access import Client

KILL_OTHERS = """
    SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def only_client(store: str) -> Client:
    """The store's one client, as it is kept."""
    with serving.opened(store) as opened:
        (client,) = opened.read(lambda reader: reader.clients()).result()
    return client


def test_clients_add_prints_json(cli: Cli) -> None:
    """Standard output is one JSON object: `client_id` and `client_secret`."""
    ended = cli("clients", "add", "reader", "--scope", "twins:read", "--scope", "admin")
    assert ended.exit_code == 0
    printed = json.loads(ended.stdout)
    assert printed.keys() == {"client_id", "client_secret"}
    assert all(isinstance(value, str) and len(value) >= 32 for value in printed.values())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", [("add", "other", "--scope", "admin"), ("secret", "first")])
def test_a_secret_that_cannot_be_shown_changes_nothing(
    cli: Cli, store: str, command: tuple[str, ...]
) -> None:
    """Nobody would know it."""
    cli("clients", "add", "first", "--scope", "twins:read")
    before = only_client(store)
    with Path("/dev/full").open("wb") as full:
        words = [sys.executable, "-m", "twinhaus.cli", "clients", *command, "--store", store]
        ended = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (
        1,
        b"Error: Nothing more can be written: No space left on device.\n",
    )
    assert only_client(store) == before


@pytest.mark.parametrize("command", [("add", "first", "--scope", "admin"), ("secret", "first")])
def test_a_secret_is_shown_once_though_the_connection_is_lost(
    command: tuple[str, ...], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction is run again with the same secret: one object is printed, what the client is known by."""
    cli = commands_on(postgres_url)
    if command[0] == "secret":
        cli("clients", "add", "first", "--scope", "admin")
    shown: list[str] = []

    def show_and_lose(line: str) -> None:
        echo(line)
        shown.append(line)
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(KILL_OTHERS)

    echo = click.echo
    monkeypatch.setattr("twinhaus.cli.clients.click.echo", show_and_lose)
    ended = cli("clients", *command)
    assert (ended.exit_code, ended.stdout.splitlines()) == (0, shown)
    printed = json.loads(ended.stdout)
    client = only_client(postgres_url)
    assert client.id == printed["client_id"]
    assert knows_secret(client, printed["client_secret"])


def test_scopes_from_the_environment(cli: Cli) -> None:
    """TWINHAUS_SCOPE holds scopes with spaces between them."""
    assert cli("clients", "add", "x", env={"TWINHAUS_SCOPE": "twins:read admin"}).exit_code == 0
    assert json.loads(cli("clients", "list").stdout)["scopes"] == ["twins:read", "admin"]


def test_clients_list(cli: Cli) -> None:
    """One JSON object a line: id, name, scopes, locations; the secrets are not told again."""
    added = {
        name: json.loads(cli("clients", "add", name, "--scope", scope).stdout)
        for name, scope in (("a", "twins:read"), ("b b", "twins:write"))
    }
    ended = cli("clients", "list")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {"client_id": added["a"]["client_id"], "name": "a", "scopes": ["twins:read"], "locations": []},
        {"client_id": added["b b"]["client_id"], "name": "b b", "scopes": ["twins:write"], "locations": []},
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


def test_clients_add_with_locations(cli: Cli, store: str) -> None:
    """--location restricts a client; once for each, each kept once, and spaces in an id are of it."""
    places = ("--location", "B 1", "--location", "L/2", "--location", "B 1")
    assert cli("clients", "add", "local", "--scope", "twins:read", *places).exit_code == 0
    assert only_client(store).locations == ("B 1", "L/2")
    assert json.loads(cli("clients", "list").stdout)["locations"] == ["B 1", "L/2"]


@pytest.mark.parametrize("scope", ["models:write", "admin"])
def test_far_scopes_do_not_go_with_locations(cli: Cli, scope: str) -> None:
    """A scope that reaches beyond any location is refused together with one, in words that say which."""
    ended = cli("clients", "add", "local", "--scope", "twins:read", "--scope", scope, "--location", "B1")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"{scope} would reach beyond the client's locations" in ended.stderr
    assert cli("clients", "list").stdout == ""


@pytest.mark.parametrize("by", ["name", "client_id"])
def test_clients_edit(cli: Cli, store: str, by: str) -> None:
    """What is given takes the place of all there was, the rest stays, and so do id and secret."""
    added = {"name": "old", **json.loads(cli("clients", "add", "old", "--scope", "admin").stdout)}
    ended = cli("clients", "edit", added[by], "--name", "new", "--scope", "twins:read", "--location", "B1")
    assert (ended.exit_code, ended.stdout) == (0, "new has twins:read, in B1.\n")
    client = only_client(store)
    assert (client.id, client.name) == (added["client_id"], "new")
    assert (client.scopes, client.locations) == (("twins:read",), ("B1",))
    assert knows_secret(client, added["client_secret"])
    assert cli("clients", "edit", "new", "--everywhere").stdout == "new has twins:read, everywhere.\n"


def test_clients_edit_refuses(cli: Cli, store: str) -> None:
    """Nothing to change, and two ways at once, are wrong calls; a client that is not there is named."""
    cli("clients", "add", "one", "--scope", "admin")
    before = only_client(store)
    assert cli("clients", "edit", "one").exit_code == 2
    assert cli("clients", "edit", "one", "--everywhere", "--location", "B1").exit_code == 2
    assert cli("clients", "edit", "one", "--location", "B1").exit_code == 1
    missing = cli("clients", "edit", "nobody", "--name", "x")
    assert missing.exit_code == 1
    assert '"nobody"' in missing.stderr
    assert only_client(store) == before


def test_clients_secret(cli: Cli, store: str) -> None:
    """A new secret is printed once and is the client's from then on; the old one is not."""
    old = json.loads(cli("clients", "add", "one", "--scope", "admin").stdout)
    new = json.loads(cli("clients", "secret", "one").stdout)
    assert new["client_id"] == old["client_id"]
    assert knows_secret(only_client(store), new["client_secret"])
    assert not knows_secret(only_client(store), old["client_secret"])
    assert cli("clients", "secret", "nobody").exit_code == 1


# --- keys


def test_keys_rotate_and_retire(cli: Cli) -> None:
    """A new key signs and the older ones stay, until they are retired; no private key is printed."""

    def listed() -> list[dict[str, object]]:
        return [json.loads(line) for line in cli("keys", "list").stdout.splitlines()]

    cli("clients", "add", "one", "--scope", "admin")
    assert listed() == []
    first = cli("keys", "rotate").stdout.split()[0]
    second = cli("keys", "rotate").stdout.split()[0]
    assert [(key["id"], key["signs"]) for key in listed()] == [(second, True), (first, False)]
    assert listed()[0].keys() == {"id", "createdTime", "signs"}
    assert cli("keys", "retire", first).stdout == f"Retired {first}.\n"
    assert [key["id"] for key in listed()] == [second]


def test_keys_that_cannot_be_retired(cli: Cli) -> None:
    """The last key, and one that is not there."""
    only = cli("keys", "rotate").stdout.split()[0]
    last, unknown = cli("keys", "retire", only), cli("keys", "retire", "nothing")
    assert (last.exit_code, unknown.exit_code) == (1, 1)
    assert "Add another one first" in last.stderr
    assert '"nothing"' in unknown.stderr
    assert len(cli("keys", "list").stdout.splitlines()) == 1
