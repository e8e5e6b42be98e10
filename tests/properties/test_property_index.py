"""The property index: whatever contents are written and whatever is asked of them, each engine answers as the law says,
by whichever source drives; and its rows are those that the contents come to.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.examples import EXAMPLES
from tests.properties.looking import Looking, indexed_in, looking_into

from twinhaus import changes
from twinhaus.engines import open_store
from twinhaus.graph import Twin
from twinhaus.query.evaluate import satisfies
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, ModelFilter, Query
from twinhaus.settings import Settings
from twinhaus.storage import properties
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.sql.sqlite import unread
from twinhaus.storage.store import Page, Reader, Store, Transaction
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, Refused, model_id
from twinhaus.testing.strategies.anything import any_conditions, any_contents

IDS = ("A", "B", "c", "é")
PAGE = 3
FEW = 4  # Entries of a twin, in place of the many there may be.

Changes = list[tuple[str, JsonObject | None]]  # What is put, and where there is nothing, deleted.

changes_of_some = st.lists(
    st.tuples(st.sampled_from(IDS), any_contents() | any_contents() | any_contents() | st.none()), max_size=5
)


@dataclass(slots=True)
class Subject:
    """A store, a look into its tables, and the texts that its twins should have, in the order of their creation."""

    store: Store
    looking: Looking
    texts: dict[str, str] = field(default_factory=dict)

    def clear(self) -> None:
        """Delete what the last example left."""
        ids = tuple(self.texts)
        self.store.write(lambda transaction: transaction.delete_twins(ids)).result()
        self.texts = {}

    def write(self, first: Changes, refused: Changes, last: Changes) -> None:
        """All in one job, of which a part is undone."""

        def job(transaction: Transaction) -> dict[str, str]:
            texts = dict(self.texts)

            def refuse(inner: Transaction) -> None:
                undone = dict(texts)
                change(inner, undone, refused[::2])
                inner.count_twins(Query())  # So what was noted is written, and has to be undone there.
                change(inner, undone, refused[1::2])
                raise Refused

            change(transaction, texts, first)
            with pytest.raises(Refused):
                transaction.attempt(refuse)
            change(transaction, texts, last)
            return texts

        self.texts = self.store.write(job).result()

    def tend(self, times: int) -> None:
        """Do some of what was put off."""
        for _ in range(times):
            self.store.tend().result()

    def check_rows(self) -> None:
        """The tables hold what the texts come to, on the paths that are indexed, and nothing else."""
        paths = indexed_in(self.looking)
        rows = self.looking.rows(
            """SELECT twin.id, path.keys, property.value FROM property
            JOIN path ON path.number = property.path JOIN twin ON twin.number = property.twin"""
        )
        expected = [
            (id_, *entry) for id_, text in self.texts.items() for entry in properties.entries_of(text, paths)
        ]
        assert sorted(rows) == sorted(expected)

    def check(self, query: Query) -> None:
        """The store lists, counts and pages as the law says; each source yields that or, where in doubt, more."""
        expected = [
            id_
            for id_, text in self.texts.items()
            if query.condition is None or satisfies(query.condition, DocumentView(EPOCH, text))
        ]
        assert self.store.read(lambda reader: reader.count_twins(query)).result() == len(expected)
        assert self.store.read(
            lambda reader: reader.list_ids(query, after=0, limit=PAGE)
        ).result().ids == tuple(expected[:PAGE])
        assert list(self._pages(query)) == [self.texts[id_] for id_ in expected]
        for source, ids, is_sure in self.looking.answers(query):
            found = [id_ for id_ in ids if is_sure or id_ in expected]
            assert found == expected, source

    def _pages(self, query: Query) -> Iterator[str]:
        after, more = 0, True
        while more:
            page = self.store.read(partial(list_page, query=query, after=after)).result()
            yield from self._split(page.body.decode())
            after, more = page.last, page.more

    def _split(self, body: str) -> Iterator[str]:
        while body:
            text = next(text for text in self.texts.values() if body.startswith(text))
            yield text
            body = body[len(text) + 1 :]


def list_page(reader: Reader, *, query: Query, after: int) -> Page:
    """One page of a list."""
    return reader.list_twins(query, WITHOUT_RELATIONSHIPS, after=after, limit=PAGE)


def change(transaction: Transaction, texts: dict[str, str], changes_: Changes) -> None:
    """Put and delete, and keep account."""
    for id_, contents in changes_:
        if contents is not None:
            whole = {"id": id_, "modelId": model_id("Thing"), "contents": contents}
            texts[id_] = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
            transaction.put_twin(Twin(id_, model_id("Thing"), EPOCH, texts[id_]))
        elif id_ in texts:
            transaction.delete_twins((id_,))
            del texts[id_]


@contextmanager
def subject_in(store: str) -> Iterator[Subject]:
    """A new store with a model."""
    with closing(open_store(Settings(store=store))) as opened:
        opened.write(lambda transaction: changes.add_models(transaction, MODELS)).result()
        with looking_into(store) as looking:
            yield Subject(opened, looking)


def check_law(store: str, examples: int) -> None:
    """Whatever twins come, change and go, the index follows, and answers as the law says."""
    with subject_in(store) as subject:

        @settings(max_examples=examples)
        @given(st.data())
        def law(data: st.DataObject) -> None:
            subject.clear()
            subject.write(data.draw(changes_of_some), [], [])
            subject.tend(data.draw(st.integers(0, len(IDS))))
            subject.write(*(data.draw(changes_of_some) for _ in range(3)))
            subject.tend(data.draw(st.integers(0, len(IDS))))
            subject.check_rows()
            known = tuple(DocumentView(EPOCH, text).contents for text in subject.texts.values())
            for _ in range(3):
                condition = data.draw(any_conditions(known, (*IDS, model_id("Thing"))))
                subject.check(Query(condition=condition))
                subject.check(Query(ModelFilter((model_id("Thing"),)), condition=condition))

        law()


@pytest.fixture(autouse=True)
def _tended_twin_by_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that SQLite's index of parts of texts has read some and not others."""
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 1)


def test_the_index_answers_as_the_law_says(new_store: str) -> None:
    """Whatever twins come, change and go, and whatever is undone, the index has the rows that their contents come to;
    and for every condition each source yields the twins that it holds for, or is known to yield more.
    """
    check_law(new_store, EXAMPLES)


def test_twins_with_too_many_properties_are_found_all_the_same(
    new_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same holds where of some twins nothing is told but that they have more properties than the index takes."""
    monkeypatch.setattr(properties, "ENTRIES_MAX", FEW)
    check_law(new_store, EXAMPLES // 4)


def test_order_and_casing_are_those_of_the_law_in_a_database_ordered_by_icu(postgres_icu_url: str) -> None:
    """The same holds in a database that orders texts as people do."""
    check_law(postgres_icu_url, EXAMPLES // 4)
