"""The documents are true: what they name is there, and what is there is named."""

import importlib
import json
import pkgutil
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from tests.docs.reading import (
    COMMANDS,
    DECISIONS,
    DOCS,
    DOCUMENTS,
    PROJECT,
    REFERENCE,
    ROOT,
    anchors,
    blocks,
    by_name,
    codes,
    links,
    name_in,
    options_of,
    rows,
    section,
    text_of,
)

import twinhaus
from twinhaus.api.filters import OPERATORS
from twinhaus.api.messages import read_list_request
from twinhaus.api.problems import (
    _STATUSES,
    body_too_late,
    head_too_large,
    head_too_late,
    malformed_request,
    method_not_allowed,
    problem,
)
from twinhaus.auth.scopes import SCOPES
from twinhaus.cli import main
from twinhaus.errors import TwinhausError
from twinhaus.observability import exposition
from twinhaus.query import plan
from twinhaus.query.cursor import TOKEN_LENGTH_MAX, BadToken
from twinhaus.settings import Settings, to_environment

# Behind `twinhaus --`, the name of a deployment, comes what is run in it.
_COMMAND = re.compile(r"(?:^|[\s|(/])twinhaus (?!-- )((?:'[^'\n]*'|[^\n|;&>`)\\]|\\\n)+)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A relative link leads to a file or folder of the repository, and its anchor to a heading there."""
    text = text_of(document)
    broken = []
    for link in links(text):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in anchors(text_of(target))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_command_is_one(document: Path) -> None:
    """Every `twinhaus …` that is shown is a command of the command line, with options that it has."""
    text = text_of(document)
    shown = "\n".join([*blocks(text, "sh"), *codes(text)])
    for line in _COMMAND.findall(shown):
        words = shlex.split(line.replace("\\\n", " ").replace("…", ""), comments=True)
        command: click.Command = main
        while isinstance(command, click.Group) and (name := name_in(command, words)):
            command = command.commands[name]
            words = words[len(name.split()) :]
        is_known = (
            not isinstance(command, click.Group)
            or not words
            or words[0].startswith("-")
            or words[0] == "COMMAND"
        )
        assert is_known, f"twinhaus {line}"
        known = options_of(command) | {"--version"} if command is main else options_of(command)
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, (
            f"twinhaus {line}"
        )


def test_every_chore_is_one() -> None:
    """Every `make …` that is shown is a chore of the Makefile."""
    chores = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for document in DOCUMENTS:
        text = text_of(document)
        shown = "\n".join([*blocks(text, "sh"), *codes(text)])
        assert set(re.findall(r"(?:^|\s)make ([a-z-]+)", shown, re.MULTILINE)) <= chores, document


def test_every_command_has_its_place() -> None:
    """docs/reference/cli.md has a section for each command, and there each of its options with its variable."""
    text = text_of(REFERENCE / "cli.md")
    assert set(re.findall(r"^## `(.+)`$", text, re.MULTILINE)) == COMMANDS.keys()
    for name, command in COMMANDS.items():
        listed = {
            row[0].strip("`").split()[0]: codes(row[1])
            for row in rows(section(text, f"## `{name}`"))
            if row[0].startswith("`--")
        }
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert listed == {option.opts[0]: [option.envvar] for option in options}, name


def test_settings_are_the_settings() -> None:
    """docs/reference/settings.md names exactly the settings there are, each with its default."""
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows(text_of(REFERENCE / "settings.md"))}
    assert listed == {name: default or "—" for name, default in to_environment(Settings()).items()}


def test_metrics_are_the_metrics() -> None:
    """docs/how-to/monitor.md names exactly the metrics of our own."""
    listed = rows(section(text_of(DOCS / "how-to" / "monitor.md"), "## What there is"))
    named = {name for row in listed for name in codes(row[0]) if name.startswith("twinhaus_")}
    assert named == set(re.findall(r"^# TYPE (twinhaus_\w+)", exposition().decode(), re.MULTILINE))


def test_errors_are_the_errors() -> None:
    """docs/reference/errors.md names exactly the problems the code can answer with, each with its status."""
    for module in pkgutil.walk_packages(twinhaus.__path__, "twinhaus."):
        importlib.import_module(module.name)
    expected = {(_status(kind), kind.code) for kind in _subclasses(TwinhausError) if _is_of_the_server(kind)}
    for answer in (
        problem(RuntimeError(), ""),
        method_not_allowed("GET", ""),
        malformed_request(""),
        head_too_large(1, ""),
        head_too_late(1, ""),
        body_too_late(1, ""),
    ):
        document = json.loads(bytes(answer.body))
        expected.add((str(document["status"]), document["type"].rpartition(":")[2]))
    listed = {
        (row[0], row[1].strip("`")) for row in rows(section(text_of(REFERENCE / "errors.md"), "## Problems"))
    }
    assert listed == expected


def test_oauth_errors_are_the_errors() -> None:
    """docs/reference/errors.md names exactly the errors of the token endpoint."""
    raised = re.findall(r'OAuthError\(\s*"(\w+)"', text_of(ROOT / "src/twinhaus/api/oauth.py"))
    text = section(text_of(REFERENCE / "errors.md"), "## Problems of `POST /oauth2/token`")
    assert {row[1].strip("`") for row in rows(text)} == set(raised)


def _subclasses(kind: type[TwinhausError]) -> Iterator[type[TwinhausError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _subclasses(below)


def _is_of_the_server(kind: type[TwinhausError]) -> bool:
    """Not the common parent, and none of those that tests define."""
    package = kind.__module__.split(".")[:2]
    return kind is not TwinhausError and package[0] == "twinhaus" and package != ["twinhaus", "testing"]


def _status(kind: type[TwinhausError]) -> str:
    return next((str(status) for parent, status, _ in _STATUSES if issubclass(kind, parent)), "—")


def test_operators_are_the_operators() -> None:
    """docs/reference/filters.md names every spelling of every operator, and puts in one row what means the same."""
    listed = rows(section(text_of(REFERENCE / "filters.md"), "### Operators"))
    spellings = [[name.lower() for name in codes(" ".join(row[:2]))] for row in listed]
    assert sorted(name for row in spellings for name in row) == sorted(OPERATORS)
    meanings = [{OPERATORS[name] for name in row} for row in spellings]
    assert all(len(meaning) == 1 for meaning in meanings)
    assert len(meanings) == len(set(OPERATORS.values()))


def test_limits_are_the_limits() -> None:
    """docs/reference/filters.md gives each limit of a filter as the code has it."""
    listed = {
        row[0]: row[1].replace(",", "")
        for row in rows(section(text_of(REFERENCE / "filters.md"), "## limits"))
    }
    assert {name: int(most) for name, most in listed.items() if most.isdigit()} == {
        "models in one filter": plan.MODEL_IDS_MAX,
        "names of relationships": plan.RELATIONSHIP_NAMES_MAX,
        "levels of groups": plan.CONDITION_DEPTH_MAX,
        "comparisons": plan.CONDITION_LEAVES_MAX,
        "values of `in` and `notIn`": plan.LIST_VALUE_MAX,
        "keys of a field": plan.FIELD_KEYS_MAX,
        "twins on a page": plan.PAGE_SIZE_MAX,
        "characters of a token": TOKEN_LENGTH_MAX,
    }


@pytest.mark.parametrize(
    "document",
    [
        ROOT / "README.md",
        REFERENCE / "filters.md",
        DOCS / "how-to" / "migrate-from-azure-digital-twins.md",
    ],
    ids=by_name,
)
def test_every_filter_is_accepted(document: Path) -> None:
    """Every filter that is shown, in a block or in a line, is one that the server reads."""
    text = text_of(document)
    examples = blocks(text, "json") + [code for code in codes(text) if code.startswith('{"')]
    assert len(examples) >= 7
    for example in examples:
        with suppress(BadToken):  # A token that is shown is no store's.
            read_list_request(example.encode(), b"key")


def test_permissions_name_every_scope() -> None:
    """docs/how-to/permissions.md says of each scope what it is for."""
    listed = rows(section(text_of(DOCS / "how-to" / "permissions.md"), "# Permissions"))
    assert [name for row in listed for name in codes(row[0])] == list(SCOPES)


def test_the_tower_is_the_tower() -> None:
    """ARCHITECTURE.md draws the floors that the layers test holds, in their order."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if contract["id"] == "tower")
    (drawn,) = blocks(section(text_of(ROOT / "ARCHITECTURE.md"), "## The tower"), "text")
    assert [re.split(r"\s{2,}", line)[0] for line in drawn.splitlines()] == floors


def test_the_tables_are_the_tables() -> None:
    """ARCHITECTURE.md says of every table of the store why it is there."""
    scripts = (ROOT / "src/twinhaus/storage/sql/migrations").rglob("*.sql")
    made = {
        name for script in scripts for name in re.findall(r"CREATE (?:VIRTUAL )?TABLE (\w+)", text_of(script))
    }
    listed = rows(section(text_of(ROOT / "ARCHITECTURE.md"), "## The tables"))
    assert sorted(name for row in listed for name in codes(row[0])) == sorted(made)


def test_every_dependency_is_accounted_for() -> None:
    """docs/explanation/dependencies.md has one line for each dependency, and no others."""
    text = text_of(DOCS / "explanation" / "dependencies.md")
    for heading, required in (
        ("## To run", PROJECT["project"]["dependencies"]),
        ("## To develop", PROJECT["dependency-groups"]["dev"]),
        ("## To measure", PROJECT["dependency-groups"]["bench"]),
    ):
        names = [re.split(r"[\[>=;]", one)[0] for one in required]
        assert [row[0].strip("`") for row in rows(section(text, heading))] == names


def test_decisions_are_numbered() -> None:
    """Decisions are numbered without a gap."""
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=by_name)
def test_a_decision_says_four_things_shortly(decision: Path) -> None:
    """A decision has at most 60 lines: the pressure, the choice, what it costs, and how we would know better."""
    text = text_of(decision)
    assert len(text.splitlines()) <= 60
    assert text.startswith(f"# {int(decision.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Pressure",
        "Choice",
        "What we gave up",
        "How we would know it was wrong",
    ]
