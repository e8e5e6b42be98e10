"""`twinhaus export`, and `twinhaus import` of what it wrote."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.stores import BARE, SPECIAL, Cli, find_twin, lines_file
from tests.serving import opened

from twinhaus.cli import main
from twinhaus.testing.buildings import write_ndjson
from twinhaus.testing.server import run_cli


@pytest.fixture
def filled(with_models: Cli, tmp_path: Path) -> Cli:
    """Runs a command on a store with two models, three twins and two relationships; one twin is an orphan."""
    twins = lines_file(
        tmp_path / "twins.ndjson",
        {"id": "b", "modelId": BARE, "contents": {"count": 1}},
        {"id": 'ä,"quoted"', "modelId": BARE},
        {"id": "orphan", "modelId": SPECIAL, "contents": {"count": 3}},
    )
    links = lines_file(
        tmp_path / "links.ndjson",
        {"sourceId": "b", "targetId": "orphan", "name": "leadsTo"},
        {"sourceId": "orphan", "targetId": "b", "name": "leadsTo"},
    )
    assert with_models("import", "--twins", twins, "--relationships", links).exit_code == 0
    assert with_models("models", "remove", SPECIAL).exit_code == 0
    assert with_models("models", "decommission", BARE).exit_code == 0
    return with_models


def other_store(*arguments: str | Path) -> tuple[int, str, str]:
    """Run a command that names its store itself."""
    ended = CliRunner().invoke(main, [str(one) for one in arguments])
    return ended.exit_code, ended.stdout, ended.stderr


def test_an_export_makes_the_same_store(filled: Cli, another: str, tmp_path: Path) -> None:
    """Into an empty store, and exported again, it is the same to the byte; imported again it changes nothing."""
    first, second = tmp_path / "1.ndjson", tmp_path / "2.ndjson"
    assert filled("export", first).exit_code == 0
    code, said, _ = other_store("import", first, "--store", another)
    assert code == 0
    assert said.splitlines() == [
        "models: 1 imported, 0 rejected.",
        "twins: 3 imported, 0 rejected.",
        "relationships: 2 imported, 0 rejected.",
    ]
    for _ in range(2):
        assert other_store("export", second, "--store", another)[0] == 0
        assert second.read_bytes() == first.read_bytes()
        assert "3 imported, 3 of them unchanged" in other_store("import", first, "--store", another)[1]
    assert not list(tmp_path.glob("*.unfinished"))


def test_the_demo_portfolio_makes_the_same_store(cli: Cli, another: str, tmp_path: Path) -> None:
    """So does a portfolio of many batches, through standard output and standard input."""
    twins, relationships = write_ndjson(tmp_path, twins=2_500)
    assert cli("models", "load", "--starter").exit_code == 0
    assert cli("import", "--twins", twins, "--relationships", relationships).exit_code == 0
    first = cli("export").stdout_bytes
    assert run_cli("import", "-", "--store", another, stdin=first).returncode == 0
    assert run_cli("export", "-", "--store", another).stdout == first


def test_an_export_that_was_cut_off_is_known(filled: Cli, another: str, tmp_path: Path) -> None:
    """What is in it is imported, but exit code 1 says that there was more."""
    file = tmp_path / "export.ndjson"
    assert filled("export", file).exit_code == 0
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    code, _, told = other_store("import", file, "--store", another)
    assert code == 1
    assert "no end" in told
    assert find_twin(another, "b") is not None


def test_an_export_with_a_hole_is_known(filled: Cli, another: str, tmp_path: Path) -> None:
    """Its last line says how many of each kind there are; where fewer came, exit code 1 says that some are missing."""
    file = tmp_path / "export.ndjson"
    assert filled("export", file).exit_code == 0
    whole = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(line for line in whole if not line.startswith(b'{"twin":{"id":"b"')))
    code, _, told = other_store("import", file, "--store", another)
    assert code == 1
    assert "Something is missing from the export; it should have" in told
    assert " twins" in told


def test_what_is_wrong_with_an_export_is_told(filled: Cli, another: str, tmp_path: Path) -> None:
    """By line and place; the rest is imported."""
    file = tmp_path / "export.ndjson"
    assert filled("export", file).exit_code == 0
    *rest, end = file.read_bytes().splitlines(keepends=True)
    bad = [
        b'{"twin":{"id":"x","modelId":"dtmi:com:example:Bare;1","contents":{}}}\n',
        b'{"twin":{"id":"x","modelId":"%b","lastUpdateTime":"2020-01-01","contents":{"count":"1"}}}\n'
        % BARE.encode(),
        b'{"thing":{}}\n',
        b'{"relationship":{"sourceId":"x","targetId":"b","name":"leadsTo"}}\n',
        b"{\n",
    ]
    file.write_bytes(b"".join([*rest, *bad, end]))
    code, said, told = other_store("import", file, "--store", another)
    assert code == 1
    assert "twins: 3 imported, 2 rejected." in said
    start = len(rest) + 1
    for number, path in enumerate(("lastUpdateTime", "contents.count", "$", "sourceId", "$"), start=start):
        assert f"export, line {number}: {path}: " in told


@pytest.mark.parametrize(
    "text", ["", '{"id":"a","modelId":"x"}\n', '{"twinhaus":{"export":2}}\n', '{"twinhaus":{}}\n', "[]\n"]
)
def test_what_is_no_export_is_refused(cli: Cli, tmp_path: Path, text: str) -> None:
    """Nothing is imported from a file that does not begin as one, or is of another version."""
    file = tmp_path / "file.ndjson"
    file.write_text(text, "utf-8")
    ended = cli("import", file)
    assert ended.exit_code == 1
    assert "export" in ended.stderr


def test_models_that_differ_end_an_import(filled: Cli, store: str, tmp_path: Path) -> None:
    """A stored model does not change: an export with another of its id is refused as a whole."""
    file = tmp_path / "export.ndjson"
    assert filled("export", file).exit_code == 0
    file.write_bytes(file.read_bytes().replace(b'"schema":"integer"', b'"schema":"long"'))
    ended = filled("import", file)
    assert ended.exit_code == 1
    assert BARE in ended.stderr


@pytest.mark.parametrize("format_", ["ndjson", "csv"])
def test_twins_and_relationships_by_themselves(filled: Cli, tmp_path: Path, format_: str) -> None:
    """As lines or as tables, by the ends of their names or as they are told; imported again, nothing changes."""
    twins, links = tmp_path / f"out.{format_}", tmp_path / "out"
    assert filled("export", "--twins", twins, "--format", format_).exit_code == 0
    assert filled("export", "--relationships", links, "--format", format_).exit_code == 0
    told = filled("export", "--twins", tmp_path / f"again.{format_}")
    assert told.exit_code == 0
    assert (tmp_path / f"again.{format_}").read_bytes() == twins.read_bytes()
    ended = filled("import", "--twins", twins)
    assert "twins: 2 imported, 2 of them unchanged, 1 rejected." in ended.stdout
    assert "Load it first" in ended.stderr
    ended = filled("import", "--relationships", links, "--format", format_)
    assert "relationships: 2 imported, 2 of them unchanged, 0 rejected." in ended.stdout


def test_a_table_as_it_is_written(filled: Cli) -> None:
    """The members, and a column for each path; rows end with CR LF."""
    table = filled("export", "--twins", "-", "--format", "csv").stdout_bytes.decode().split("\r\n")
    assert table[0] == "id,modelId,lastUpdateTime,count"
    assert table[1].startswith(f"b,{BARE},20")
    assert table[1].endswith(",1")
    assert table[2].startswith(f'"ä,""quoted""",{BARE},')
    assert table[-1] == ""


def test_usage(cli: Cli, filled: Cli, tmp_path: Path) -> None:
    """An export together with single files is a usage error."""
    file = lines_file(tmp_path / "file.ndjson")
    for arguments in (
        ["import", file, "--twins", file],
        ["export", file, "--twins", tmp_path / "t"],
        ["export", "--twins", "-", "--relationships", "-"],
        ["export", "--twins", "-", "--format", "xlsx"],
    ):
        assert filled(*arguments).exit_code == 2


@pytest.mark.parametrize("place", ["nowhere/twins.csv", "a-file/twins.csv", "x" * 300])
def test_where_nothing_can_be_written(filled: Cli, tmp_path: Path, place: str) -> None:
    """A place that no file can have is named, with the reason, and without a stack trace."""
    (tmp_path / "a-file").touch()
    ended = filled("export", "--twins", tmp_path / place)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"Error: {tmp_path / place} cannot be written: ")


def test_a_restored_store_goes_on(filled: Cli, another: str, tmp_path: Path) -> None:
    """Models keep their service and their times, orphans can be read, and later changes have later times."""
    file = tmp_path / "export.ndjson"
    assert filled("export", file).exit_code == 0
    assert other_store("import", file, "--store", another)[0] == 0
    orphan = find_twin(another, "orphan")
    assert orphan is not None
    assert json.loads(orphan.document)["contents"] == {"count": 3}
    with opened(another) as direct:
        (model,) = direct.read(lambda reader: reader.models()).result()
        last = direct.write(lambda transaction: transaction.next_instant()).result()
    assert model.is_decommissioned
    assert last > orphan.updated
