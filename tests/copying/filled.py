"""A store with something of everything, and what is asked of it and done to it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import apsw
import psycopg
from tests.serving import opened

from twinhaus import changes
from twinhaus.auth.tokens import ensure_signing_key
from twinhaus.query.plan import Include
from twinhaus.storage.address import is_url
from twinhaus.storage.store import Reader, Store
from twinhaus.testing.store_contract.audit import trail
from twinhaus.testing.store_contract.graph import MODELS, Graph, model, model_id
from twinhaus.testing.store_contract.identity import add_clients
from twinhaus.testing.store_contract.models import of_model

BOTH = Include(incoming=True, outgoing=True)
TWINS = 40


class Interrupted(Exception):
    """The command was ended."""


def fill(name: str) -> None:
    """A store with something of everything, and with gaps."""
    with opened(name) as store:
        graph = Graph(store)
        graph.add_models(*MODELS, model("Extra", "Thing"))
        graph.put_all(*(f"t{number}" for number in range(TWINS)))
        graph.put("orphan", "Extra", code="ä\u2028 \U0001f600")
        graph.put("room", "Room", code="x" * 5_000)
        graph.relate_all("t1 isPartOf room", "t2 isPartOf t1", "orphan locatedIn room", "t3 serves t1")
        graph.relate("t4", "serves", "t1", substance="wasser, kalt")
        graph.unrelate("t3_serves_t1")
        graph.remove_models("Extra")
        graph.remove_models("Plantroom")
        graph.add_models(MODELS[-1])
        store.write(lambda transaction: changes.decommission_model(transaction, model_id("Unit"))).result()
        add_clients(store, "boiler", "É")
        store.write(ensure_signing_key).result()
        graph.put("last")
        graph.remove_all("last", "t7")


def everything(store: Store) -> list[Any]:
    """All that a store says of itself, but for its twins' numbers."""

    def job(reader: Reader) -> list[Any]:
        ids = [one.id for one in reader.each_twin()]
        return [
            reader.registry.ids,
            [reader.registry.document(id_) for id_ in reader.registry.ids],
            reader.models(),
            list(reader.each_twin()),
            list(reader.each_relationship()),
            reader.find_documents(ids, BOTH),
            reader.clients(),
            reader.signing_keys(),
            [reader.secret(name) for name in ("identity", "continuation")],
            [reader.located_in([place], ids) for place in ids],
            [reader.count_twins(of_model(name)) for name in ("Thing", "Space", "Extra", "Unit")],
        ]

    return [*store.read(job).result(), trail(store)]


def change(name: str) -> None:
    """Change something in a store."""
    with opened(name) as store:
        Graph(store).put("t0", code="changed")


def interrupt_after(batches: int) -> Callable[[int], None]:
    """What ends a copy after so many batches."""
    left = batches

    def advance(count: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Interrupted

    return advance


def execute(store: str, text: str) -> None:
    """Do something to a store behind its back."""
    if is_url(store):
        with psycopg.connect(store, options="-c search_path=twinhaus") as connection:
            connection.execute(text.encode())
    else:
        with closing(apsw.Connection(store)) as file:
            file.execute(text)


def indexes_of(store: str) -> list[Any]:
    """The indexes of a store, as the engine tells of them."""
    if is_url(store):
        with psycopg.connect(store) as connection:
            return connection.execute("SELECT indexdef FROM pg_indexes ORDER BY indexname").fetchall()
    with closing(apsw.Connection(store)) as file:
        return list(file.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"))
