"""Reads of PostgreSQL on an event loop suppose what the index of properties is like, and are never wrong for it."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from twinhaus import observability
from twinhaus.query.plan import Comparison, Include, Leaf, Query
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.store import Reader
from twinhaus.testing.store_contract.graph import Graph, model

BOXES = {
    "@type": "Property",
    "name": "inside",
    "schema": {"@type": "Object", "fields": [{"name": "code", "schema": "string"}]},
}
WITH_SOMETHING_INSIDE = Query(condition=Leaf(("inside",), Comparison.IS_PRESENT))


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    """One with a connection to lend."""
    with (
        closing(Database(postgres_url, readers=1)) as database,
        closing(PostgresStore(database)) as store,
    ):
        Graph(store).add_models(model("Box", contents=(BOXES,)))
        yield store


def filled(reader: Reader) -> int:
    """How many boxes have something inside."""
    return reader.list_twins(WITH_SOMETHING_INSIDE, Include(), after=0, limit=100).count


def test_what_is_supposed_is_asked_again(store: PostgresStore) -> None:
    """Which paths go on from one decides about the statement. When there are others than before, the list is answered
    by what there is now, on a thread; and after that on the loop again.
    """
    done, sent_on = observability.BRIEF_READS_DONE._value, observability.BRIEF_READS_SENT_ON._value

    async def read() -> None:
        before = done.get()
        while done.get() == before:  # Until there is a connection to lend.
            assert await store.read_briefly(filled) == 0
        Graph(store).put("empty", "Box")
        Graph(store).put("full", "Box", inside={"code": "A"})
        before = sent_on.get()
        assert await store.read_briefly(filled) == 1
        assert sent_on.get() == before + 1
        assert await store.read_briefly(filled) == 1
        assert sent_on.get() == before + 1

    asyncio.run(read())
