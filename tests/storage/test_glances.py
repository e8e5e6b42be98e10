"""Reads of PostgreSQL on an event loop: the same answers, and a loop that goes on meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from threading import current_thread
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
import uvloop

from twinhaus import observability
from twinhaus.errors import NotFound, QueryTimeout
from twinhaus.query.plan import Comparison, Include, Leaf, ModelFilter, Query
from twinhaus.storage.access import Client
from twinhaus.storage.sql.postgres import glance, strides
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.store import Page, Reader, Transaction
from twinhaus.testing.store_contract.graph import MODELS, Graph, model_id
from twinhaus.testing.waiting import wait_until

READERS = 2
WAIT_FOR_LOCK = "SELECT CAST(pg_advisory_xact_lock_shared(7) AS text)"
IN_PIECES = f"""
    SELECT repeat('x', 4000) FROM generate_series(1, 100)
    UNION ALL {WAIT_FOR_LOCK}
    UNION ALL SELECT repeat('x', 4000) FROM generate_series(1, 900)
"""
# Of other databases of the same server other tests may wait for theirs.
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
"""
KILL_OTHERS = """
    SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """With few connections to lend."""
    with closing(Database(postgres_url, readers=READERS)) as database:
        yield database


@pytest.fixture
def store(database: Database) -> Iterator[PostgresStore]:
    """A store that holds one twin."""
    with closing(PostgresStore(database)) as store:
        Graph(store).add_models(*MODELS)
        Graph(store).put("one")
        yield store


def page(reader: Reader) -> Page:
    """The first of all twins."""
    return reader.list_twins(Query(), Include(), after=0, limit=100)


def count(reader: Reader) -> int:
    """How many there are on it."""
    return page(reader).count


def wait_for_lock(reader: Any) -> None:
    """A question that is answered when somebody lets go of a lock."""
    reader._connection.rows(WAIT_FOR_LOCK, {})


Run = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]


LOOPS = {
    "asyncio": (asyncio.new_event_loop, False),
    "uvloop": (uvloop.new_event_loop, False),
    "in-words": (uvloop.new_event_loop, True),
}


@pytest.fixture(params=list(LOOPS))
def on_loop(request: pytest.FixtureRequest, store: PostgresStore) -> Iterator[Run]:
    """Runs something on a loop, once there are connections to lend; on Citus transactions are begun in words."""
    new_loop, is_citus = LOOPS[request.param]

    async def run(read: Callable[[], Coroutine[Any, Any, None]]) -> None:
        for _ in range(READERS):
            await until_lent(store)
        await read()

    def run_all(read: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(run(read))

    with patch.object(glance, "has_citus", return_value=is_citus):
        yield run_all


async def until_lent(store: PostgresStore) -> None:
    """Read until a read has stayed on the loop."""
    done = observability.BRIEF_READS_DONE._value
    before = done.get()
    while done.get() == before:
        assert await store.read_briefly(count)


def test_the_callers_thread_reads(on_loop: Run, store: PostgresStore) -> None:
    """No other thread takes part, and the answer is that of any read, the newest writes included."""

    async def read() -> None:
        for number in range(3):
            Graph(store).put(f"more-{number}")
            found = await store.read_briefly(lambda reader: (current_thread(), page(reader)))
            assert found == (current_thread(), store.read(page).result())
            assert found[1].count == number + 2

    on_loop(read)


def test_a_refusal_is_told(on_loop: Run, store: PostgresStore) -> None:
    """As it was raised; the next read is none the worse for it, whether anything had been asked or not."""

    def refuse(reader: Reader) -> None:
        raise NotFound("nothing")

    def ask_and_refuse(reader: Reader) -> None:
        page(reader)
        raise NotFound("nothing")

    async def read() -> None:
        for job in (refuse, ask_and_refuse):
            with pytest.raises(NotFound):
                await store.read_briefly(job)
            assert await store.read_briefly(count) == 1

    on_loop(read)


@pytest.mark.parametrize("asks", [True, False])
def test_what_another_server_changes_is_seen(
    on_loop: Run, store: PostgresStore, postgres_url: str, asks: bool
) -> None:
    """The state that a read is told is that of its snapshot, even if it asks for nothing else."""

    def add_client(transaction: Transaction) -> None:
        transaction.add_client(Client("c1", "any", b"hash", ("twins:read",), 1, ()))

    def version(reader: Reader) -> int:
        if asks:
            page(reader)
        return reader.access_version()

    async def read() -> None:
        before = await store.read_briefly(version)
        with closing(Database(postgres_url)) as its, closing(PostgresStore(its)) as elsewhere:
            elsewhere.write(add_client).result()
            after = elsewhere.read(version).result()
        assert before < after
        assert await store.read_briefly(version) == after
        assert await store.read_briefly(version) == after

    on_loop(read)


def test_a_job_sees_one_state(on_loop: Run, store: PostgresStore) -> None:
    """Of two questions the second is answered as if nothing had been written in between."""

    def ask_and_write(reader: Reader) -> int:
        reader.located_in(("one",), ("one",))
        Graph(store).put("between")
        return count(reader)

    async def read() -> None:
        done = observability.BRIEF_READS_DONE._value.get()
        assert await store.read_briefly(ask_and_write) == 1
        assert observability.BRIEF_READS_DONE._value.get() == done + 1
        assert await store.read_briefly(count) == 2

    on_loop(read)


def test_it_need_not_be_brief(on_loop: Run, store: PostgresStore) -> None:
    """A job that asks more, or that takes long to answer, is done all the same."""
    Graph(store).put("two", code="A")
    odd = Query(condition=Leaf(("code",), Comparison.CONTAINS, "a"))

    def ask_twice(reader: Reader) -> tuple[int, int]:
        return count(reader), count(reader)

    def ask_of_contents(reader: Reader) -> int:
        return reader.list_twins(odd, Include(), after=0, limit=100).count

    async def read() -> None:
        assert await store.read_briefly(ask_twice) == (2, 2)
        assert await store.read_briefly(ask_of_contents) == 1
        assert await store.read_briefly(lambda reader: [twin.id for twin in reader.each_twin()]) == [
            "one",
            "two",
        ]

    on_loop(read)


def test_a_list_of_several_strides_is_left_to_a_thread_once(on_loop: Run, store: PostgresStore) -> None:
    """From then on such lists are expected to go on, whatever their values, and stay on the loop in one snapshot."""
    for number in range(3):
        Graph(store).put(f"more-{number}")

    def things_in(place: str) -> Callable[[Reader], Page]:
        things = Query(model=ModelFilter((model_id("Thing"),)), location_id=place)
        return lambda reader: reader.list_twins(things, Include(), after=0, limit=100)

    async def read() -> None:
        with patch.object(strides, "FIRST_STRIDE", 1):
            # Of each connection, and once more, for one may find first that the store's state is another.
            for _ in range(2 * READERS):
                assert (await store.read_briefly(things_in("more-0"))).count == 1
            sent_on = observability.BRIEF_READS_SENT_ON._value.get()
            for number in range(3):
                assert (await store.read_briefly(things_in(f"more-{number}"))).count == 1
            assert observability.BRIEF_READS_SENT_ON._value.get() == sent_on
        assert await store.read_briefly(count) == 4

    on_loop(read)


def test_the_loop_goes_on(on_loop: Run, store: PostgresStore, postgres_url: str) -> None:
    """While one read waits for the database, others are answered."""

    async def read() -> None:
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(7)")
            slow = asyncio.create_task(store.read_briefly(wait_for_lock))
            await asyncio.to_thread(
                wait_until, lambda: other.execute(WAITING).fetchone() == (1,), "a read waits"
            )
            assert await store.read_briefly(count) == 1
            assert not slow.done()
            other.execute("SELECT pg_advisory_unlock(7)")
            await slow

    on_loop(read)


def test_an_answer_comes_in_pieces(on_loop: Run, store: PostgresStore, postgres_url: str) -> None:
    """Others are answered between two of them, and it is there in the end, whole."""

    def ask_for_much(reader: Any) -> int:
        return sum(len(text) for (text,) in reader._connection.rows(IN_PIECES, {}))

    async def read() -> None:
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(7)")
            slow = asyncio.create_task(store.read_briefly(ask_for_much))
            await asyncio.to_thread(
                wait_until, lambda: other.execute(WAITING).fetchone() == (1,), "the rest of it waits"
            )
            assert await store.read_briefly(count) == 1
            other.execute("SELECT pg_advisory_unlock(7)")
            assert await slow == 4_000_000

    on_loop(read)


def test_many_reads_at_once(on_loop: Run, store: PostgresStore) -> None:
    """Each gets its own answer, however they wait for one another, and long questions go out piece by piece."""
    long = Query(condition=Leaf(("code",), Comparison.EQUALS, "x" * 1_000_000))

    def ask_long(reader: Reader) -> int:
        return reader.list_twins(long, Include(), after=0, limit=100).count

    async def read() -> None:
        for _ in range(5):
            reads = (store.read_briefly(job) for _ in range(20) for job in (count, ask_long))
            assert await asyncio.gather(*reads) == [1, 0] * 20

    on_loop(read)


def test_who_goes_away_leaves_the_connection_behind(
    on_loop: Run, store: PostgresStore, postgres_url: str
) -> None:
    """What was asked for him is answered to nobody, and then serves others."""

    async def read() -> None:
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(7)")
            for _ in range(READERS):
                gone = asyncio.create_task(store.read_briefly(wait_for_lock))
                await asyncio.sleep(0)
                gone.cancel()
            other.execute("SELECT pg_advisory_unlock(7)")
        await until_lent(store)

    on_loop(read)


def test_time_is_limited(database: Database, on_loop: Run, store: PostgresStore, postgres_url: str) -> None:
    """As for every read; and the connection goes on."""

    async def read() -> None:
        with (
            closing(PostgresStore(database, query_timeout_seconds=0.05)) as hasty,
            psycopg.connect(postgres_url, autocommit=True) as other,
        ):
            other.execute("SELECT pg_advisory_lock(7)")
            with pytest.raises(QueryTimeout):
                await hasty.read_briefly(wait_for_lock)
        assert await store.read_briefly(count) == 1

    on_loop(read)


def test_lost_connections_are_not_noticed(on_loop: Run, store: PostgresStore, postgres_url: str) -> None:
    """Whoever kills them all: the next reads are answered, and go by the loop again soon."""

    async def read() -> None:
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(KILL_OTHERS)
        await until_lent(store)

    on_loop(read)
