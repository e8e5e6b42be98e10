"""The commands for instances, and `--instance`, which every other command has."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from tests import serving
from tests.cli.stores import BARE, SPECIAL, Cli, bare, lines_file, model_file, special

from twinhaus.auth.clients import knows_secret
from twinhaus.auth.scopes import SCOPES
from twinhaus.cli import main
from twinhaus.ontology import documents
from twinhaus.storage.store import Reader


@pytest.fixture
def with_template(cli: Cli, tmp_path: Path) -> Cli:
    """Commands on a store with an instance that has two models, one of them out of service."""
    file = model_file(tmp_path / "two.json", bare(), special())
    assert cli("instances", "create", "template", "--template", file).exit_code == 0
    assert cli("models", "decommission", SPECIAL, "--instance", "template").exit_code == 0
    return cli


def listed(cli: Cli) -> list[dict[str, Any]]:
    """What `instances list` prints."""
    ended = cli("instances", "list")
    assert ended.exit_code == 0, ended.output
    return [json.loads(line) for line in ended.stdout.splitlines()]


def models_of(store: str, instance: str) -> dict[str, bool]:
    """The models of an instance, in their order, and whether each is in service."""

    def look(reader: Reader) -> dict[str, bool]:
        return {model.id: not model.is_decommissioned for model in reader.models()}

    with serving.opened(store, instance) as opened:
        return opened.read(look).result()


def test_an_instance_is_created_empty(cli: Cli, store: str) -> None:
    """It says so; a server can make tokens for it without writing first."""
    ended = cli("instances", "create", "acme")
    assert (ended.exit_code, ended.stdout) == (0, "Created acme; it has 0 models.\n")
    assert models_of(store, "acme") == {}
    with serving.opened(store, "acme") as opened:
        assert len(opened.read(lambda reader: reader.signing_keys()).result()) == 1


def test_they_are_listed_as_json(cli: Cli) -> None:
    """One a line, by name, with what each takes on disk."""
    for name in ("b", "a"):
        cli("instances", "create", name)
    found = listed(cli)
    assert [one["name"] for one in found] == ["a", "b"]
    assert all(one.keys() == {"name", "bytes", "place"} and one["bytes"] > 0 for one in found)


def test_a_store_that_is_not_there_has_none_to_list(cli: Cli, store: str) -> None:
    """A slip of the pen must not look as if all were lost; where the store is there, none is an answer."""
    if "://" in store:
        pytest.skip("A database is there, or cannot be reached.")
    ended = cli("instances", "list")
    assert ended.exit_code == 1
    assert "There is no store at" in ended.stderr
    assert not Path(store).exists()
    assert cli("clients", "add", "a", "--scope", "admin").exit_code == 0
    assert listed(cli) == []


def test_models_come_from_an_instance(with_template: Cli, store: str) -> None:
    """All of them, in their order, and those out of service are so again; later changes are of one alone."""
    ended = with_template("instances", "create", "acme", "--template", "template")
    assert (ended.exit_code, ended.stdout) == (0, "Created acme; it has 2 models.\n")
    assert list(models_of(store, "acme").items()) == [(BARE, True), (SPECIAL, False)]
    assert with_template("models", "remove", SPECIAL, "--instance", "acme").exit_code == 0
    assert models_of(store, "template").keys() == {BARE, SPECIAL}


def test_models_come_from_several_places(with_template: Cli, store: str, tmp_path: Path) -> None:
    """From instances first, then from files and folders together, in whatever order they need each other."""
    folder = tmp_path / "models"
    model_file(
        folder / "a.json", special(**{"@id": "dtmi:com:example:More;1", "extends": "dtmi:com:example:Base;1"})
    )
    base = model_file(tmp_path / "base.json", bare(**{"@id": "dtmi:com:example:Base;1"}))
    options = ("--template", folder, "--template", base, "--template", "template", "--starter")
    ended = with_template("instances", "create", "acme", *options)
    assert ended.exit_code == 0, ended.output
    found = models_of(store, "acme")
    assert list(found)[:2] == [BARE, SPECIAL]
    assert {"dtmi:com:example:More;1", "dtmi:com:example:Base;1"} <= found.keys()
    assert len(found) == 4 + len(documents_of_starter())


def documents_of_starter() -> list[str]:
    """The ids of the starter models."""
    found = [json.loads(text) for text in documents()]
    return [one["@id"] for group in found for one in (group if isinstance(group, list) else [group])]


def test_an_instance_goes_before_a_file_of_its_name(
    with_template: Cli, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that could be either is written so that it can only be a path; one that is no instance is a path."""
    monkeypatch.chdir(tmp_path)
    for name in ("template", "other"):
        model_file(tmp_path / name / "x.json", bare(**{"@id": "dtmi:com:example:OfFile;1"}))
    for template, expected in (("template", BARE), ("./template", "dtmi:com:example:OfFile;1")):
        with_template("instances", "create", "acme", "--template", template)
        assert expected in models_of(store, "acme")
        with_template("instances", "remove", "acme", "--yes")
    assert with_template("instances", "create", "acme", "--template", "other").exit_code == 0
    assert models_of(store, "acme").keys() == {"dtmi:com:example:OfFile;1"}


@pytest.mark.parametrize(
    ("template", "exit_code", "said"),
    [
        ("nothing", 1, 'There is no instance "nothing".'),
        ("./nothing", 2, "nothing cannot be read"),
        ("bad.json", 1, "Error: 1 fault; nothing was stored"),
        ("lacking.json", 1, "Models that are not there"),
    ],
)
def test_without_its_models_none_is_created(
    template: str, exit_code: int, said: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a template is missing or wrong, it says why, and the name stays free."""
    monkeypatch.chdir(tmp_path)
    model_file(tmp_path / "bad.json", bare(contents=[{"@type": "Property"}]))
    model_file(tmp_path / "lacking.json", special())
    ended = cli("instances", "create", "acme", "--template", template)
    assert ended.exit_code == exit_code, ended.output
    assert said in ended.stderr
    assert cli("instances", "create", "acme").exit_code == 0


def test_a_first_client_may_be_created_with_it(cli: Cli, store: str) -> None:
    """It has every scope; standard output is its id and secret as JSON alone, as `clients add` prints them."""
    ended = cli("instances", "create", "acme", "--client", "first")
    assert ended.exit_code == 0
    printed = json.loads(ended.stdout)
    assert printed.keys() == {"client_id", "client_secret"}
    assert ended.stderr == "Created acme; it has 0 models.\n"
    with serving.opened(store, "acme") as opened:
        (client,) = opened.read(lambda reader: reader.clients()).result()
    assert (client.id, client.name, client.scopes) == (printed["client_id"], "first", SCOPES)
    assert knows_secret(client, printed["client_secret"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_none_is_created_whose_secret_cannot_be_shown(cli: Cli, store: str) -> None:
    """All of it, or none: nobody would know the secret, and the name is free again."""
    with Path("/dev/full").open("wb") as full:
        words = [sys.executable, "-m", "twinhaus.cli", "instances", "create", "acme", "--client", "first"]
        ended = subprocess.run([*words, "--store", store], stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 1
    assert b"No space left on device" in ended.stderr
    assert listed(cli) == []


def test_what_is_created_is_written_down(cli: Cli) -> None:
    """In the trail of the instance, as done by this command."""
    cli("instances", "create", "acme", "--client", "first", "--starter")
    entries = [json.loads(line) for line in cli("audit", "--instance", "acme").stdout.splitlines()]
    assert {entry["kind"] for entry in entries} == {"model", "client", "signing-key"}
    assert {entry["clientId"] for entry in entries} == {"cli:instances-create"}


def test_names_that_are_taken_or_none(cli: Cli) -> None:
    """Each is refused with its reason, and exit code 1."""
    assert cli("instances", "create", "acme").exit_code == 0
    ended = cli("instances", "create", "acme")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert 'There is an instance "acme" already.' in ended.stderr
    for name in ("Acme", "../acme", "a_b", "xn--acme", ""):
        ended = cli("instances", "create", name)
        assert ended.exit_code == 1
        assert "names no instance" in ended.stderr
    assert [one["name"] for one in listed(cli)] == ["acme"]


def test_removing_asks_first(cli: Cli, store: str) -> None:
    """It says how many twins would go; whoever says no, or nothing, keeps them."""
    cli("instances", "create", "acme", "--starter")
    with serving.opened(store, "acme") as opened:
        serving.put_twin(opened, {"id": "a", "modelId": serving.LEVEL})
    words = ["instances", "remove", "acme", "--store", store]
    for answer in ("n\n", ""):
        ended = CliRunner().invoke(main, words, input=answer)
        assert ended.exit_code == 1
        assert "Remove the instance acme with its 1 twins for good?" in ended.output
    assert [one["name"] for one in listed(cli)] == ["acme"]
    ended = CliRunner().invoke(main, words, input="y\n")
    assert ended.exit_code == 0
    assert ended.output.endswith("Removed acme.\n")
    assert listed(cli) == []


def test_what_is_removed_is_gone(cli: Cli) -> None:
    """With --yes nothing is asked; a second time there is none of that name."""
    for name in ("acme", "beta"):
        cli("instances", "create", name)
    ended = cli("instances", "remove", "acme", "--yes")
    assert (ended.exit_code, ended.stdout) == (0, "Removed acme.\n")
    assert [one["name"] for one in listed(cli)] == ["beta"]
    for options in ((), ("--yes",)):
        ended = cli("instances", "remove", "acme", *options)
        assert ended.exit_code == 1
        assert 'There is no instance "acme".' in ended.stderr


def commands(group: click.Group, *words: str) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command, by its words."""
    found = []
    for name, command in group.commands.items():
        below = commands(command, *words, name) if isinstance(command, click.Group) else []
        found += below or [((*words, name), command)]
    return found


def test_every_command_on_a_store_takes_an_instance() -> None:
    """But those that look after instances themselves."""
    for words, command in commands(main):
        options = {name for parameter in command.params for name in parameter.opts}
        if words[0] == "instances":
            assert "--store" in options
        elif "--store" in options:
            assert "--instance" in options, words


def test_a_command_works_on_the_instance_it_is_given(cli: Cli, store: str, tmp_path: Path) -> None:
    """By option or by the environment; what it does there is done nowhere else."""
    cli("clients", "add", "of the store", "--scope", "admin")
    cli("instances", "create", "acme")
    cli("instances", "create", "beta")
    twins = lines_file(tmp_path / "twins.ndjson", {"id": "a", "modelId": BARE, "contents": {}})
    file = model_file(tmp_path / "two.json", bare(), special())
    of_acme: tuple[str, ...] = ("--instance", "acme")
    assert cli("models", "load", file, *of_acme).stdout == "2 models loaded; the store has 2.\n"
    assert cli("import", "--twins", twins, *of_acme).exit_code == 0
    assert (
        cli("clients", "add", "of acme", "--scope", "admin", env={"TWINHAUS_INSTANCE": "acme"}).exit_code == 0
    )
    assert cli("keys", "rotate", *of_acme).exit_code == 0
    assert json.loads(cli("clients", "list", *of_acme).stdout)["name"] == "of acme"
    assert cli("models", "tree", *of_acme).stdout.startswith(BARE)
    assert cli("export", "--twins", "-", *of_acme).stdout.startswith('{"id":"a"')
    assert len(cli("keys", "list", *of_acme).stdout.splitlines()) == 2
    assert "cli:import" in cli("audit", *of_acme).stdout
    for other in ((), ("--instance", "beta")):
        assert cli("models", "tree", *other).stdout == "0 models; 0 extend no other.\n"
        assert cli("export", "--twins", "-", *other).stdout == ""
        assert "of acme" not in cli("clients", "list", *other).stdout


def test_an_unknown_instance_is_no_new_one(cli: Cli, store: str, tmp_path: Path) -> None:
    """A command that is given one makes none, whether it reads or writes."""
    file = model_file(tmp_path / "two.json", bare(), special())
    for words in (
        ("models", "load", file),
        ("models", "tree"),
        ("clients", "list"),
        ("clients", "add", "a", "--scope", "admin"),
        ("export",),
        ("audit",),
    ):
        for name in ("nobody", "../store", "Nobody"):
            ended = cli(*words, "--instance", name)
            assert ended.exit_code == 1, words
            assert "There is no" in ended.stderr
    assert "://" in store or not Path(store).exists()
