"""models load and models decommission: all models or none, and every error named."""

import json
from pathlib import Path

from tests.cli.stores import BARE, SPECIAL, Cli, bare, model_file, model_ids, special

from twinhaus import ontology


def test_starter_models(cli: Cli, store: str) -> None:
    """`--starter` loads the ontology that comes with the program, alone or beside files."""
    ended = cli("models", "load", "--starter")
    assert ended.exit_code == 0
    expected = {one["@id"] for document in ontology.documents() for one in json.loads(document)}
    assert model_ids(store) == expected
    assert str(len(expected)) in ended.stdout


def test_models_from_directories_in_any_order(cli: Cli, store: str, tmp_path: Path) -> None:
    """A directory stands for every .json file below it; what extends may come before what it extends."""
    model_file(tmp_path / "models" / "a-special.json", special())
    model_file(tmp_path / "models" / "deep" / "er" / "z-bare.json", bare())
    (tmp_path / "models" / "README.md").write_text("not a model")
    ended = cli("models", "load", tmp_path / "models")
    assert (ended.exit_code, ended.stdout) == (0, "2 models loaded; the store has 2.\n")
    assert model_ids(store) == {BARE, SPECIAL}


def test_models_from_several_files(cli: Cli, store: str, tmp_path: Path) -> None:
    """Several files, one an object alone and one with a byte order mark, load together."""
    one, two = model_file(tmp_path / "one.json", special()), tmp_path / "two.json"
    two.write_bytes(b"\xef\xbb\xbf" + json.dumps(bare()).encode())
    assert cli("models", "load", one, two).exit_code == 0
    assert model_ids(store) == {BARE, SPECIAL}


def test_models_loaded_again_are_harmless(cli: Cli, store: str, tmp_path: Path) -> None:
    """The same models again, in another file or layout, change nothing; new ones among them are added."""
    assert cli("models", "load", model_file(tmp_path / "one.json", bare())).exit_code == 0
    again = tmp_path / "again.json"
    again.write_text(json.dumps([special(), bare()], indent=4), "utf-8")
    for expected in ("1 models loaded; the store has 2.", "0 models loaded; the store has 2."):
        ended = cli("models", "load", again)
        assert (ended.exit_code, ended.stdout.strip()) == (0, expected)
    assert model_ids(store) == {BARE, SPECIAL}


def test_conflicting_model_is_refused(with_models: Cli, store: str, tmp_path: Path) -> None:
    """A stored model's id with another definition exits with 1, names it, and stores nothing of the rest."""
    other = {**bare(contents=[]), "@id": "dtmi:com:example:Other;1"}
    ended = with_models(
        "models", "load", model_file(tmp_path / "changed.json", other, bare(displayName="changed"))
    )
    assert ended.exit_code == 1
    assert BARE in ended.stderr
    assert model_ids(store) == {BARE, SPECIAL}


def test_invalid_models_are_reported_with_every_error(cli: Cli, store: str, tmp_path: Path) -> None:
    """Each error of each model comes on a line of standard error with its element and place; nothing is stored."""
    wrong = [
        {"@type": "Property", "name": "a b", "schema": "string"},
        {"@type": "Property", "name": "c", "schema": "strin"},
        {"@type": "Property", "name": "[/]"},
    ]
    files = [
        model_file(tmp_path / "good.json", bare()),
        model_file(tmp_path / "bad.json", {**special(contents=wrong), "extends": []}),
        model_file(tmp_path / "worse.json", {"@id": "dtmi:com:example:Worse;1", "@type": "Interface"}),
    ]
    ended = cli("models", "load", *files)
    assert (ended.exit_code, ended.stdout) == (1, "")
    for words in ("contents[0].name", "contents[1].schema", '"strin"', "contents[2]", "@context"):
        assert words in ended.stderr
    assert "nothing was stored" in ended.stderr
    assert model_ids(store) == set()


def test_missing_models_are_named(cli: Cli, store: str, tmp_path: Path) -> None:
    """A model that extends what is nowhere is refused, and what is missing is named."""
    ended = cli("models", "load", model_file(tmp_path / "special.json", special()))
    assert ended.exit_code == 1
    assert BARE in ended.stderr
    assert model_ids(store) == set()


def test_files_that_are_no_json_are_named(cli: Cli, store: str, tmp_path: Path) -> None:
    """Every file that cannot be read is named with its reason, and nothing of the others is stored."""
    good, cut, latin = (
        model_file(tmp_path / "good.json", bare()),
        tmp_path / "cut.json",
        tmp_path / "latin.json",
    )
    cut.write_bytes(b'{"@id": ')
    latin.write_bytes('{"displayName": "für"}'.encode("latin-1"))
    ended = cli("models", "load", good, cut, latin)
    assert ended.exit_code == 1
    assert f"{cut}: " in ended.stderr
    assert f"{latin}: " in ended.stderr
    assert "UTF-8" in ended.stderr
    assert str(good) not in ended.stderr
    assert model_ids(store) == set()


def test_models_load_needs_something_to_load(cli: Cli, tmp_path: Path) -> None:
    """No file, a file that is not there, and a directory without models are usage errors."""
    for arguments in ([], [tmp_path / "nothing.json"], [tmp_path]):
        assert cli("models", "load", *arguments).exit_code == 2


def test_unknown_model_cannot_be_decommissioned(with_models: Cli) -> None:
    """A model that is not stored exits with 1 and is named."""
    ended = with_models("models", "decommission", "dtmi:com:example:Nothing;1")
    assert ended.exit_code == 1
    assert "dtmi:com:example:Nothing;1" in ended.stderr
