"""Reads on the caller's own thread: the same answers, and never a caller who is held up."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread, current_thread
from types import SimpleNamespace

import pytest

from twinhaus.errors import NotFound, Unavailable
from twinhaus.query.plan import PAGE_SIZE_MAX, Include, Query
from twinhaus.storage.sql.connection import NotBrief
from twinhaus.storage.sql.sqlite import brief
from twinhaus.storage.sql.sqlite.brief import BRIEF_SECONDS, FREE_READS, RESTING_SECONDS
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.store import Page, Reader, Transaction
from twinhaus.testing.store_contract.graph import MODELS, Graph, thing


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What brief reads look at to see whether they still are."""
    clock = Clock()
    monkeypatch.setattr(brief, "time", SimpleNamespace(monotonic=clock))
    return clock


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    """A store that holds one twin."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        Graph(store).add_models(*MODELS)
        Graph(store).put("one")
        yield store


def page(reader: Reader) -> Page:
    """The largest there is."""
    return reader.list_twins(Query(), Include(), after=0, limit=PAGE_SIZE_MAX)


def put_many(transaction: Transaction) -> None:
    """More twins than a page holds."""
    for number in range(PAGE_SIZE_MAX):
        transaction.put_twin(thing(f"t{number}"))


def test_it_runs_on_its_callers_thread(store: SqliteStore) -> None:
    """No other thread takes part, and the answer is that of any read, the newest writes included."""
    Graph(store).put("two")
    assert store.read_at_once(lambda reader: (current_thread(), page(reader))) == (
        current_thread(),
        store.read(page).result(),
    )


def test_what_a_job_raises_comes_through(store: SqliteStore) -> None:
    """A refusal is an answer, not a reason to ask again elsewhere; the next job finds nothing amiss."""

    def refuse(reader: Reader) -> None:
        raise NotFound

    with pytest.raises(NotFound):
        store.read_at_once(refuse)
    assert store.read_at_once(page).count == 1


def test_a_statement_that_takes_too_long_is_given_up(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real clock passes far beyond the limit, so the engine interrupts itself; `read` does the job then."""
    monkeypatch.setattr(brief, "BRIEF_SECONDS", -1.0)
    store.write(put_many).result()
    with pytest.raises(NotBrief):
        store.read_at_once(page)
    assert store.read(page).result().count == PAGE_SIZE_MAX


def test_after_some_slow_reads_all_go_elsewhere_for_a_while(store: SqliteStore, clock: Clock) -> None:
    """One that was slow is still answered; once the free ones are used up, those after it are not tried for a while."""

    def dawdle(reader: Reader) -> Page:
        clock.seconds += BRIEF_SECONDS * 2
        return page(reader)

    for _ in range(FREE_READS + 1):
        assert store.read_at_once(dawdle).count == 1
    for _ in range(2):  # The free ones are used up: each further one is followed by a rest.
        clock.seconds += RESTING_SECONDS * 0.5
        with pytest.raises(NotBrief):
            store.read_at_once(page)
        clock.seconds += RESTING_SECONDS * 0.5
        assert store.read_at_once(dawdle).count == 1
    clock.seconds += RESTING_SECONDS
    assert store.read_at_once(page).count == 1


def test_slow_reads_cost_a_hundredth_of_the_time(store: SqliteStore, clock: Clock) -> None:
    """Whatever is asked for meanwhile, and but for the free ones."""
    slow = 0

    def dawdle(reader: Reader) -> None:
        nonlocal slow
        slow += 1
        clock.seconds += BRIEF_SECONDS * 1.01

    began = clock.seconds
    while clock.seconds < began + 100 * RESTING_SECONDS:
        with suppress(NotBrief):
            store.read_at_once(dawdle)
        clock.seconds += RESTING_SECONDS / 20
    assert slow <= 100 + FREE_READS + 1


def test_one_thread_at_a_time(store: SqliteStore) -> None:
    """Who comes while the connection is taken is sent away instead of waiting."""
    refused: list[Exception] = []

    def come_too() -> None:
        try:
            store.read_at_once(page)
        except NotBrief as error:
            refused.append(error)

    def meanwhile(reader: Reader) -> None:
        thread = Thread(target=come_too)
        thread.start()
        thread.join()

    store.read_at_once(meanwhile)
    assert len(refused) == 1


def test_a_store_that_cannot_answer_just_now_is_not_waited_for(store: SqliteStore) -> None:
    """What is locked or failing is left to `read`, which waits, and says what is the matter."""

    def find_it_locked(reader: Reader) -> None:
        raise Unavailable

    with pytest.raises(NotBrief):
        store.read_at_once(find_it_locked)
