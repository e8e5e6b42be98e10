"""What is not copied, or is not taken for a copy."""

from typing import Any

import pytest
from tests.copies import Pair, all_rows, copied, copy, engine_called, filling, reading
from tests.copying.filled import Interrupted, change, execute, fill, interrupt_after
from tests.engines import SQLITE
from tests.serving import opened

from twinhaus.errors import StoreUnusable
from twinhaus.storage.tables import TABLES, NotStorable, SameStore, StoreNotEmpty, StoreTooOld
from twinhaus.testing.store_contract.identity import add_clients
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Beginning


def test_only_a_new_store_is_copied_into(pair: Pair) -> None:
    """One that holds anything is refused, and left as it is; so is one that is the source, and a copy of another."""
    with opened(pair.target) as store:
        add_clients(store, "somebody")
    before = all_rows(pair.target)
    with pytest.raises(StoreNotEmpty):
        copy(pair.source, pair.target)
    with pytest.raises(StoreNotEmpty):
        copy(pair.source, pair.source)
    assert all_rows(pair.target) == before
    empty = pair.another()
    with opened(empty):
        pass
    with pytest.raises(SameStore):
        copy(empty, empty)
    with pytest.raises(Interrupted):
        copy(pair.source, empty, interrupt_after(0))
    with pytest.raises(StoreNotEmpty, match="another store"):
        copy(pair.target, empty)
    assert copy(pair.source, empty)[0] is Beginning.RESUMED


@pytest.mark.parametrize(
    ("damage", "table", "key"),
    [
        ("UPDATE document SET json = '{}' WHERE twin = 5", "document", (5,)),
        ("DELETE FROM twin WHERE number = 3", "twin", (3,)),
        ("INSERT INTO kind (model, twin) VALUES (1, 999)", "kind", (1, 999)),
        ("UPDATE client SET scopes = '' WHERE name = 'É'", "client", ("É-fo-di",)),
        ("UPDATE state SET value = '[]' WHERE name = 'containment'", "state", ("containment",)),
    ],
)
def test_what_is_not_the_same_is_found(pair: Pair, damage: str, table: str, key: tuple[Any, ...]) -> None:
    """The table, and the first key in it; the copy remains unfinished, and the next command begins anew."""
    with reading(pair.source) as source, filling(pair.target) as target:
        copying.begin(source, target)
        copying.copy(source, target, lambda count: None)
        execute(pair.target, damage)
        with target.reading() as filled:
            found = list(copying.compare(source, filled, lambda count: None))
        target.reject()
    assert [(one.table.name, one.differs_at) for one in found if not one.is_same] == [(table, key)]
    assert [one.table for one in found] == list(TABLES)
    beginning, found = copy(pair.source, pair.target)
    assert beginning is Beginning.AGAIN
    assert all(one.is_same for one in found)


def test_checksums_are_of_rows_and_not_of_engines(pair: Pair) -> None:
    """Two stores that hold the same have the same, and one value makes another."""
    copied(pair.source, pair.target)
    with reading(pair.source) as source, reading(pair.target) as target:
        found = list(copying.compare(source, target, lambda count: None))
    assert all(one.checksums[0] == one.checksums[1] for one in found)
    change(pair.target)
    with reading(pair.source) as source, reading(pair.target) as target:
        found = list(copying.compare(source, target, lambda count: None))
    assert {one.table.name for one in found if one.checksums[0] != one.checksums[1]} == {
        one.table.name for one in found if not one.is_same
    }


def test_a_text_that_the_engine_cannot_store_is_named(
    request: pytest.FixtureRequest, filled: dict[str, str], postgres_url: str
) -> None:
    """PostgreSQL has no U+0000 in texts, SQLite has. Nothing lets one in, but should one be there, its row is named."""
    with engine_called(request, SQLITE).copied(filled[SQLITE]) as source:
        execute(source, "UPDATE client SET name = 'a' || char(0) || 'b' WHERE name = 'É'")
        with pytest.raises(NotStorable, match="client"):
            copy(source, postgres_url)


def test_an_older_schema_is_opened_before_it_is_copied(postgres_url: str) -> None:
    """It may be at work, and is only read here."""
    fill(postgres_url)
    execute(postgres_url, "UPDATE state SET value = '0' WHERE name = 'version'")
    with pytest.raises(StoreTooOld), reading(postgres_url):
        pass


def test_what_another_version_has_begun_is_not_guessed_at(pair: Pair) -> None:
    """Whatever it has noted, it is said, and left as it is."""
    with reading(pair.source) as source, filling(pair.target) as target:
        copying.begin(source, target)
    execute(pair.target, "UPDATE state SET value = '{}' WHERE name = 'copy'")
    with pytest.raises(StoreUnusable, match="another version"), filling(pair.target):
        pass
