"""The reference of errors in models, and the how-to on checking them in CI."""

import json
import re
from pathlib import Path

import yaml
from click.testing import CliRunner

from twinhaus.cli import main
from twinhaus.validation.reference import page

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "validate-an-ontology-in-ci.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The blocks of a language in the how-to."""
    return [body for found, body in FENCE.findall(HOW_TO) if found == language]


def test_the_reference_is_made_from_the_catalogue() -> None:
    """docs/reference/model-errors.md is what the generator makes."""
    written = (DOCS / "reference" / "model-errors.md").read_text("utf-8")
    assert written == page(), (
        "make it again: python -m twinhaus.validation.reference > docs/reference/model-errors.md"
    )


def test_the_json_shape_is_the_shape() -> None:
    """The how-to has a row for each member of the JSON form, with its type, and none more."""
    ended = CliRunner().invoke(main, ["validate", "--format", "json", "-"], input='{"@id": 1}')
    report = json.loads(ended.stdout)
    listed = set(re.findall(r"^\| `([\w.\[\]]+)` \|", HOW_TO, re.MULTILINE))
    assert listed == {*report, *(f"errors[].{name}" for name in report["errors"][0])}


def test_the_yaml_is_yaml_that_runs_the_command() -> None:
    """Each file for a CI that is shown can be read, and runs `twinhaus validate`, with options that it has."""
    options = {name for parameter in main.commands["validate"].params for name in parameter.opts}
    shown = blocks("yaml")
    assert len(shown) == 2
    for text in shown:
        yaml.safe_load(text)
        assert "twinhaus validate" in text
        assert set(re.findall(r"(?<=\s)--[a-z-]+", text)) <= options
