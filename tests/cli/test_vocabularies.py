"""import brick, export brick, import haystack, mapping: buildings of other vocabularies in, and out again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.stores import Cli, find_twin

from twinhaus.cli import main

LIBRARY = Path(__file__).parents[1] / "unit" / "translation" / "library.ttl"
CLINIC = LIBRARY.with_name("clinic.zinc")
AHU = "dtmi:com:willowinc:AirHandlingUnit;1"


@pytest.fixture
def starter(cli: Cli) -> Cli:
    """Runs a command on a store that has the starter models."""
    assert cli("models", "load", "--starter").exit_code == 0
    return cli


def turtle_file(path: Path, text: str) -> Path:
    """A file of Turtle, with the prefixes that it needs."""
    prefixes = (
        "@prefix : <https://b.example#> .\n"
        "@prefix brick: <https://brickschema.org/schema/Brick#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    )
    path.write_text(prefixes + text, "utf-8")
    return path


def test_a_building_goes_in_and_out(starter: Cli, store: str, another: str, tmp_path: Path) -> None:
    """What happened is told in numbers, and what had no counterpart; an export imported elsewhere is the same."""
    ended = starter("import", "brick", LIBRARY)
    assert ended.exit_code == 0, ended.output
    told = ended.stdout.splitlines()
    assert told[:4] == [
        "twins: 22 imported, 0 rejected.",
        "relationships: 23 imported, 0 rejected.",
        "definitions: 2 read.",
        "Taken as something more general:",
    ]
    assert "  brick:Turnstile: 1 (https://library.example/site#door)" in told
    assert find_twin(store, "reading") is not None
    files = [tmp_path / "first.ttl", tmp_path / "second.ttl"]
    ended = starter("export", "brick", files[0])
    assert (ended.exit_code, ended.stdout) == (0, "twins: 22 exported.\nrelationships: 23 exported.\n")
    elsewhere = ["--store", another]
    assert CliRunner().invoke(main, ["models", "load", "--starter", *elsewhere]).exit_code == 0
    assert CliRunner().invoke(main, ["import", "brick", str(files[0]), *elsewhere]).exit_code == 0
    assert CliRunner().invoke(main, ["export", "brick", str(files[1]), *elsewhere]).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    again = starter("import", "brick", files[0])
    assert again.stdout.splitlines() == [
        "twins: 22 imported, 22 of them unchanged, 0 rejected.",
        "relationships: 23 imported, 23 of them unchanged, 0 rejected.",
        *(line for line in again.stdout.splitlines()[2:] if line.startswith(("Taken", "  "))),
    ]


def test_what_is_rejected_is_named(starter: Cli, store: str, tmp_path: Path) -> None:
    """By what it comes from, with every reason; exit code 1; the rest is kept."""
    assert starter("models", "decommission", AHU).exit_code == 0
    file = turtle_file(tmp_path / "b.ttl", ":a a brick:AHU . :f a brick:Fan ; brick:isPartOf :a .")
    ended = starter("import", "brick", file)
    assert ended.exit_code == 1
    assert ended.stdout.splitlines()[2:] == [
        "twins: 1 imported, 1 rejected.",
        "relationships: 0 imported, 1 rejected.",
    ]
    assert ended.stdout.splitlines()[0].startswith("twins, https://b.example#a: modelId: ")
    assert ended.stdout.splitlines()[1] == (
        'relationships, https://b.example#f brick:isPartOf https://b.example#a: targetId: There is no twin "a"'
    )
    assert find_twin(store, "f") is not None


def test_a_dry_run_only_tells(starter: Cli, store: str) -> None:
    """It says what an import says, and leaves nothing."""
    dry = starter("import", "brick", LIBRARY, "--dry-run")
    assert dry.exit_code == 0
    assert dry.stdout.splitlines()[:2] == [
        "twins: 22 would be imported, 0 rejected.",
        "relationships: 23 would be imported, 0 rejected.",
    ]
    assert find_twin(store, "reading") is None
    assert starter("import", "brick", LIBRARY).stdout.splitlines()[2:] == dry.stdout.splitlines()[2:]


def test_programs_are_told_in_json(starter: Cli, tmp_path: Path) -> None:
    """Numbers, faults and gaps, of an import, a dry one, and an export."""
    assert starter("models", "decommission", AHU).exit_code == 0
    file = turtle_file(tmp_path / "b.ttl", ":a a brick:AHU . :f a brick:Fan ; brick:weight 3 .")
    ended = starter("import", "brick", file, "--json", "--dry-run")
    assert ended.exit_code == 1
    told = json.loads(ended.stdout)
    assert told["twins"] == {"created": 1, "replaced": 0, "unchanged": 0, "rejected": 1}
    assert told["relationships"] == {"created": 0, "replaced": 0, "unchanged": 0, "rejected": 0}
    assert (told["applied"], told["definitions"]) == (False, 0)
    (fault,) = told["faults"]
    assert (fault["of"], fault["origin"]) == ("twins", "https://b.example#a")
    assert fault["errors"].keys() == {"modelId"}
    assert told["withoutCounterpart"]["predicates"] == [
        {"predicate": "brick:weight", "count": 1, "examples": ["https://b.example#f"]}
    ]
    assert starter("import", "brick", file).exit_code == 1
    told = json.loads(starter("export", "brick", tmp_path / "out.ttl", "--json").stdout)
    assert (told["twins"], told["relationships"], told["applied"]) == (1, 0, True)


def test_strictly_all_or_nothing(starter: Cli, store: str, tmp_path: Path) -> None:
    """Where anything has no counterpart, nothing is imported, and no file written; exit code 1."""
    file = turtle_file(tmp_path / "b.ttl", ":f a brick:Fan ; brick:weight 3 .")
    ended = starter("import", "brick", file, "--strict")
    assert ended.exit_code == 1
    assert ended.stdout.splitlines()[0] == "Nothing was imported."
    assert find_twin(store, "f") is None
    file = turtle_file(tmp_path / "b.ttl", ":f a brick:Supply_Fan .")
    assert starter("import", "brick", file, "--strict").exit_code == 0
    out = tmp_path / "out.ttl"
    assert starter("export", "brick", out, "--strict").exit_code == 0
    twins = tmp_path / "twins.ndjson"
    twins.write_text(json.dumps({"id": "a", "modelId": AHU, "contents": {"filterType": "F7"}}), "utf-8")
    assert starter("import", "--twins", twins).exit_code == 0
    before = out.read_bytes()
    ended = starter("export", "brick", out, "--strict")
    assert ended.exit_code == 1
    assert ended.stdout.splitlines()[0] == "Nothing was exported."
    assert out.read_bytes() == before
    assert sorted(tmp_path.glob("out*")) == [out]


def test_a_table_of_ones_own(starter: Cli, store: str, tmp_path: Path) -> None:
    """The shipped one is printed, can be changed, and is then followed."""
    printed = CliRunner().invoke(main, ["mapping", "brick"])
    assert printed.exit_code == 0
    own = tmp_path / "own.yaml"
    own.write_text(printed.stdout.replace("rdfs:label: name", "rdfs:label: code"), "utf-8")
    file = turtle_file(tmp_path / "b.ttl", ":f a brick:Fan ; rdfs:label 'F' .")
    assert starter("import", "brick", file, "--mapping", own).exit_code == 0
    twin = find_twin(store, "f")
    assert twin is not None
    assert json.loads(twin.document)["contents"]["code"] == "F"
    own.write_text("classes: {x: [y:z]}\nprefix: {}\n", "utf-8")
    for command in ("import", "export"):
        ended = starter(command, "brick", file, "--mapping", own)
        assert ended.exit_code == 1
        assert "  prefix: There is no such section" in ended.stderr
        assert '  classes.x: "y:z" has no prefix' in ended.stderr


def test_an_ontology_beside_the_file(starter: Cli, store: str, tmp_path: Path) -> None:
    """Says which classes are below which; both may be several files."""
    files = [
        turtle_file(tmp_path / f"{name}.ttl", f":{name} a brick:Turnstile ; brick:isPartOf :a .")
        for name in "ab"
    ]
    ontology = turtle_file(tmp_path / "o.ttl", "brick:Turnstile rdfs:subClassOf brick:Equipment .")
    ended = starter("import", "brick", *files, "--ontology", ontology)
    assert ended.stdout.splitlines()[:2] == [
        "twins: 2 imported, 0 rejected.",
        "relationships: 2 imported, 0 rejected.",
    ]


def test_a_namespace_of_ones_own(starter: Cli, tmp_path: Path) -> None:
    """Twins without an IRI are written in it, and read from it."""
    twins = tmp_path / "twins.ndjson"
    twins.write_text(json.dumps({"id": "a b", "modelId": AHU}), "utf-8")
    assert starter("import", "--twins", twins).exit_code == 0
    out = tmp_path / "out.ttl"
    namespace = ("--namespace", "https://b.example/")
    assert starter("export", "brick", out, *namespace).exit_code == 0
    assert "<https://b.example/a%20b>" in out.read_text("utf-8")
    ended = starter("import", "brick", out, *namespace)
    assert ended.stdout.splitlines()[0] == "twins: 1 imported, 1 of them replaced, 0 rejected."


def test_what_is_no_iri_is_told_before_an_export(starter: Cli, tmp_path: Path) -> None:
    """In the table, or as the namespace."""
    own = tmp_path / "own.yaml"
    own.write_text("prefixes: {e: no IRI}\nrelationships: {<neither>: isPartOf}\n", "utf-8")
    ended = starter("export", "brick", tmp_path / "o.ttl", "--mapping", own, "--namespace", "x")
    assert ended.exit_code == 1
    assert ended.stderr == "Error: What is no IRI cannot be exported: x, no IRI, neither\n"


def test_standard_output_is_only_the_file(starter: Cli) -> None:
    """What is told goes to standard error then."""
    assert starter("import", "brick", LIBRARY).exit_code == 0
    ended = starter("export", "brick", "-")
    assert ended.stdout.startswith("@prefix")
    assert "exported" not in ended.stdout
    assert ended.stderr.splitlines() == ["twins: 22 exported.", "relationships: 23 exported."]


def test_records_of_haystack(starter: Cli, store: str, tmp_path: Path) -> None:
    """As Zinc, or as JSON where the name ends so, or the option says so; with a table of one's own."""
    ended = starter("import", "haystack", CLINIC)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines()[:2] == [
        "twins: 11 imported, 0 rejected.",
        "relationships: 12 imported, 0 rejected.",
    ]
    assert find_twin(store, "12-flow") is not None
    record = [{"id": {"_kind": "ref", "val": "x"}, "site": {"_kind": "marker"}, "dis": "X"}]
    own = tmp_path / "own.yaml"
    printed = CliRunner().invoke(main, ["mapping", "haystack"]).stdout
    own.write_text(printed.replace("  dis: name", "  dis: code"), "utf-8")
    for name, *more in (("a.json",), ("a.txt", "--format", "json")):
        file = tmp_path / name
        file.write_text(json.dumps(record), "utf-8")
        ended = starter("import", "haystack", file, "--mapping", own, "--strict", *more)
        assert ended.exit_code == 0, ended.output
    twin = find_twin(store, "x")
    assert twin is not None
    assert json.loads(twin.document)["contents"]["code"] == "X"
    ended = starter("import", "haystack", tmp_path / "a.txt", "--dry-run")
    assert ended.exit_code == 1
    assert ended.stderr.startswith(f"Error: {tmp_path / 'a.txt'}: $: Not Haystack's zinc: ")


def test_records_go_in_and_out(starter: Cli, another: str, tmp_path: Path) -> None:
    """An export imported elsewhere is the same, to the byte; strictly, none where anything has no counterpart."""
    assert starter("import", "haystack", CLINIC).exit_code == 0
    files = [tmp_path / "first.json", tmp_path / "second.json"]
    ended = starter("export", "haystack", files[0], "--strict")
    assert (ended.exit_code, ended.stdout) == (0, "twins: 11 exported.\nrelationships: 12 exported.\n")
    elsewhere = ["--store", another]
    assert CliRunner().invoke(main, ["models", "load", "--starter", *elsewhere]).exit_code == 0
    assert CliRunner().invoke(main, ["import", "haystack", str(files[0]), *elsewhere]).exit_code == 0
    assert CliRunner().invoke(main, ["export", "haystack", str(files[1]), *elsewhere]).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    twins = tmp_path / "twins.ndjson"
    twins.write_text(json.dumps({"id": "a", "modelId": AHU, "contents": {"filterType": "F7"}}), "utf-8")
    assert starter("import", "--twins", twins).exit_code == 0
    ended = starter("export", "haystack", files[1], "--strict")
    assert (ended.exit_code, ended.stdout.splitlines()[0]) == (1, "Nothing was exported.")
    own = tmp_path / "own.yaml"
    own.write_text("prefixes: {'': 'urn:haystack:'}\nrelationships: {9Ref: isPartOf}\n", "utf-8")
    ended = starter("export", "haystack", files[1], "--mapping", own)
    assert ended.stderr == "Error: What is no tag cannot be exported: urn:haystack:9Ref\n"
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_is_no_turtle_ends_the_command(starter: Cli, store: str, tmp_path: Path) -> None:
    """With the place in the file; nothing is imported."""
    file = turtle_file(tmp_path / "b.ttl", ":f a brick:Fan .\n:g a .")
    ended = starter("import", "brick", file)
    assert ended.exit_code == 1
    assert ended.stderr.startswith(f"Error: {file}: line 5: Not Turtle: ")
    assert find_twin(store, "f") is None


def test_models_come_first(cli: Cli, store: str) -> None:
    """Without any, the command says what to do."""
    ended = cli("import", "brick", LIBRARY)
    assert ended.exit_code == 1
    assert "twinhaus models load --starter" in ended.stderr


def test_who_imported_is_on_record(starter: Cli) -> None:
    """By the command's own name."""
    assert starter("import", "brick", LIBRARY).exit_code == 0
    assert "cli:import-brick" in starter("audit").stdout


def test_a_file_called_like_a_vocabulary(
    starter: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`import ./brick` is an export by that name."""
    monkeypatch.chdir(tmp_path)
    assert starter("export", "./brick").exit_code == 0
    assert "models: 69 imported" in starter("import", "./brick").stdout
