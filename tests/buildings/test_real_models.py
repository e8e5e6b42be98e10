"""The model sets that real portfolios are built on load into an empty store, whatever the order of their interfaces."""

import json
import time
from pathlib import Path
from random import Random

import pytest
from tests.buildings.shared import read_models, skip_without_shared

from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import run_cli

pytestmark = skip_without_shared


def load(interfaces: list[JsonObject], folder: Path) -> str:
    """Load interfaces into the store of a folder through the command line; what it says."""
    file = folder / "models.json"
    file.write_text(json.dumps(interfaces), "utf-8")
    began = time.perf_counter()
    done = run_cli("models", "load", str(file), "--store", str(folder / "store.db"))
    assert done.returncode == 0, done.stderr.decode()
    print(
        f"{len(interfaces)} interfaces in {time.perf_counter() - began:.1f} s, the program's start included"
    )
    return done.stdout.decode()


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_willow_building_loads_in_any_order(seed: int | None, tmp_path: Path) -> None:
    """All 3,700 interfaces of willow-building load at once, in the order of the file and in others."""
    interfaces = read_models("willow-building")
    if seed is not None:
        Random(seed).shuffle(interfaces)
    assert load(interfaces, tmp_path) == "3700 models loaded; the store has 3700.\n"


@pytest.mark.parametrize(("model_set", "count"), [("azure-building", 768), ("rec4", 1_364)])
def test_other_model_sets_load(model_set: str, count: int, tmp_path: Path) -> None:
    """So do azure-building (RealEstateCore 3.3) and rec4 (RealEstateCore 4, in DTDL v2)."""
    interfaces = read_models(model_set)
    Random(1).shuffle(interfaces)
    assert load(interfaces, tmp_path) == f"{count} models loaded; the store has {count}.\n"


def test_willow_airport_is_added_to_willow_building(tmp_path: Path) -> None:
    """What willow-airport adds loads into a store that has willow-building already."""
    building = read_models("willow-building")
    known = {one["@id"] for one in building}
    missing = [one for one in read_models("willow-airport") if one["@id"] not in known]
    assert missing
    load(building, tmp_path)
    total = len(building) + len(missing)
    assert load(missing, tmp_path) == f"{len(missing)} models loaded; the store has {total}.\n"


def test_a_model_set_loaded_twice_adds_nothing(tmp_path: Path) -> None:
    """Models that are there already, word for word, are passed over, though they come in another order."""
    interfaces = read_models("willow-building")
    load(interfaces, tmp_path)
    Random(1).shuffle(interfaces)
    assert load(interfaces, tmp_path) == "0 models loaded; the store has 3700.\n"
