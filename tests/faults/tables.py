"""A store's own tables, held against each other: what is derived must equal what it is derived from."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import apsw
import psycopg
from psycopg import sql

from twinhaus.audit import Action, Kind
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS
from twinhaus.instants import parse_instant
from twinhaus.storage.address import is_url
from twinhaus.storage.properties import entries_of, wording
from twinhaus.storage.sql.asking.filters import RUN_BITS, WIDE_BITS
from twinhaus.storage.sql.audit import ACTIONS, KINDS
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA
from twinhaus.strictjson import JsonObject, read_object


class Rows(Protocol):
    """A connection of an engine's own, in one transaction."""

    def rows(self, text: str) -> list[tuple[Any, ...]]: ...
    def check(self) -> None:
        """The engine finds nothing wrong with its files, as far as it can look for it."""
        ...

    def check_wordings(self) -> None:
        """Where the engine has them, they are what all texts of twins come to, and of the twins' models."""
        ...

    def close(self) -> None: ...


class SqliteRows:
    """A file. A server may be running on it."""

    def __init__(self, store: str) -> None:
        self._connection = apsw.Connection(store, flags=apsw.SQLITE_OPEN_READWRITE)
        self._connection.set_busy_timeout(10_000)
        self._connection.execute("PRAGMA query_only = ON; PRAGMA foreign_keys = ON; BEGIN")

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(text))

    def check(self) -> None:
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        assert self.rows("SELECT twin FROM property WHERE twin >> 13 NOT IN (SELECT number FROM block)") == []

    def check_wordings(self) -> None:
        """There are none."""

    def close(self) -> None:
        self._connection.close()


class PostgresRows:
    """A schema of a database."""

    def __init__(self, url: str, schema: str) -> None:
        self._connection = psycopg.connect(url)
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        self._connection.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema)))

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(text).fetchall()

    def check(self) -> None:
        """Nothing to ask for without an extension; the tables have unique indexes, which it keeps itself."""

    def check_wordings(self) -> None:
        twins = self.rows("SELECT number, model, json FROM twin JOIN document ON document.twin = twin.number")
        wanted = {(number, model, wording(entries_of(text))) for number, model, text in twins}
        assert set(self.rows("SELECT twin, model, texts FROM wording")) == wanted

    def close(self) -> None:
        self._connection.close()


class Tables:
    """The tables of a store, read as they are."""

    def __init__(self, store: str, schema: str = DEFAULT_SCHEMA) -> None:
        self._connection: Rows = PostgresRows(store, schema) if is_url(store) else SqliteRows(store)

    def __enter__(self) -> "Tables":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return self._connection.rows(text)

    def documents(self) -> dict[str, JsonObject]:
        """Every twin's stored JSON, by its id."""
        return {
            found["id"]: found
            for (text,) in self.rows("SELECT json FROM document")
            if (found := read_object(text))
        }

    def relationship_ids(self) -> set[str]:
        return {one for (one,) in self.rows("SELECT id FROM relationship")}

    def check(self) -> None:
        """The store is sound, and every index says what its table says."""
        self._connection.check()
        self._check_documents()
        self._check_properties()
        self._check_kinds()
        self._check_places()
        self._check_spans()
        self._check_trail()

    def _check_documents(self) -> None:
        """A twin's columns and its text tell the same."""
        columns = """SELECT twin.id, model.id, twin.updated, document.json FROM twin
            JOIN model ON model.number = twin.model LEFT JOIN document ON document.twin = twin.number"""
        for twin_id, model_id, updated, text in self.rows(columns):
            found = read_object(text)
            assert (found["id"], found["modelId"]) == (twin_id, model_id)
            assert parse_instant(found["lastUpdateTime"]) == updated
        ends = """SELECT relationship.id, source.id, target.id, relationship.name, relationship.document
            FROM relationship JOIN twin AS source ON source.number = relationship.source
            JOIN twin AS target ON target.number = relationship.target"""
        for relationship_id, source, target, name, text in self.rows(ends):
            told = read_object(text)
            told.pop("properties", None)
            assert told == {"id": relationship_id, "targetId": target, "sourceId": source, "name": name}

    def _check_properties(self) -> None:
        """What a text comes to stands in the index, and each once."""
        told = self.rows(
            "SELECT twin, path.keys, property.value FROM property JOIN path ON path.number = property.path"
        )
        wanted = {
            (twin, *entry)
            for twin, text in self.rows("SELECT twin, json FROM document")
            for entry in entries_of(text)
        }
        assert len(told) == len(wanted)
        assert set(told) == wanted
        self._connection.check_wordings()

    def _check_kinds(self) -> None:
        wanted = "SELECT ancestor, number FROM twin JOIN model_ancestor ON model_ancestor.model = twin.model"
        assert set(self.rows("SELECT model, twin FROM kind")) == set(self.rows(wanted))

    def _check_places(self) -> None:
        """Followed from part to whole in plain Python."""
        wholes = defaultdict(set)
        for part, whole, name in self.rows("SELECT source, target, name FROM relationship"):
            if name in CONTAINMENT_RELATIONSHIPS:
                wholes[part].add(whole)
        wanted = set()
        for (twin,) in self.rows("SELECT number FROM twin"):
            waiting, places = [twin], {twin}
            while waiting:
                further = wholes[waiting.pop()] - places
                places |= further
                waiting += further
            wanted |= {(place, twin) for place in places}
        assert set(self.rows("SELECT place, twin FROM location")) == wanted

    def _check_spans(self) -> None:
        """A run that has lost all its twins may keep a span: no date filter finds anything in it."""
        wanted = f"SELECT number >> {RUN_BITS}, min(updated), max(updated) FROM twin GROUP BY 1"
        runs = {run: span for run, *span in self.rows(wanted)}
        stored = {run: span for run, *span in self.rows("SELECT run, oldest, newest FROM span")}
        assert {run: span for run, span in stored.items() if run in runs} == runs
        wide = f"SELECT run >> {WIDE_BITS}, min(oldest), max(newest) FROM span GROUP BY 1"
        assert set(self.rows("SELECT run, oldest, newest FROM wide_span")) == set(self.rows(wide))

    def _check_trail(self) -> None:
        """What was created and not deleted is there, and nothing else; a twin's last entry is of its last change."""
        for kind, things in (
            (Kind.TWIN, "SELECT id FROM twin"),
            (Kind.RELATIONSHIP, "SELECT id FROM relationship"),
            (Kind.MODEL, "SELECT id FROM model WHERE document <> ''"),
            (Kind.CLIENT, "SELECT id FROM client"),
            (Kind.SIGNING_KEY, "SELECT id FROM signing_key"),
        ):
            created, deleted = (
                f"count(*) FILTER (WHERE action = {ACTIONS[one]})" for one in (Action.CREATED, Action.DELETED)
            )
            lives = f"SELECT id, {created} - {deleted} FROM audit WHERE kind = {KINDS[kind]} GROUP BY id"
            counted = dict(self.rows(lives))
            assert set(counted.values()) <= {0, 1}
            assert {id_ for id_, alive in counted.items() if alive} == {id_ for (id_,) in self.rows(things)}
        last = f"SELECT id, max(instant) FROM audit WHERE kind = {KINDS[Kind.TWIN]} GROUP BY id"
        assert self.rows("SELECT id, updated FROM twin EXCEPT " + last) == []


@contextmanager
def locked(store: str) -> Iterator[None]:
    """Another program holds the store's write lock."""
    if is_url(store):
        with psycopg.connect(store) as connection:
            connection.execute("SELECT FROM twinhaus.state WHERE name = 'clock' FOR UPDATE")
            yield
        return
    other = apsw.Connection(store)
    other.set_busy_timeout(10_000)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()
