"""Generated requests: whatever is asked, the running server answers as the published contract says.

Schemathesis makes requests from the document that the server itself shows: the document's examples, every boundary of
its schemas, random ones, and stories in which one answer leads to the next request; valid ones and others. All its
checks judge each answer. `TWINHAUS_GENERATED_REQUESTS` says how many random requests are made of each operation; on
PostgreSQL there are the examples and the stories: what is wrong with a request is found before any engine.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests import serving
from tests.engines import POSTGRES, SQLITE, Engine
from tests.issuers.handmade import HandmadeIssuer, running_site
from tests.issuers.real import trusting

from twinhaus.auth.scopes import SCOPES, TWINS_READ, TWINS_WRITE
from twinhaus.strictjson import JsonObject

EXAMPLES = int(os.environ.get("TWINHAUS_GENERATED_REQUESTS") or 10)
# Stories end where an answer differs from that to the same request before, and others begin, as long as there is time.
STORIES_SECONDS = max(15, EXAMPLES // 4)
# Of each operation by itself, in parts that several processes share; then stories across all of them.
ALONE = {SQLITE: "--phases=examples,coverage,fuzzing", POSTGRES: "--phases=examples"}
PARTS = {
    "twins": ("--include-tag=Twins",),
    "everything else": ("--exclude-tag=Twins",),
    "stories": ("--phases=stateful", f"--max-time={STORIES_SECONDS}"),
}
# The same requests every time where CI runs, new ones everywhere else.
SEARCH = (
    ("--seed=1", "--generation-deterministic") if os.environ.get("CI") else ("--generation-database=none",)
)
HERE = Path(__file__).parent
TWINS: list[JsonObject] = [
    {"id": "BLDG-1", "modelId": "dtmi:com:willowinc:Building;1"},
    {"id": "TW-DD-II-L01", "modelId": "dtmi:com:willowinc:Level;1", "contents": {"levelNumber": 0}},
    {"id": "Room-L01-100", "modelId": "dtmi:com:willowinc:Room;1", "contents": {"code": "L01-100"}},
    {"id": "AHU-1", "modelId": "dtmi:com:willowinc:AirHandlingUnit;1"},
    {"id": "Chiller-1", "modelId": "dtmi:com:willowinc:Chiller;1"},
]
RELATIONSHIPS: list[JsonObject] = [
    {"sourceId": "TW-DD-II-L01", "targetId": "BLDG-1", "name": "isPartOf"},
    {"sourceId": "Room-L01-100", "targetId": "TW-DD-II-L01", "name": "isPartOf"},
    {"sourceId": "AHU-1", "targetId": "Chiller-1", "name": "isFedBy"},
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A server to ask, a token with every scope, and one of a client that is restricted to a location.

    The tokens are another issuer's, and never expire: no client, key or secret that a request finds and deletes is the
    one it was sent with.
    """

    url: str
    token: str
    restricted: str


@pytest.fixture
def asked(new_store: str) -> Iterator[Asked]:
    """A server on a small store."""
    serving.make_store(new_store, twins=TWINS, relationships=RELATIONSHIPS)
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    with running_site() as (url, site):
        issuer = HandmadeIssuer(url, site, key)
        with trusting(new_store, url) as http:
            everything = issuer.token(claims={"scope": " ".join(SCOPES)})
            restricted = issuer.token(
                claims={"scope": f"{TWINS_READ} {TWINS_WRITE}", "locations": ["TW-DD-II-L01"]}
            )
            yield Asked(str(http.base_url), everything, restricted)


def ask(url: str, token: str, reports: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run Schemathesis as anyone can by hand, with the settings beside this file."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        f"{url}/openapi.json",
        f"--header=Authorization: Bearer {token}",
        f"--max-examples={EXAMPLES}",
        f"--report-ndjson-path={reports / 'events.ndjson'}",
        "--no-color",
        *SEARCH,
        *options,
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py"),
        # Which characters there are takes seconds to work out. It is kept there for all, not in each folder of reports.
        "HYPOTHESIS_STORAGE_DIRECTORY": str(HERE.parents[1] / ".hypothesis"),
    }
    return subprocess.run(command, cwd=reports, env=environment, capture_output=True, text=True, check=False)


def statuses(events: Path) -> dict[str, set[int]]:
    """By operation, the statuses of all answers."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in events.read_text("utf-8").splitlines():
        recorder: dict[str, Any] = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case, interaction in recorder.get("interactions", {}).items():
            asked_of = recorder["cases"][case]["value"]
            found[f"{asked_of['method']} {asked_of['path']}"].add(interaction["response"]["status_code"])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_answers_are_as_the_contract_says(asked: Asked, engine: Engine, tmp_path: Path, part: str) -> None:
    """No check finds anything wrong with any answer; and no operation ever says only that nobody is logged in."""
    phases = () if part == "stories" else (ALONE[engine.name],)
    done = ask(asked.url, asked.token, tmp_path, *phases, *PARTS[part])
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    found = statuses(tmp_path / "events.ndjson")
    found.pop("POST /oauth2/token", None)  # Nobody guesses a secret.
    assert found
    assert [operation for operation, seen in found.items() if seen <= {401, 403}] == []


@pytest.mark.slow
def test_answers_to_a_restricted_client_are_as_the_contract_says(asked: Asked, tmp_path: Path) -> None:
    """Nor is there anything wrong with what a client hears that is restricted to a location."""
    examples = ("--phases=examples", "--include-tag=Twins", "--include-tag=Relationships")
    done = ask(asked.url, asked.restricted, tmp_path, *examples)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert 403 in set().union(*statuses(tmp_path / "events.ndjson").values())
