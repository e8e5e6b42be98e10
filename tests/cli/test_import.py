"""import: twins and relationships by the line, and every rejected line with its reason."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests import serving
from tests.cli.stores import BARE, SPECIAL, Cli, find_twin, lines_file

from twinhaus.cli import main
from twinhaus.graph import Direction
from twinhaus.testing.server import run_cli


def test_import(with_models: Cli, store: str, tmp_path: Path) -> None:
    """Twins, then relationships, one object a line in the shapes of the API; what happened is told in numbers."""
    twins = lines_file(
        tmp_path / "twins.ndjson",
        {"id": "a", "modelId": BARE, "contents": {"count": 1}},
        {"Id": "b/ü", "MODELID": SPECIAL, "lastUpdateTime": "2024-01-01"},
    )
    relationships = lines_file(
        tmp_path / "relationships.ndjson", {"sourceId": "a", "targetId": "b/ü", "name": "leadsTo"}
    )
    ended = with_models("import", "--twins", twins, "--relationships", relationships)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines() == [
        "twins: 2 imported, 0 rejected.",
        "relationships: 1 imported, 0 rejected.",
    ]
    first = find_twin(store, "a")
    assert first is not None
    assert json.loads(first.document)["contents"] == {"count": 1}
    with serving.opened(store) as opened:
        links = opened.read(lambda reader: reader.neighbours("a", Direction.OUTGOING)).result()
    assert [link.relationship.id for link in links] == ["a_leadsTo_b/ü"]


def test_import_reports_every_rejected_line(with_models: Cli, store: str, tmp_path: Path) -> None:
    """Line, place and reason on standard error; exit code 1; every other line is kept."""
    good = {"modelId": BARE}
    twins = lines_file(
        tmp_path / "twins.ndjson",
        {**good, "id": "first"},
        {"id": "no-model"},
        {**good, "id": "bad", "contents": {"count": "3", "colour": "red"}},
        b"",
        b'{"id": "cut',
        b'{"id": "latin-\xfc"}',
        b'{"id": "twice", "id": "twice"}',
        b"[]",
        {"id": "unknown", "modelId": "dtmi:com:example:Nothing;1"},
        {**good, "id": ""},
        {**good, "id": "last"},
    )
    ended = with_models("import", "--twins", twins)
    assert ended.exit_code == 1
    assert ended.stdout == "twins: 2 imported, 8 rejected.\n"
    told = ended.stderr.splitlines()
    for start, words in (
        ("twins, line 2: modelId: ", "required"),
        ("twins, line 3: contents.count: ", 'count expects an integer; got the string "3"'),
        ("twins, line 3: contents.colour: ", "colour"),
        ("twins, line 5: $: ", "Not JSON"),
        ("twins, line 6: $: ", "UTF-8"),
        ("twins, line 7: $: ", "twice"),
        ("twins, line 8: $: ", "an array"),
        ("twins, line 9: modelId: ", "Nothing;1"),
        ("twins, line 10: id: ", "empty"),
    ):
        assert any(line.startswith(start) and words in line for line in told), start
    assert {line.split(":")[0] for line in told} == {
        f"twins, line {line}" for line in (2, 3, 5, 6, 7, 8, 9, 10)
    }
    assert find_twin(store, "first") is not None
    assert find_twin(store, "last") is not None


def test_import_reports_rejected_relationships(with_models: Cli, tmp_path: Path) -> None:
    """Relationships are checked as the API checks them: twins, name, target."""
    twins = lines_file(tmp_path / "twins.ndjson", *({"id": one, "modelId": BARE} for one in "ab"))
    relationships = lines_file(
        tmp_path / "relationships.ndjson",
        {"sourceId": "a", "targetId": "nobody", "name": "leadsTo"},
        {"sourceId": "a", "targetId": "b", "name": "follows"},
        {"sourceId": "a", "targetId": "b", "name": "leadsTo"},
    )
    ended = with_models("import", "--twins", twins, "--relationships", relationships)
    assert ended.exit_code == 1
    assert ended.stdout.splitlines() == [
        "twins: 2 imported, 0 rejected.",
        "relationships: 1 imported, 2 rejected.",
    ]
    assert "relationships, line 1: targetId: " in ended.stderr
    assert "relationships, line 2: name: " in ended.stderr


def test_import_again_is_harmless(with_models: Cli, store: str, tmp_path: Path) -> None:
    """The same file a second time replaces each twin by itself; the last line of an id wins."""
    file = lines_file(
        tmp_path / "twins.ndjson",
        {"id": "a", "modelId": BARE, "contents": {"count": 1}},
        {"id": "a", "modelId": BARE, "contents": {"count": 2}},
    )
    for _ in range(2):
        assert with_models("import", "--twins", file).exit_code == 0
    twin = find_twin(store, "a")
    assert twin is not None
    assert json.loads(twin.document)["contents"] == {"count": 2}


def test_import_takes_any_end_of_line(with_models: Cli, store: str, tmp_path: Path) -> None:
    """CR LF, blank lines and a last line without an end are all right, and blank lines are no twins."""
    file = tmp_path / "twins.ndjson"
    lines = [json.dumps({"id": one, "modelId": BARE}) for one in "abc"]
    file.write_bytes(f"{lines[0]}\r\n\r\n  \n{lines[1]}\n{lines[2]}".encode())
    ended = with_models("import", "--twins", file)
    assert (ended.exit_code, ended.stdout) == (0, "twins: 3 imported, 0 rejected.\n")
    assert find_twin(store, "c") is not None


def test_import_takes_a_byte_order_mark(with_models: Cli, store: str, tmp_path: Path) -> None:
    """A file may begin with a byte order mark, as PowerShell writes one; anywhere else it is no JSON."""
    file = tmp_path / "twins.ndjson"
    lines = [json.dumps({"id": one, "modelId": BARE}) for one in "ab"]
    file.write_bytes("".join(f"\ufeff{line}\n" for line in lines).encode())
    ended = with_models("import", "--twins", file)
    assert (ended.exit_code, ended.stdout) == (1, "twins: 1 imported, 1 rejected.\n")
    assert ended.stderr.startswith("twins, line 2: $: Not JSON")
    assert find_twin(store, "a") is not None


def test_a_table_with_the_line_ends_of_old_macs_is_refused(with_models: Cli, tmp_path: Path) -> None:
    """A carriage return alone ends no row, and a first row that has swallowed the rest is no table without rows."""
    file = tmp_path / "twins.csv"
    file.write_bytes(f"id,modelId\ra,{BARE}\rb,{BARE}\r".encode())
    ended = with_models("import", "--twins", file)
    assert (ended.exit_code, ended.stdout) == (1, "twins: 0 imported, 1 rejected.\n")
    assert ended.stderr.startswith(
        "twins, line 1: $: The first row: Not CSV: a carriage return alone is no end of a row"
    )


@pytest.mark.parametrize("option", ["--twins", "--relationships"])
def test_import_from_standard_input(with_models: Cli, store: str, tmp_path: Path, option: str) -> None:
    """`-` is standard input, for either kind, and the other may be a file."""
    twins = [{"id": one, "modelId": BARE} for one in "ab"]
    links = [{"sourceId": "a", "targetId": "b", "name": "leadsTo"}, {"sourceId": "a"}]
    given = twins if option == "--twins" else links
    if option == "--relationships":
        assert with_models("import", "--twins", lines_file(tmp_path / "twins.ndjson", *twins)).exit_code == 0
    stdin = "\n".join(json.dumps(one) for one in given).encode()
    ended = run_cli("import", "--store", store, option, "-", stdin=stdin)
    if option == "--twins":
        assert (ended.returncode, ended.stdout) == (0, b"twins: 2 imported, 0 rejected.\n")
    else:
        assert (ended.returncode, ended.stdout) == (1, b"relationships: 1 imported, 1 rejected.\n")
        assert b"relationships, line 2: targetId: " in ended.stderr
    assert find_twin(store, "b") is not None


def test_import_needs_one_file_for_each(with_models: Cli, tmp_path: Path) -> None:
    """Neither file, a file that is not there, and standard input for both are usage errors."""
    for arguments in (
        [],
        ["--twins", tmp_path / "nothing.ndjson"],
        ["--twins", "-", "--relationships", "-"],
    ):
        assert with_models("import", *arguments).exit_code == 2


def test_import_by_environment(with_models: Cli, store: str, tmp_path: Path) -> None:
    """TWINHAUS_STORE, TWINHAUS_TWINS and TWINHAUS_RELATIONSHIPS do what the options do."""
    twins = lines_file(tmp_path / "twins.ndjson", {"id": "a", "modelId": BARE})
    links = lines_file(tmp_path / "links.ndjson", {"sourceId": "a", "targetId": "a", "name": "leadsTo"})
    env = {
        "TWINHAUS_STORE": store,
        "TWINHAUS_TWINS": str(twins),
        "TWINHAUS_RELATIONSHIPS": str(links),
    }
    ended = CliRunner().invoke(main, ["import"], env=env)
    assert ended.exit_code == 0, ended.output
    assert len(ended.stdout.splitlines()) == 2
