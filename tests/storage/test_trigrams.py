"""Parts of texts and ids on PostgreSQL: found by indexes of trigrams where `pg_trgm` is installed, and without them."""

from contextlib import closing
from unittest.mock import patch

import psycopg
import pytest
from tests.properties.looking import looking_into

from twinhaus.engines import open_store
from twinhaus.query.plan import Attribute, Comparison, Condition, Group, Leaf, ModelFilter, Query
from twinhaus.settings import Settings
from twinhaus.storage.properties import TEXT_MAX
from twinhaus.storage.sql.postgres import strides
from twinhaus.storage.store import Store
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.store_contract.graph import MODELS, Graph, model_id

CODE = ("code",)
NAMES = {
    "a": "Zone Temperature",
    "b": "ZONE temperatures",
    "c": "100% Humidity_1",
    "long": "x" * TEXT_MAX + " zone temperature",
    "d": "",
    "Zone-b": "",
    "ZONE-Ä": "",
}
CONDITIONS: dict[tuple[str, ...], Condition] = {
    ("a", "b", "long"): Leaf(CODE, Comparison.CONTAINS, "zone temp"),
    ("a", "b"): Leaf(CODE, Comparison.STARTS_WITH, "zone"),
    ("a", "long"): Leaf(CODE, Comparison.ENDS_WITH, "temperature"),
    ("c",): Leaf(CODE, Comparison.CONTAINS, "% humidity_"),
    ("a", "c", "long"): Group(
        (Leaf(CODE, Comparison.ENDS_WITH, "ature"), Leaf(CODE, Comparison.CONTAINS, "humi")),
        any_suffices=True,
    ),
    ("Zone-b", "ZONE-Ä"): Leaf(Attribute.ID, Comparison.CONTAINS, "zone-"),
    ("ZONE-Ä",): Leaf(Attribute.ID, Comparison.ENDS_WITH, "zone-ä"),
    ("a", "b", "long", "Zone-b", "ZONE-Ä"): Group(
        (
            *(Leaf(field, Comparison.CONTAINS, "zone") for field in (Attribute.ID, CODE, ("none",))),
            Leaf(CODE, Comparison.EQUALS, "none"),
            Leaf(Attribute.LAST_UPDATE_TIME, Comparison.LESS, 0),
        ),
        any_suffices=True,
    ),
}


def install(url: str, *, schema: str = "public") -> None:
    """As an administrator does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute(f"CREATE EXTENSION pg_trgm SCHEMA {schema}")


def fill(store: Store) -> Graph:
    """Things with names."""
    graph = Graph(store)
    graph.add_models(*MODELS)
    for id_, name in NAMES.items():
        graph.put(id_, code=name)
    return graph


def has_index(url: str) -> bool:
    """Whether the store's indexes of trigrams are there, which come and go together."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            """SELECT to_regclass('twinhaus.wording_by_trigram') IS NOT NULL,
                to_regclass('twinhaus.twin_by_trigram') IS NOT NULL"""
        ).fetchone()
    assert found in {(True, True), (False, False)}
    return found == (True, True)


@pytest.fixture
def url(postgres_icu: Databases, postgres_icu_url: str) -> str:
    """A database, on a server that has the extension."""
    if not postgres_icu.has_trgm:
        pytest.skip("pg_trgm is not at hand")
    return postgres_icu_url


def check(url: str, graph: Graph, *, by_trigrams: bool) -> None:
    """Each condition finds what it should, whatever drives; what drives by trigrams does so where it can."""
    with looking_into(url) as looking:
        for ids, condition in CONDITIONS.items():
            query = Query(condition=condition)
            assert graph.ids(query) == list(ids)
            with patch.object(strides, "FIRST_STRIDE", 1):
                assert graph.ids(query) == list(
                    ids
                )  # There are further strides, and so it is looked for trigrams.
            answers = {source: found for source, found, is_sure in looking.answers(query) if is_sure}
            assert all(found == list(ids) for found in answers.values())
            assert has_index(url) == by_trigrams


def test_parts_of_texts_are_found_without_the_extension(url: str) -> None:
    """There is no index, and nothing is amiss."""
    with closing(open_store(Settings(store=url))) as store:
        check(url, fill(store), by_trigrams=False)


@pytest.mark.parametrize("schema", ["public", "extensions"])
def test_parts_of_texts_are_found_with_the_extension(url: str, schema: str) -> None:
    """The index is made with the store, wherever the extension's own things are."""
    install(url, schema=schema)
    with closing(open_store(Settings(store=url))) as store:
        check(url, fill(store), by_trigrams=True)


def test_parts_are_looked_up_together_with_the_model(url: str) -> None:
    """What extends it is among it, and a twin that is put with another model, with the same contents too, is found by
    that one alone.
    """
    install(url)
    part = Group(
        (Leaf(CODE, Comparison.CONTAINS, "zone temp"), Leaf(Attribute.ID, Comparison.CONTAINS, "zone-")),
        any_suffices=True,
    )

    def check(model: ModelFilter, *ids: str) -> None:
        query = Query(model, condition=part)
        with looking_into(url) as looking:
            found = {source: ids for source, ids, is_sure in looking.answers(query) if is_sure}
        assert found["trigram"] == found["model"] == graph.ids(query) == list(ids)

    with closing(open_store(Settings(store=url))) as store:
        graph = fill(store)
        check(ModelFilter((model_id("Space"),)))
        for twin_id, model in (("a", "Room"), ("Zone-b", "Space"), ("b", "Unit"), ("c", "Room")):
            graph.put(twin_id, model, code=NAMES[twin_id])
        check(ModelFilter((model_id("Space"),)), "a", "Zone-b")
        check(ModelFilter((model_id("Space"),), exact=True), "Zone-b")
        check(ModelFilter((model_id("Room"), model_id("Asset"))), "a", "b")
        graph.remove("a")
        check(ModelFilter((model_id("Room"), model_id("Asset"))), "b")


def test_an_extension_that_comes_later_serves_from_the_next_start_on(url: str) -> None:
    """Whoever opens the store next makes the index; one that is gone again is not missed."""
    with closing(open_store(Settings(store=url))) as store:
        fill(store)
        install(url)
    with closing(open_store(Settings(store=url))) as store:
        check(url, Graph(store), by_trigrams=True)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP EXTENSION pg_trgm CASCADE")
        check(url, Graph(store), by_trigrams=False)


def test_who_may_not_make_the_index_does_without(url: str) -> None:
    """A role that may only use the tables of another opens the store."""
    with closing(open_store(Settings(store=url))) as store:
        fill(store)
    install(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS twinhaus_guest")
        connection.execute("CREATE ROLE twinhaus_guest")
        connection.execute("GRANT USAGE ON SCHEMA twinhaus TO twinhaus_guest")
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA twinhaus TO twinhaus_guest")
        connection.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA twinhaus TO twinhaus_guest")
    try:
        with closing(open_store(Settings(store=f"{url}&options=-c%20role%3Dtwinhaus_guest"))) as store:
            check(url, Graph(store), by_trigrams=False)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY twinhaus_guest")
            connection.execute("DROP ROLE twinhaus_guest")
