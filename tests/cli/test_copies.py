"""`twinhaus copy`, `backup` and `restore`, of the graph without a name and of instances."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import serving
from tests.cli.stores import BARE, SPECIAL, Cli, bare, commands_on, lines_file, model_file, special
from tests.copies import all_rows
from tests.engines import Engine

from twinhaus.cli import main
from twinhaus.storage.tables import TABLES, TableReader, TableWriter
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Advance


@pytest.fixture
def filled(with_models: Cli, tmp_path: Path) -> Cli:
    """Commands on a store with two models, three twins and a client."""
    twins = lines_file(tmp_path / "twins.ndjson", *({"id": id_, "modelId": BARE} for id_ in "abc"))
    assert with_models("import", "--twins", twins).exit_code == 0
    assert with_models("clients", "add", "somebody", "--scope", "twins:read").exit_code == 0
    return with_models


def run(*arguments: str | Path) -> Result:
    """Run a command that names its stores itself."""
    return CliRunner().invoke(main, [*map(str, arguments)])


def done(ended: Result) -> list[str]:
    """The lines that a command said which did what it should."""
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()


def refused(ended: Result) -> str:
    """Why a command was refused."""
    assert ended.exit_code == 1, ended.output
    return ended.stderr


def total(store: str) -> str:
    """How many rows there are, as it is told."""
    return f"{sum(map(len, all_rows(store).values()))} rows copied, and read again: they are the same."


def test_a_copy_is_told_table_by_table(filled: Cli, store: str, another: str) -> None:
    """Rows and checksums of each; then that they are the same. Nothing of the source is changed."""
    before = all_rows(store)
    head, *told, last = done(run("copy", "--from", store, "--to", another))
    assert head.split() == ["table", "rows", "checksum"]
    rows = {name: (count, checksum) for name, count, checksum in map(str.split, told)}
    assert list(rows) == [table.name for table in TABLES]
    assert rows["twin"][0] == "3"
    assert all(len(checksum) == 32 for _, checksum in rows.values())
    assert last == total(store)
    assert all_rows(another) == before == all_rows(store)
    assert done(commands_on(another)("clients", "list")) == done(filled("clients", "list"))


@pytest.mark.usefixtures("filled")
def test_stores_are_compared(store: str, another: str) -> None:
    """`--verify` says that they are the same, or each table that is not, with the first key; and changes nothing."""
    done(run("copy", "--from", store, "--to", another))
    assert done(run("copy", "--from", store, "--to", another, "--verify"))[-1] == "They are the same."
    done(commands_on(another)("models", "decommission", BARE))
    before = all_rows(another)
    said = refused(run("copy", "--from", store, "--to", another, "--verify"))
    assert "model differs, first at number 1: the target has 2 rows with the checksum " in said
    assert "audit differs, first at instant " in said
    assert "twin differs" not in said
    assert all_rows(another) == before


@pytest.mark.usefixtures("filled")
def test_only_a_new_store_is_made(store: str, another: str) -> None:
    """A store that holds something is left as it is, and so is the source itself."""
    done(commands_on(another)("models", "load", "--starter"))
    before = all_rows(another)
    for target in (another, store):
        assert "must be a new store" in refused(run("copy", "--from", store, "--to", target))
    assert all_rows(another) == before


def test_there_must_be_something_to_copy(another: str, tmp_path: Path) -> None:
    """A slip of the pen makes no store, on neither side."""
    target = tmp_path / "new.db"
    for command in (
        ("copy", "--from", another, "--to", str(target)),
        ("backup", str(target), "--store", another),
        ("instances", "backup", "nobody", str(target), "--store", another),
        ("copy", "--from", another, "--from-instance", "nobody", "--to", str(target)),
    ):
        assert "There is no" in refused(run(*command))
    assert "There is no store at" in refused(run("restore", target, "--store", another))
    assert "There is no store at" in refused(run("instances", "restore", "acme", target, "--store", another))
    assert not target.exists()
    assert (
        done(commands_on(another)("models", "load", "--starter"))[-1] == "69 models loaded; the store has 69."
    )


def interrupted(count: int) -> None:
    """In place of a progress bar."""
    raise KeyboardInterrupt


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Begins to copy a store, and is interrupted."""

    def begin(source: str, target: str) -> None:
        copy = copying.copy
        with monkeypatch.context() as patched:
            patched.setattr(copying, "copy", lambda one, other, advance: copy(one, other, interrupted))
            ended = run("copy", "--from", source, "--to", target)
        assert ended.exit_code == 130
        assert ended.stderr.splitlines()[-1] == "Interrupted."

    return begin


def test_an_interrupted_copy_goes_on(
    filled: Cli, store: str, another: str, interrupt: Callable[[str, str], None]
) -> None:
    """Until then nobody can use what there is of it; where the source has changed, it begins again. It says which."""
    interrupt(store, another)
    for command in (("clients", "list"), ("serve", "--port", "0")):
        said = refused(run(*command, "--store", another))
        assert "not finished. Run the same command again" in said
    ended = run("copy", "--from", store, "--to", another, "--verify")
    assert "not finished" in refused(ended)
    interrupt(store, another)
    done(filled("clients", "add", "late", "--scope", "twins:read"))
    ended = run("copy", "--from", store, "--to", another)
    assert done(ended)[-1] == total(store)
    assert "The source has changed since the copy was interrupted, so it begins again." in ended.stderr
    assert all_rows(another) == all_rows(store)


@pytest.mark.usefixtures("filled")
def test_one_that_goes_on_says_so(store: str, another: str, interrupt: Callable[[str, str], None]) -> None:
    """Where the source is as it was."""
    interrupt(store, another)
    ended = run("copy", "--from", store, "--to", another)
    assert done(ended)[-1] == total(store)
    assert ended.stderr == "Going on with a copy that was interrupted.\n"


@pytest.mark.usefixtures("filled")
def test_a_copy_that_is_not_the_same_is_no_store(
    store: str, another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, and the table; the next command begins again."""
    copy = copying.copy

    def lose_a_row(source: TableReader, target: TableWriter, advance: Advance) -> None:
        add = target.add
        with monkeypatch.context() as patched:
            patched.setattr(target, "add", lambda table, rows: add(table, rows[-1:]))
            copy(source, target, advance)

    with monkeypatch.context() as patched:
        patched.setattr(copying, "copy", lose_a_row)
        said = refused(run("copy", "--from", store, "--to", another))
    assert "twin differs, first at number 1: the target has 1 rows" in said
    assert "not finished" in refused(run("clients", "list", "--store", another))
    assert done(run("copy", "--from", store, "--to", another))[-1] == total(store)


def test_a_backup_is_restored(filled: Cli, store: str, another: str, tmp_path: Path) -> None:
    """From a file for its owner alone, which is not written over, into a store that must be new."""
    file = tmp_path / "backup.db"
    assert done(filled("backup", file)) == [total(store)]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("backup")] == ["backup.db"]
    before = file.read_bytes()
    assert "must be a new store" in refused(filled("backup", file))
    assert "there is no folder" in refused(filled("backup", tmp_path / "unmounted" / "backup.db"))
    assert not (tmp_path / "unmounted").exists()
    assert done(run("restore", file, "--store", another)) == [total(store)]
    assert file.read_bytes() == before
    assert all_rows(another) == all_rows(store)
    assert "must be a new store" in refused(run("restore", file, "--store", another))


def test_an_instance_is_backed_up_and_restored(cli: Cli, store: str, another: str, tmp_path: Path) -> None:
    """By its name, into one of another name, or of another store; the others are left alone."""
    file = tmp_path / "acme.db"
    models = model_file(tmp_path / "two.json", bare(), special())
    created = cli("instances", "create", "acme", "--template", models, "--client", "operator")
    client = json.loads(created.stdout)
    done(cli("instances", "create", "other"))
    done(cli("instances", "backup", "acme", file))
    done(cli("instances", "restore", "acme-2", file))
    done(commands_on(another)("instances", "restore", "acme", file))
    for place, name in ((store, "acme-2"), (another, "acme")):
        assert all_rows(place, name) == all_rows(store, "acme")
        (found,) = done(run("clients", "list", "--store", place, "--instance", name))
        assert json.loads(found)["client_id"] == client["client_id"]
    assert all_rows(store, "other")["model"] == []
    assert "must be a new store" in refused(cli("instances", "restore", "other", file))
    assert "names no instance" in refused(cli("instances", "restore", "Not a name", file))
    assert "There is no instance" in refused(cli("instances", "backup", "nobody", tmp_path / "nobody.db"))
    names = [json.loads(line)["name"] for line in done(cli("instances", "list"))]
    assert names == ["acme", "acme-2", "other"]


def test_a_graph_without_a_name_becomes_an_instance(
    filled: Cli, store: str, engine: Engine, tmp_path: Path
) -> None:
    """And an instance one without: by `copy`, and by `backup` and `restore` with `--instance`."""
    with engine.new_store() as deployment, engine.new_store() as alone:
        done(run("copy", "--from", store, "--to", deployment, "--to-instance", "acme"))
        assert all_rows(deployment, "acme") == all_rows(store)
        done(run("backup", tmp_path / "acme.db", "--store", deployment, "--instance", "acme"))
        done(run("restore", tmp_path / "acme.db", "--store", deployment, "--instance", "acme-2"))
        assert all_rows(deployment, "acme-2") == all_rows(store)
        done(run("copy", "--from", deployment, "--from-instance", "acme-2", "--to", alone))
        assert all_rows(alone) == all_rows(store)
        assert models_of(alone) == models_of(store)


def models_of(store: str) -> list[str]:
    """The ids of a store's models, in their order."""
    with serving.opened(store) as opened:
        found = [model.id for model in opened.read(lambda reader: reader.models()).result()]
    assert found == [BARE, SPECIAL]
    return found


def test_an_unfinished_instance_can_be_removed(
    cli: Cli, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listed, and cannot be opened; removed, its name is free."""
    done(cli("instances", "create", "acme", "--client", "operator"))
    done(cli("instances", "backup", "acme", tmp_path / "acme.db"))
    copy = copying.copy
    with monkeypatch.context() as patched:
        patched.setattr(copying, "copy", lambda one, other, advance: copy(one, other, interrupted))
        assert cli("instances", "restore", "again", tmp_path / "acme.db").exit_code == 130
    assert [json.loads(line)["name"] for line in done(cli("instances", "list"))] == ["acme", "again"]
    assert "not finished" in refused(cli("clients", "list", "--instance", "again"))
    done(cli("instances", "remove", "again", "--yes"))
    done(cli("instances", "create", "again"))
