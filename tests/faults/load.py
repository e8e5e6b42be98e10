"""Clients that write and read all the time, and remember what they were told."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from tests.faults.graphs import twin
from tests.serving import TIMEOUT_SECONDS

WRITERS = ("writer-1", "writer-2", "writer-3", "writer-4")
READERS = ("reader-1", "reader-2")
CLIENTS = WRITERS + READERS
_PATIENCE_SECONDS = 120  # For what must happen sooner or later.


@dataclass(slots=True)
class Load:
    """What the clients have been told so far."""

    url: str
    note_bytes: int
    acknowledged: list[str] = field(default_factory=list)  # Ids of twins; each was a request of the same id.
    refused: list[str] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)  # By client and status.
    reasons: Counter[str] = field(default_factory=Counter)  # For a 503: the types of its problems.
    failures: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    is_over: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, status: int, *, more: int, clients: tuple[str, ...] = CLIENTS) -> None:
        """Until each of the clients has been answered with this status so many times more."""
        with self._changed:
            before = Counter(self.statuses)
            came = self._changed.wait_for(
                lambda: (
                    self.failures
                    or all(self.statuses[(name, status)] >= before[(name, status)] + more for name in clients)
                ),
                _PATIENCE_SECONDS,
            )
            assert came and not self.failures, (self.failures, self.statuses)

    def stop(self) -> None:
        """The clients' last answers are in."""
        self.is_over = True
        for thread in self.threads:
            thread.join()

    def note(self, name: str, answer: httpx.Response, twin_id: str | None = None) -> None:
        """A client was answered."""
        with self._changed:
            self.statuses[(name, answer.status_code)] += 1
            if answer.status_code == 503 and "Retry-After" in answer.headers:
                self.reasons[answer.json()["type"]] += 1
            elif answer.status_code != 200:
                self.failures.append(f"{name}: {answer.status_code} {answer.text}")
            if twin_id is not None:
                (self.acknowledged if answer.status_code == 200 else self.refused).append(twin_id)
            self._changed.notify_all()

    def fail(self, name: str, error: Exception) -> None:
        """A client was not answered."""
        with self._changed:
            self.failures.append(f"{name}: {error!r}")
            self._changed.notify_all()


@contextmanager
def load(url: str, *, note_bytes: int = 0) -> Iterator[Load]:
    """Clients at work on a server for the length of a block; each write is a new twin, with a note of this length."""
    told = Load(url, note_bytes)
    for name in CLIENTS:
        job = _put if name in WRITERS else _list
        told.threads.append(threading.Thread(target=_work, args=(told, name, job)))
    for thread in told.threads:
        thread.start()
    try:
        yield told
    finally:
        told.stop()


def _work(told: Load, name: str, job: Callable[[Load, str, httpx.Client, int], None]) -> None:
    with httpx.Client(base_url=told.url, timeout=TIMEOUT_SECONDS) as http:
        number = 0
        while not (told.is_over or told.failures):
            number += 1
            try:
                job(told, name, http, number)
            except Exception as error:
                told.fail(name, error)


def _put(told: Load, name: str, http: httpx.Client, number: int) -> None:
    twin_id = f"{name}-{number}"
    note = secrets.token_hex(told.note_bytes // 2)  # Nothing makes it shorter.
    answer = http.put(
        "/twins", json=twin(twin_id, "Room", description=note), headers={"X-Request-Id": twin_id}
    )
    told.note(name, answer, twin_id)


def _list(told: Load, name: str, http: httpx.Client, number: int) -> None:
    told.note(name, http.post("/twins", json={"pageSize": 50}))
