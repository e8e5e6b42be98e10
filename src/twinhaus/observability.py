"""The server's own logs, and what it counts of itself for Prometheus.

Metrics are of the server, never of what it holds: no ids, no names, no paths as they were sent. Every label has a few
values that are known beforehand, whatever clients send.

Several processes of one server count in files of one folder, which `PROMETHEUS_MULTIPROC_DIR` names before this module
is imported; a scrape of any of them then shows all.
"""

import logging
import os
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # The library's own variable; it reads it when it is imported.
UNMATCHED = "unmatched"  # The route of a request that is for none.

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
# A client may send any word.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LABELS_MAX = 4_096  # Methods, routes and classes of statuses there can be, several times.

# A time for each series would double what is scraped.
disable_created_metrics()  # type: ignore[no-untyped-call]
_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "twinhaus_http_requests",
    "Requests answered, by the class of their status; none where the client was gone before.",
    ("method", "route", "status"),
    registry=_REGISTRY,
)
_REQUEST_SECONDS = Histogram(
    "twinhaus_http_request_duration_seconds",
    "From a request's head to the last byte of its answer.",
    ("method", "route"),
    buckets=_SECONDS,
    registry=_REGISTRY,
)
_REQUESTS_IN_PROGRESS = Gauge(
    "twinhaus_http_requests_in_progress",
    "Requests not yet answered.",
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
WRITES_WAITING = Gauge(
    "twinhaus_store_writes_waiting",
    "Writes that no transaction has taken up yet.",
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
COMMIT_WRITES = Histogram(
    "twinhaus_store_commit_writes",
    "Writes that shared one transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64),
    registry=_REGISTRY,
)
COMMIT_SECONDS = Histogram(
    "twinhaus_store_commit_duration_seconds",
    "From the beginning of a transaction to its being durable, or undone.",
    buckets=_SECONDS,
    registry=_REGISTRY,
)
INSTANCES_OPEN = Gauge(
    "twinhaus_instances_open",
    "Instances that are open; those that nobody uses are closed after a while.",
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
_BRIEF_READS = Counter(
    "twinhaus_store_brief_reads",
    "Reads meant for the event loop: done there, or sent on to the reading threads.",
    ("outcome",),
    registry=_REGISTRY,
)
BRIEF_READS_DONE, BRIEF_READS_SENT_ON = (_BRIEF_READS.labels(outcome) for outcome in ("done", "sent_on"))


def configure_logging(level: str) -> None:
    """Log to standard error from this level on."""
    logging.basicConfig(level=level.upper(), format=_FORMAT)


def request_began() -> float:
    """Count a request as in progress. What comes back is for `request_ended`."""
    _REQUESTS_IN_PROGRESS.inc()
    return time.perf_counter()


def request_ended(method: str, route: str, status: int, began: float) -> None:
    """Count a request as answered. `route` is a path of the table, `status` 0 where nothing was sent."""
    requests, seconds = _of_request(method if method in _METHODS else "other", route, status // 100)
    seconds.observe(time.perf_counter() - began)
    requests.inc()
    _REQUESTS_IN_PROGRESS.dec()


@lru_cache(maxsize=_LABELS_MAX)
def _of_request(method: str, route: str, status_class: int) -> tuple[Counter, Histogram]:
    """The series of such requests; to look them up takes longer than to count."""
    status = f"{status_class}xx" if status_class else "none"
    return _REQUESTS.labels(method, route, status), _REQUEST_SECONDS.labels(method, route)


def exposition() -> bytes:
    """All metrics in Prometheus's text format, version 0.0.4."""
    folder = os.environ.get(METRICS_FOLDER)
    shown = CollectorRegistry()
    if folder is None:
        shown.register(_Processes([os.getpid()]))
        return generate_latest(_REGISTRY) + generate_latest(shown)
    shown.register(_Processes(_living(Path(folder))))
    shown.register(_Shared(Path(folder)))
    return generate_latest(shown)


class _Shared(Collector):
    """What all processes counted, by the files they count in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        files = [str(file) for file in self._folder.glob("*.db") if _is_begun(file)]
        return MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call,no-any-return]


def _is_begun(file: Path) -> bool:
    """Whether it has a head to read: a process makes a file before its size. It may be gone again."""
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _living(folder: Path) -> list[int]:
    """The processes that count in a folder. Those that died are no longer asked for what is in progress."""
    pids = {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_livesum_*.db")}
    dead = {pid for pid in pids if not _is_running(pid)}
    for pid in dead:
        with suppress(FileNotFoundError):  # A scrape of another process removes the same.
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    return sorted(pids - dead)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Processes(Collector):
    """What this version is, and what the operating system says of each process of the server."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily(
            "twinhaus_build_info", "What runs here; always 1.", labels=("version", "python")
        )
        build.add_metric((version("twinhaus"), platform.python_version()), 1)
        yield build
        found: dict[str, Metric] = {}
        for pid in self._pids:
            for of_process in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                metric = found.setdefault(
                    of_process.name, Metric(of_process.name, of_process.documentation, of_process.type)
                )
                for sample in of_process.samples:
                    metric.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        yield from found.values()
