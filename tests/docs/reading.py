"""What documents say, and what of the project they are held against."""

import re
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from twinhaus.cli import main

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
_PLACES = (
    "*.md",
    "docs/**/*.md",
    "contract/*.md",
    "benchmarks/*.md",
    "client/*.md",
    "deploy/*.md",
    "src/twinhaus/**/*.md",
)
DOCUMENTS = [document for place in _PLACES for document in sorted(ROOT.glob(place))]
DECISIONS = sorted((DOCS / "explanation" / "adr").glob("*.md"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

_FENCE = re.compile(r"^ *```(\S*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


def by_name(path: Path) -> str:
    """A document's name in the test's id."""
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    """What a document says."""
    return path.read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [body for found, body in _FENCE.findall(text) if found == language]


def codes(text: str) -> list[str]:
    """What is marked as code within its lines."""
    return _CODE.findall(_FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Where its links lead."""
    return _LINK.findall(_FENCE.sub("", text))


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its rank or above."""
    rank = len(heading) - len(heading.lstrip("#"))
    lines = text.splitlines()
    rest = takewhile(lambda line: not re.match(rf"#{{1,{rank}}} ", line), lines[lines.index(heading) + 1 :])
    return "\n".join(rest)


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables in a text, without heads and rules."""
    lines = text.splitlines()
    return [
        [cell.strip() for cell in _CELL_BORDER.split(line.strip().strip("|"))]
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("|") and not line.startswith("|---") and not following.startswith("|---")
    ]


def anchors(text: str) -> set[str]:
    """What links within a document can lead to: its headings, as they are shown on the web."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_paths(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Every command of the command line that does something itself, by its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from command_paths(command, *names, name)
        else:
            yield " ".join(("twinhaus", *names, name)), command


def name_in(group: click.Group, words: list[str]) -> str:
    """The name of the command that the words begin with: two of them, or one."""
    return next((name for name in (" ".join(words[:2]), *words[:1]) if name in group.commands), "")


def options_of(command: click.Command) -> set[str]:
    """The options of a command, `--help` included."""
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")} | {
        "--help"
    }


COMMANDS = dict(command_paths(main))
