"""Reads beside an import: by another process into the same file, and by a request to the same server."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.comparison import Comparison, compare
from benchmarks.connection import Client, UnexpectedAnswer
from benchmarks.constant import PATH
from benchmarks.lists import ListCase
from benchmarks.portfolio import Portfolio
from benchmarks.timing import Timings, no_garbage_collection, time_once
from benchmarks.work import WORK, empty_folder
from twinhaus import strictjson
from twinhaus.testing.waiting import wait_until

_PAUSE_SECONDS = 0.002  # Between reads: as from clients that do something with the answer.


@dataclass(frozen=True, slots=True)
class AlongsideMeasured:
    """A list's first page of 100 over HTTP while twins are imported; floor: the same while nothing is."""

    importing: str
    case: ListCase
    http: Comparison


class AlongsideBench:
    """Measures a server whose store it writes to."""

    def __init__(self, url: str, token: str, store: str, portfolio: Portfolio, *, twins: int) -> None:
        self._url = url
        self._token = token
        self._store = store
        self._portfolio = portfolio
        self._twins = twins

    def measure(self, cases: Sequence[ListCase], *, seconds: float) -> Iterator[AlongsideMeasured]:
        """The lists, for so many seconds each way, or as long as the import lasts."""
        ways = (
            ("by another process", self._importing_process),
            ("by a request", self._importing_request),
        )
        for importing, start in ways:
            before = self._read(cases, seconds / 2)
            with empty_folder(WORK / "alongside") as folder:
                file = self._write_twins(folder / "twins.ndjson", importing)
                with start(file) as is_running:
                    self._wait_for_first(file, is_running)
                    during = self._read(cases, seconds, is_running)
            after = self._read(cases, seconds / 2)
            for case, one, *quiet in zip(cases, during, before, after, strict=True):
                yield AlongsideMeasured(
                    importing, case, compare(Timings(tuple(one)), Timings(tuple(chain(*quiet))))
                )

    def _read(
        self, cases: Sequence[ListCase], seconds: float, is_wanted: Callable[[], bool] = lambda: True
    ) -> list[list[float]]:
        """Milliseconds of each list, in turns."""
        found: list[list[float]] = [[] for _ in cases]
        bodies = [strictjson.write(case.request) for case in cases]
        until = time.monotonic() + seconds
        with closing(Client(self._url, self._token)) as client, no_garbage_collection():
            while not found[0] or (time.monotonic() < until and is_wanted()):
                for body, times in zip(bodies, found, strict=True):
                    times.append(time_once(lambda body=body: client.post(PATH, body)))  # type: ignore[misc]
                    time.sleep(_PAUSE_SECONDS)
        return found

    def _write_twins(self, file: Path, name: str) -> Path:
        """Copies of the portfolio's first twins, with ids of their own."""
        with self._portfolio.twins_file.open("rb") as lines, file.open("wb") as written:
            for line in islice(lines, self._twins):
                twin = json.loads(line)
                written.write(strictjson.write(twin | {"id": f"{name} {twin['id']}"}) + b"\n")
        return file

    def _wait_for_first(self, file: Path, is_running: Callable[[], bool]) -> None:
        """Until the first twin of a file is there, or its import has ended."""
        with file.open("rb") as lines:
            path = f"{PATH}/{quote(json.loads(next(lines))['id'])}"
        with closing(Client(self._url, self._token)) as client:
            wait_until(lambda: not is_running() or _is_found(client, path), "the first twin is imported")

    @contextmanager
    def _importing_process(self, file: Path) -> Iterator[Callable[[], bool]]:
        command = [
            sys.executable,
            "-m",
            "twinhaus.cli",
            "import",
            "--twins",
            str(file),
            "--store",
            self._store,
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            yield lambda: process.poll() is None
        if process.returncode:
            raise RuntimeError("the import beside the reads failed")

    @contextmanager
    def _importing_request(self, file: Path) -> Iterator[Callable[[], bool]]:
        process = get_context("spawn").Process(target=_post, args=(self._url, self._token, file))
        process.start()
        yield process.is_alive
        process.join()
        if process.exitcode:
            raise RuntimeError("the import beside the reads failed")


def _is_found(client: Client, path: str) -> bool:
    try:
        client.get(path)
    except UnexpectedAnswer:
        return False
    return True


def _post(url: str, token: str, file: Path) -> None:
    """Send the file's lines to a server, as a program of its own would."""
    headers = {
        "Content-Type": "application/x-ndjson",
        "Authorization": f"Bearer {token}",
        "Content-Length": str(file.stat().st_size),
    }
    with closing(HTTPConnection(urlsplit(url).netloc)) as connection, file.open("rb") as lines:
        connection.request("POST", f"{PATH}/bulk", lines, headers)
        answer = connection.getresponse()
        answer.read()
        sys.exit(answer.status != 200)
