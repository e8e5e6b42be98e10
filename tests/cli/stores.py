"""What the commands are given, and what they leave in a store."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from tests import serving

from twinhaus.cli import main
from twinhaus.graph import Twin

BARE, SPECIAL = "dtmi:com:example:Bare;1", "dtmi:com:example:Special;1"
Cli = Callable[..., Result]


def commands_on(store: str | Path) -> Cli:
    """Runs commands on a store."""

    def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Result:
        words = [*map(str, arguments), "--store", str(store)]
        return CliRunner().invoke(main, words, env=env)

    return run


def bare(**more: Any) -> dict[str, Any]:
    """A model with one property and one relationship."""
    return {
        "@context": "dtmi:dtdl:context;3",
        "@id": BARE,
        "@type": "Interface",
        "contents": [
            {"@type": "Property", "name": "count", "schema": "integer"},
            {"@type": "Relationship", "name": "leadsTo"},
        ],
        **more,
    }


def special(**more: Any) -> dict[str, Any]:
    """A model that extends the first."""
    return {
        "@context": "dtmi:dtdl:context;3",
        "@id": SPECIAL,
        "@type": "Interface",
        "extends": BARE,
        **more,
    }


def model_file(path: Path, *interfaces: dict[str, Any]) -> Path:
    """A file of models, in folders that are made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(interfaces), "utf-8")
    return path


def lines_file(path: Path, *lines: dict[str, Any] | bytes) -> Path:
    """A file of one object a line."""
    path.write_bytes(
        b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)
    )
    return path


def find_twin(store: str | Path, twin_id: str) -> Twin | None:
    """A twin of the store."""
    with serving.opened(store) as opened:
        return opened.read(lambda reader: reader.find_twin(twin_id)).result()


def model_ids(store: str) -> set[str]:
    """The ids of the store's models."""
    with serving.opened(store) as opened:
        return set(opened.read(lambda reader: reader.registry.ids).result())
