"""models tree, show and diff: what they print of a store or of files, on a terminal or in a pipe, and exit with."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from tests.cli.stores import BARE, SPECIAL, Cli, bare, model_file, special
from tests.cli.test_terminal import run_on_a_terminal

from twinhaus import ontology
from twinhaus.cli import main
from twinhaus.testing.server import run_cli

LEVEL, SPACE = "dtmi:com:willowinc:Level;1", "dtmi:com:willowinc:Space;1"


def run(*words: str | Path, **env: str) -> Result:
    """Run a command that is told by its own words alone where the models are."""
    return CliRunner().invoke(main, [*map(str, words)], env=env)


def wider(**more: Any) -> dict[str, Any]:
    """The first model, with another schema and one more property."""
    changed = bare(**more)
    changed["contents"][0]["schema"] = "long"
    changed["contents"].append({"@type": "Property", "name": "code", "schema": "string"})
    return changed


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of the two small models."""
    return model_file(tmp_path / "old.json", bare(), special())


# --- tree


def test_tree_of_a_store(with_models: Cli) -> None:
    """What extends a model stands below it, with how many there are below it, and how many there are at all."""
    ended = with_models("models", "tree")
    assert (ended.exit_code, ended.stdout) == (
        0,
        f"{BARE}  1 below\n└── {SPECIAL}\n2 models; 1 extends no other.\n",
    )


def test_tree_of_files(tmp_path: Path) -> None:
    """`--models` looks at files and directories instead of a store, and needs none."""
    model_file(tmp_path / "models" / "a.json", bare())
    model_file(tmp_path / "models" / "deep" / "b.dtdl", special())
    by_folder = run("models", "tree", "--models", tmp_path / "models")
    one_by_one = ("--models", tmp_path / "models" / "a.json", "--models", tmp_path / "models" / "deep")
    assert by_folder.exit_code == 0
    assert by_folder.stdout == run("models", "tree", *one_by_one).stdout
    assert by_folder.stdout.endswith("2 models; 1 extends no other.\n")


def test_tree_of_the_starter_models() -> None:
    """`--starter` draws the starter ontology, every model of it."""
    ended = run("models", "tree", "--starter")
    models = [one["@id"] for document in ontology.documents() for one in json.loads(document)]
    assert ended.exit_code == 0
    assert all(model_id in ended.stdout for model_id in models)
    assert len(ended.stdout.splitlines()) == len(models) + 1


def test_tree_below_some_models_to_a_depth() -> None:
    """Roots may be named, and the levels below them limited."""
    ended = run("models", "tree", SPACE, "dtmi:com:willowinc:Agent;1", "--depth", "1", "--starter")
    lines = ended.stdout.splitlines()
    assert lines[0] == f"{SPACE}  8 below"
    assert "└── dtmi:com:willowinc:Zone;1  1 below" in lines
    assert "dtmi:com:willowinc:HVACZone;1" not in ended.stdout
    assert "dtmi:com:willowinc:Agent;1  2 below" in lines
    none = run("models", "tree", SPACE, "--depth", "0", "--starter")
    assert none.stdout.splitlines()[:-1] == [f"{SPACE}  8 below"]


def test_tree_draws_branches_once(tmp_path: Path) -> None:
    """A model with two parents stands below both; what is below it is drawn the first time only."""
    ids = {name: f"dtmi:com:example:{name};1" for name in ("A", "B", "Both", "Leaf")}
    parents = {"A": [], "B": [], "Both": [ids["A"], ids["B"]], "Leaf": [ids["Both"]]}
    made = [
        bare(**{"@id": ids[name], "extends": extends, "contents": []}) for name, extends in parents.items()
    ]
    ended = run("models", "tree", "--models", model_file(tmp_path / "models.json", *made))
    assert ended.stdout.splitlines() == [
        f"{ids['A']}  2 below",
        f"└── {ids['Both']}  1 below",
        f"    └── {ids['Leaf']}",
        f"{ids['B']}  2 below",
        f"└── {ids['Both']}  1 below, drawn above",
        "4 models; 2 extend no other.",
    ]


# --- show


def test_show_tells_all_about_a_model() -> None:
    """Its names, what it extends, and its contents by kind: schema, unit, target, and where they are inherited from."""
    ended = run("models", "show", LEVEL, "--starter")
    assert ended.exit_code == 0
    lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    for expected in (
        f"{LEVEL} Level",
        f"extends {SPACE}",
        "extends dtmi:org:twinhaus:Identified;1 through another",
        "16 properties",
        "levelNumber integer",
        "elevation double metre",
        "name string from Identified",
        "mappedIds array of MappedId from Identified",
        "2 components",
        "area dtmi:com:willowinc:SpaceArea;1 from Space",
        "6 relationships",
        "servedBy to any twin from Space",
    ):
        assert expected in lines
    assert all(line == line.rstrip() for line in ended.stdout.splitlines())


def test_show_tells_every_kind_of_content(tmp_path: Path) -> None:
    """Telemetry, commands and what relationships carry and allow are told as well; what is required is marked."""
    contents = [
        {"@type": "Telemetry", "name": "noise", "schema": "double"},
        {"@type": "Command", "name": "reset", "request": {"name": "how", "schema": "string"}},
        {
            "@type": "Relationship", "name": "feeds", "target": BARE, "maxMultiplicity": 2,
            "properties": [{"@type": "Property", "name": "flow", "schema": "double"}],
        },
        {"@type": ["Property", "Required"], "name": "code", "schema": "string"},
    ]  # fmt: skip
    context = ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:requirement;2"]
    file = model_file(tmp_path / "m.json", bare(**{"@context": context, "contents": contents}))
    lines = [
        " ".join(line.split()) for line in run("models", "show", BARE, "--models", file).stdout.splitlines()
    ]
    for expected in (
        "1 telemetry", "noise double", "1 command", "reset takes string", "1 relationship",
        f"feeds to {BARE} with flow at most 2", "1 property", "code string required", "DTDL 3; no model below it",
    ):  # fmt: skip
        assert expected in lines


def test_show_prints_json(with_models: Cli) -> None:
    """`--json` is the model as it was written, `--schema` the JSON Schema of its twins."""
    assert json.loads(with_models("models", "show", SPECIAL, "--json").stdout) == special()
    schema = json.loads(with_models("models", "show", SPECIAL, "--schema").stdout)
    validator = Draft202012Validator(schema)
    for count, expected in ((1, True), ("1", False)):
        assert validator.is_valid({"id": "T", "modelId": SPECIAL, "contents": {"count": count}}) is expected
    assert with_models("models", "show", SPECIAL, "--json", "--schema").exit_code == 2


def test_show_escapes_what_a_terminal_would_act_upon(tmp_path: Path) -> None:
    """Control characters of a model's texts are shown, not sent."""
    file = model_file(tmp_path / "m.json", bare(displayName="a\x1b[31mb", description="c\x07d"))
    ended = run("models", "show", BARE, "--models", file)
    assert "a\\x1b[31mb" in ended.stdout
    assert "c\\x07d" in ended.stdout


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("dtmi:com:willowinc:Levl;1", LEVEL),
        ("level", LEVEL),
        ("dtmi:com:willowinc:Level;2", LEVEL),
        ("dtmi:com:example:SPACE;1", SPACE),
    ],
)
@pytest.mark.parametrize("command", ["tree", "show"])
def test_unknown_ids_get_the_nearest(command: str, given: str, meant: str) -> None:
    """A model that is not there exits with 1 and the ids that may have been meant."""
    ended = run("models", command, given, "--starter")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f'There is no model "{given}".' in ended.stderr
    assert meant in ended.stderr.partition("Did you mean")[2]


def test_nothing_near_gets_no_hint() -> None:
    """Where nothing is near, nothing is suggested."""
    ended = run("models", "show", "dtmi:com:example:Xylophone;1", "--starter")
    assert (ended.exit_code, "Did you mean" in ended.stderr) == (1, False)


# --- diff


def test_diff_of_files(old: Path, tmp_path: Path) -> None:
    """What is added, removed and changed, what breaks is marked, and the exit code says that something differs."""
    narrow = bare()
    narrow["contents"] = [{"@type": "Property", "name": "count", "schema": "short"}]
    narrow["@context"] = "dtmi:dtdl:context;4"
    added = bare(**{"@id": "dtmi:com:example:Added;1"})
    ended = run("models", "diff", old, model_file(tmp_path / "new.json", narrow, added))
    assert ended.exit_code == 1
    assert ended.stdout.splitlines() == [
        "+ dtmi:com:example:Added;1",
        f"~ {BARE}",
        "    ~ property count: integer → short  (breaks)",
        "    - relationship leadsTo  (breaks)",
        f"- {SPECIAL}  (breaks)",
        "4 changes in 3 models, 3 of them breaking.",
    ]


def test_diff_of_equal_models(old: Path, tmp_path: Path) -> None:
    """The same models in another order and layout do not differ: exit code 0."""
    again = tmp_path / "again.json"
    again.write_text(json.dumps([special(), bare()], indent=4), "utf-8")
    ended = run("models", "diff", old, again)
    assert (ended.exit_code, ended.stdout) == (0, "No difference.\n")


def test_diff_of_what_breaks_only(old: Path, tmp_path: Path) -> None:
    """`--breaking` leaves out what breaks nothing, in the exit code too."""
    new = model_file(tmp_path / "new.json", wider(), special())
    assert run("models", "diff", old, new).exit_code == 1
    harmless = run("models", "diff", old, new, "--breaking")
    assert (harmless.exit_code, harmless.stdout) == (0, "No difference.\n")
    back = run("models", "diff", new, old, "--breaking")
    assert (back.exit_code, "2 changes in 1 model, 2 of them breaking." in back.stdout) == (1, True)


def test_diff_of_a_store_and_a_file(with_models: Cli, store: str, old: Path, tmp_path: Path) -> None:
    """Either side may be a store, a file or a directory."""
    new = model_file(tmp_path / "new" / "models.json", wider(), special())
    assert run("models", "diff", store, old).exit_code == 0
    from_store, from_file = (run("models", "diff", one, new.parent) for one in (store, old))
    assert from_store.exit_code == 1
    assert from_store.stdout == from_file.stdout


def test_diff_of_two_models(old: Path, with_models: Cli) -> None:
    """Two ids are two models of one set, compared with all they inherit."""
    for ended in (
        run("models", "diff", BARE, SPECIAL, "--models", old),
        with_models("models", "diff", BARE, SPECIAL),
    ):
        assert (ended.exit_code, ended.stdout) == (0, "No difference.\n")
    ended = run("models", "diff", LEVEL, SPACE, "--starter")
    assert ended.exit_code == 1
    assert "    - property levelNumber  (breaks)" in ended.stdout.splitlines()


def test_diff_as_json(old: Path, tmp_path: Path) -> None:
    """`--json` is an array of changes, empty where there are none."""
    new = model_file(tmp_path / "new.json", wider(), special())
    ended = run("models", "diff", old, new, "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout) == [
        {
            "modelId": BARE, "change": "changed", "subject": "property count", "detail": "integer → long",
            "breaks": False,
        },
        {"modelId": BARE, "change": "added", "subject": "property code", "detail": None, "breaks": False},
    ]  # fmt: skip
    assert json.loads(run("models", "diff", old, old, "--json").stdout) == []


def test_diff_that_cannot_be_made_exits_with_2(old: Path, tmp_path: Path) -> None:
    """A path that is not there, models that are not valid, an unknown id, an id beside a path: 2, never 1."""
    broken = model_file(tmp_path / "broken.json", bare(contents=[{"@type": "Property", "name": "x"}]))
    alone = model_file(tmp_path / "alone.json", special())
    for words, said in (
        ((old, tmp_path / "nothing.json"), "nothing.json"),
        ((old, broken), "twinhaus validate"),
        ((old, alone), BARE),
        ((BARE, "dtmi:com:example:Barre;1", "--models", old), "Did you mean"),
        ((BARE, old), "two ids"),
        ((old,), "Missing argument"),
    ):
        ended = run("models", "diff", *words)
        assert (ended.exit_code, ended.stdout) == (2, ""), words
        assert said in ended.stderr


# --- all of them


def test_looking_makes_no_store(cli: Cli, store: str) -> None:
    """Where there is no store, there is none afterwards either, and the command says what makes one."""
    for words in (("tree",), ("show", BARE)):
        ended = cli("models", *words)
        assert ended.exit_code == 1
        assert store in ended.stderr
        assert "twinhaus models load" in ended.stderr
    assert cli("models", "diff", BARE, SPECIAL).exit_code == 2


def test_models_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """Text that is not UTF-8 or not JSON, and rules that are broken, exit with 1 and no stack trace."""
    latin, text = tmp_path / "latin.json", tmp_path / "text.json"
    latin.write_bytes(b'"\xfc"')
    text.write_text("no JSON")
    for file, said in ((latin, "UTF-8"), (text, "twinhaus validate")):
        ended = run("models", "tree", "--models", file)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert said in ended.stderr
        assert "Traceback" not in ended.output


def test_the_environment_says_where_the_models_are(old: Path) -> None:
    """TWINHAUS_MODELS and TWINHAUS_DEPTH are the options."""
    ended = run("models", "tree", TWINHAUS_MODELS=str(old), TWINHAUS_DEPTH="0")
    assert ended.stdout == f"{BARE}  1 below\n2 models; 1 extends no other.\n"


def test_a_pipe_gets_neither_colours_nor_broken_lines() -> None:
    """What a program reads has no escape codes, and lines as long as they are."""
    for words in (("tree", "--starter"), ("show", LEVEL, "--starter"), ("diff", LEVEL, SPACE, "--starter")):
        ended = run_cli("models", *words)
        assert ended.stderr == b""
        assert b"\x1b" not in ended.stdout
        assert words[0] != "show" or max(map(len, ended.stdout.decode().splitlines())) > 100


@pytest.mark.parametrize(("setting", "is_coloured"), [("", True), ("os.environ['NO_COLOR'] = '1'; ", False)])
def test_a_terminal_gets_colours_unless_it_wants_none(setting: str, is_coloured: bool) -> None:
    """On a terminal ids are in colour; with NO_COLOR they are not, and the rest is the same."""
    code = f"import os; os.environ['TERM'] = 'xterm'; {setting}from twinhaus.cli import main; main()"
    exit_code, shown = run_on_a_terminal("-c", code, "models", "tree", SPACE, "--depth", "0", "--starter")
    assert exit_code == 0
    assert SPACE in shown
    assert ("\x1b[36m" in shown) is is_coloured
