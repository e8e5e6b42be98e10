"""GET /metrics: what a server has done, for Prometheus, of all its processes and without a word of what it holds."""

import os
import signal
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests import serving
from tests.api.asking import put
from tests.engines import Engine
from tests.serving import LEVEL, Served

from twinhaus.api.routes import PREFIXES, ROUTES
from twinhaus.observability import METRICS_FOLDER, UNMATCHED, exposition
from twinhaus.testing.waiting import wait_until

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(url: str) -> Samples:
    """Every sample of one scrape, by its name and labels. It takes no token."""
    answer = httpx.get(f"{url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.text))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), "a family is there once"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """The value of one series; 0 where there is none yet."""
    return samples.get((name, frozenset(labels.items())), 0)


def requests(samples: Samples, method: str, route: str, status: str) -> float:
    """How many requests there were of a kind."""
    return value(samples, "twinhaus_http_requests_total", method=method, route=route, status=status)


def pids(samples: Samples) -> set[int]:
    """The processes that are spoken of."""
    return {int(dict(labels)["pid"]) for name, labels in samples if name == "process_resident_memory_bytes"}


@pytest.fixture(scope="module")
def store(engine: Engine) -> Iterator[str]:
    """A store with the starter models."""
    with engine.new_store() as store:
        serving.make_store(store)
        yield store


@pytest.fixture(scope="module")
def one(store: str) -> Iterator[Served]:
    """A server of one process on it."""
    with serving.serving(store) as served:
        yield served


@pytest.mark.parametrize("prefix", PREFIXES)
def test_requests_are_counted_by_route_and_status(one: Served, prefix: str) -> None:
    """Under the path of the table, whatever id and prefix were sent; with how long they took."""
    before = scraped(one.url)
    put(one.http, "metered", LEVEL)
    for twin_id in ("metered", "other%2Fthing", "third"):
        one.http.get(f"{prefix}/twins/{twin_id}")
    one.http.head(f"{prefix}/twins/metered")
    after = scraped(one.url)
    route = "/twins/{twin_id}"
    for method, status, count in (("GET", "2xx", 1), ("GET", "4xx", 2), ("HEAD", "2xx", 1)):
        assert requests(after, method, route, status) - requests(before, method, route, status) == count
    name = "twinhaus_http_request_duration_seconds"
    timed = [value(one, f"{name}_count", method="GET", route=route) for one in (before, after)]
    assert timed[1] - timed[0] == 3
    slowest = value(after, f"{name}_bucket", method="GET", route=route, le="+Inf")
    assert slowest == timed[1]


def test_what_clients_send_makes_no_series(one: Served) -> None:
    """Paths that are none and methods that are none come together under one word each."""
    before = scraped(one.url)
    for path in ("/secret-1", "/secret-2/x", "/twins/a/b/c"):
        one.http.get(path)
    for method in ("PROPFIND", "LOCK"):
        one.http.request(method, "/twins")
    after = scraped(one.url)
    for method, route, count in (("GET", UNMATCHED, 3), ("other", "/twins", 2)):
        assert requests(after, method, route, "4xx") - requests(before, method, route, "4xx") == count
    routes = {dict(labels)["route"] for name, labels in after if name == "twinhaus_http_requests_total"}
    assert routes <= {route.path for route in ROUTES} | {UNMATCHED}
    assert not [labels for _, labels in after if "secret" in str(labels).lower()]


def test_requests_in_progress(one: Served) -> None:
    """Only the scrape itself, when nothing else goes on."""
    assert value(scraped(one.url), "twinhaus_http_requests_in_progress") == 1
    assert value(scraped(one.url), "twinhaus_http_requests_in_progress") == 1


def test_the_store_is_counted(one: Served) -> None:
    """Writes by the commit they share, how long that took, none waiting; and reads on the event loop."""
    before = scraped(one.url)
    for number in range(5):
        put(one.http, f"counted-{number}", LEVEL)
        one.http.get(f"/twins/counted-{number}")
    after = scraped(one.url)

    def grown(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert grown("twinhaus_store_commit_writes_sum") == 5
    assert grown("twinhaus_store_commit_writes_bucket", le="1.0") == 5
    assert grown("twinhaus_store_commit_duration_seconds_count") == 5
    assert value(after, "twinhaus_store_writes_waiting") == 0
    outcomes = [grown("twinhaus_store_brief_reads_total", outcome=word) for word in ("done", "sent_on")]
    assert sum(outcomes) == 5


def test_pages_are_read_on_the_event_loop(one: Served) -> None:
    """Or tried to: a page of any size without relationships."""

    def grown(**body: Any) -> float:
        before = scraped(one.url)
        assert one.http.post("/twins", json=body).status_code == 200
        after, name = scraped(one.url), "twinhaus_store_brief_reads_total"
        return sum(
            value(after, name, outcome=word) - value(before, name, outcome=word)
            for word in ("done", "sent_on")
        )

    assert grown(pageSize=100) == 1
    assert grown(pageSize=1_000) == 1
    assert grown(include={"outgoingRelationships": True}) == 0


def test_the_build_and_the_process_are_told(one: Served) -> None:
    """Which version runs, and what the operating system says of the process."""
    samples = scraped(one.url)
    (build,) = [dict(labels) for name, labels in samples if name == "twinhaus_build_info"]
    assert build["version"] == version("twinhaus")
    if sys.platform == "linux":
        assert pids(samples) == {one_pid(samples)}
        assert value(samples, "process_resident_memory_bytes", pid=str(one_pid(samples))) > 1_000_000


def one_pid(samples: Samples) -> int:
    """The process, where there is one."""
    (pid,) = pids(samples)
    return pid


@pytest.mark.skipif(sys.platform != "linux", reason="tells processes apart by /proc")
def test_several_processes_are_counted_as_one(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever answers a scrape, it shows the requests of all, also of one that was killed; and what was shared is
    gone with the server.
    """
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving.serving(store, "--workers", "2") as served:

        def ask(times: int) -> None:
            for _ in range(times):
                # A new connection each time, so that either may take it.
                assert httpx.get(f"{served.url}/healthz").status_code == 200

        ask(40)
        samples = scraped(served.url)
        while len(pids(samples)) < 2:  # The second may have started later than the first answers.
            samples = scraped(served.url)
        assert requests(scraped(served.url), "GET", "/healthz", "2xx") == 40
        assert value(scraped(served.url), "twinhaus_http_requests_in_progress") == 1
        victim = min(pids(samples))
        os.kill(victim, signal.SIGKILL)

        def is_replaced() -> bool:
            try:
                spoken_of = pids(scraped(served.url))
            except httpx.TransportError:
                return False  # It was the victim's.
            return victim not in spoken_of and len(spoken_of) == 2

        wait_until(is_replaced, "the killed process is replaced")
        assert requests(scraped(served.url), "GET", "/healthz", "2xx") == 40
        assert value(scraped(served.url), "twinhaus_http_requests_in_progress") == 1
        ask(10)
        assert requests(scraped(served.url), "GET", "/healthz", "2xx") == 50
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_has_only_just_begun_does_not_spoil_a_scrape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is there before it has a size; the others are shown all the same."""
    monkeypatch.setenv(METRICS_FOLDER, str(tmp_path))
    (tmp_path / "counter_4194305.db").touch()
    assert b"twinhaus_build_info" in exposition()
