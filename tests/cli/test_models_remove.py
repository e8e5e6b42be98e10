"""models remove: all or none, and what becomes of the twins."""

from pathlib import Path

from tests.cli.stores import BARE, SPECIAL, Cli, bare, find_twin, lines_file, model_file, model_ids, special

NOTHING = "dtmi:com:example:Nothing;1"


def import_twins(cli: Cli, tmp_path: Path, *model_ids: str) -> None:
    """A twin of each of these models."""
    twins = [{"id": f"t{number}", "modelId": id_, "contents": {}} for number, id_ in enumerate(model_ids)]
    assert cli("import", "--twins", lines_file(tmp_path / "twins.ndjson", *twins)).exit_code == 0


def test_removed_models_are_named_and_orphans_counted(with_models: Cli, store: str, tmp_path: Path) -> None:
    """It says what was removed and how many twins are without a model now; these are still there."""
    import_twins(with_models, tmp_path, SPECIAL, BARE, SPECIAL)
    ended = with_models("models", "remove", SPECIAL)
    assert (ended.exit_code, ended.stdout) == (0, f"Removed {SPECIAL}; 2 twins are without a model now.\n")
    assert model_ids(store) == {BARE}
    orphan = find_twin(store, "t0")
    assert orphan is not None
    assert orphan.model_id == SPECIAL


def test_several_models_are_removed_at_once(with_models: Cli, store: str) -> None:
    """Those that are extended may be named before those that extend them; one named twice is one."""
    ended = with_models("models", "remove", BARE, SPECIAL, BARE)
    assert (ended.exit_code, ended.stdout) == (
        0,
        f"Removed {BARE}, {SPECIAL}; 0 twins are without a model now.\n",
    )
    assert model_ids(store) == set()


def test_a_model_that_others_extend_is_not_removed(with_models: Cli, store: str) -> None:
    """It exits with 1, names them, and removes nothing."""
    ended = with_models("models", "remove", BARE)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"1 in all: {SPECIAL}" in ended.stderr
    assert model_ids(store) == {BARE, SPECIAL}


def test_an_unknown_model_is_named(with_models: Cli, store: str) -> None:
    """It exits with 1 and removes nothing of the rest."""
    ended = with_models("models", "remove", SPECIAL, NOTHING)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert NOTHING in ended.stderr
    assert model_ids(store) == {BARE, SPECIAL}


def test_a_model_must_be_named(with_models: Cli, store: str) -> None:
    """Without any it is a usage error, and no way to remove them all."""
    assert with_models("models", "remove").exit_code == 2
    assert model_ids(store) == {BARE, SPECIAL}


def test_a_removed_model_can_be_loaded_as_another(with_models: Cli, store: str, tmp_path: Path) -> None:
    """Its id is free, and the twins it had are its twins again."""
    import_twins(with_models, tmp_path, BARE)
    assert with_models("models", "remove", BARE, SPECIAL).exit_code == 0
    changed = model_file(tmp_path / "changed.json", bare(displayName="changed"), special())
    assert with_models("models", "load", changed).exit_code == 0
    assert model_ids(store) == {BARE, SPECIAL}
    import_twins(with_models, tmp_path, BARE)
