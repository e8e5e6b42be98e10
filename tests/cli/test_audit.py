"""`twinhaus audit`: who changed what, and that commands are named for what they change."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.stores import BARE, SPECIAL, Cli, lines_file

KEYS = ["time", "clientId", "requestId", "action", "kind", "id"]


def audited(cli: Cli, *options: str) -> list[dict[str, Any]]:
    """The entries printed."""
    ended = cli("audit", *options)
    assert ended.exit_code == 0, ended.output
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture
def busy(with_models: Cli, tmp_path: Path) -> Cli:
    """A store that some commands have changed."""
    twins = [{"id": id_, "modelId": BARE} for id_ in ("a", "ü")]
    links = [{"sourceId": "a", "name": "leadsTo", "targetId": "ü"}]
    files = (lines_file(tmp_path / "twins", *twins), lines_file(tmp_path / "links", *links))
    assert with_models("import", "--twins", files[0], "--relationships", files[1]).exit_code == 0
    for words in (
        ("clients", "add", "x", "--scope", "admin"),
        ("models", "decommission", SPECIAL),
        ("models", "decommission", SPECIAL, "--undo"),
        ("models", "decommission", SPECIAL, "--undo"),
        ("clients", "remove", "x"),
        ("models", "remove", SPECIAL),
    ):
        assert with_models(*words).exit_code == 0
    return with_models


def test_each_command_is_named_for_what_it_changed(busy: Cli) -> None:
    """One JSON object a line, newest first; the client is `cli:` and the command's words."""
    entries = audited(busy)
    assert all(list(entry) == KEYS and entry["requestId"] is None for entry in entries)
    client = entries[1]["id"]
    assert [(one["clientId"], one["action"], one["kind"], one["id"]) for one in entries] == [
        ("cli:models-remove", "deleted", "model", SPECIAL),
        ("cli:clients-remove", "deleted", "client", client),
        ("cli:models-decommission", "restored", "model", SPECIAL),
        ("cli:models-decommission", "decommissioned", "model", SPECIAL),
        ("cli:clients-add", "created", "client", client),
        ("cli:import", "created", "relationship", "a_leadsTo_ü"),
        ("cli:import", "created", "twin", "ü"),
        ("cli:import", "created", "twin", "a"),
        ("cli:models-load", "created", "model", SPECIAL),
        ("cli:models-load", "created", "model", BARE),
    ]


def test_each_option_filters(busy: Cli) -> None:
    """By client, action, kind, id, request and time; together all must hold."""
    assert [one["id"] for one in audited(busy, "--client", "cli:import", "--kind", "Twin")] == ["ü", "a"]
    assert [one["action"] for one in audited(busy, "--id", SPECIAL, "--action", "restored")] == ["restored"]
    assert audited(busy, "--request", "none") == []
    first = audited(busy)[-1]["time"]
    assert len(audited(busy, "--after", first)) == 9
    assert audited(busy, "--before", first) == []


def test_a_long_trail_is_printed_whole(with_models: Cli, tmp_path: Path) -> None:
    """Every entry once, however many there are."""
    twins = ({"id": f"t{number}", "modelId": BARE} for number in range(2_500))
    assert with_models("import", "--twins", lines_file(tmp_path / "twins", *twins)).exit_code == 0
    entries = audited(with_models, "--kind", "twin")
    assert [one["id"] for one in entries] == [f"t{number}" for number in reversed(range(2_500))]


def test_what_cannot_be_read_is_a_usage_error(busy: Cli) -> None:
    """A time that is none, an action and a kind that do not exist."""
    for words in (("--after", "yesterday"), ("--action", "burnt"), ("--kind", "animal")):
        ended = busy("audit", *words)
        assert ended.exit_code == 2
        assert words[1] in ended.stderr
