"""The audit trail: who changed what, written with the change."""

from concurrent.futures import Future

import msgspec
import pytest

from twinhaus import changes
from twinhaus.audit import ITSELF, Action, Author, Entry, Kind
from twinhaus.query.audit import AuditQuery, selects
from twinhaus.storage.access import SigningKey
from twinhaus.storage.acting import ActingStore
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing.store_contract.graph import (
    EPOCH,
    MODELS,
    Contract,
    Graph,
    Refused,
    SetClock,
    model,
    model_id,
    thing,
)
from twinhaus.testing.store_contract.identity import client

ENTRIES_MAX = 1_000
BOB, EVE = Author("bob", "request-1"), Author("eve", "request-2")
Said = tuple[Action, Kind, str]


def trail(store: Store, query: AuditQuery | None = None, *, limit: int = ENTRIES_MAX) -> list[Entry]:
    """What a store answers, newest first."""
    return store.read(lambda reader: reader.list_audit(query or AuditQuery(), limit=limit)).result()


def said(store: Store, *, after: int = EPOCH - 1) -> list[Said]:
    """What happened to what since an instant, oldest first."""
    found = trail(store, AuditQuery(after=after))
    return [(entry.action, entry.kind, entry.id) for entry in reversed(found)]


def by(store: Store, author: Author) -> Graph:
    """The store, written to for someone."""
    return Graph(ActingStore(store, author))


def mixed(store: Store) -> list[Entry]:
    """The trail of a few changes of every kind by several, newest first."""
    bob, eve = by(store, BOB), by(store, EVE)
    bob.add_models(*MODELS)
    bob.put_all("a", "b")
    eve.put("a", code="again")
    eve.relate("a", "isPartOf", "b")
    by(store, Author("bob", "request-3")).put("c")
    by(store, Author("cli:import")).put("d")
    eve.remove("a")
    key = SigningKey("a", "-----BEGIN…", EPOCH)
    bob.store.write(lambda transaction: transaction.add_signing_key(key)).result()
    eve.store.write(lambda transaction: transaction.add_client(client("new"))).result()
    return trail(store)


QUERIES = {
    "everything": AuditQuery(),
    "a client": AuditQuery(client_id="eve"),
    "a client that did nothing": AuditQuery(client_id="mallory"),
    "a request": AuditQuery(request_id="request-1"),
    "what was no request": AuditQuery(request_id=""),
    "an id, of whatever kind": AuditQuery(id="a"),
    "an unknown id": AuditQuery(id="A"),
    "an action": AuditQuery(action=Action.REPLACED),
    **{kind.value: AuditQuery(kind=kind) for kind in Kind},
    "a kind and an id": AuditQuery(kind=Kind.SIGNING_KEY, id="a"),
    "a client, an action and a kind": AuditQuery(
        client_id="eve", action=Action.DELETED, kind=Kind.RELATIONSHIP
    ),
    "all at once": AuditQuery(EPOCH, EPOCH + 100, "bob", "request-1", Action.CREATED, kind=Kind.TWIN, id="b"),
}


class AuditContract(Contract):
    """Who changed what."""

    def test_every_change_is_an_entry(self, store: Store) -> None:
        """Each says when, for whom, what happened, and to what; nothing else is in the trail."""
        entries = mixed(store)
        assert [(entry.author, entry.action, entry.kind, entry.id) for entry in reversed(entries)] == [
            *((BOB, Action.CREATED, Kind.MODEL, model_id(name)) for name in
              ("Thing", "Space", "Room", "Asset", "Unit", "Plantroom")),
            (BOB, Action.CREATED, Kind.TWIN, "a"),
            (BOB, Action.CREATED, Kind.TWIN, "b"),
            (EVE, Action.REPLACED, Kind.TWIN, "a"),
            (EVE, Action.CREATED, Kind.RELATIONSHIP, "a_isPartOf_b"),
            (Author("bob", "request-3"), Action.CREATED, Kind.TWIN, "c"),
            (Author("cli:import"), Action.CREATED, Kind.TWIN, "d"),
            (EVE, Action.DELETED, Kind.RELATIONSHIP, "a_isPartOf_b"),
            (EVE, Action.DELETED, Kind.TWIN, "a"),
            (BOB, Action.CREATED, Kind.SIGNING_KEY, "a"),
            (EVE, Action.CREATED, Kind.CLIENT, client("new").id),
        ]  # fmt: skip

    def test_no_two_entries_are_of_one_instant(self, store: Store, clock: SetClock) -> None:
        """Their instants fall strictly from the newest on, though the clock stands still or is set back."""
        graph = by(store, BOB)
        graph.add_models(*MODELS)
        clock.ticks += 50
        graph.put("a")
        clock.ticks -= 40
        graph.put("b")
        graph.relate("a", "isPartOf", "b")
        graph.remove("b")
        instants = [entry.instant for entry in trail(store)]
        assert instants == sorted(set(instants), reverse=True)
        assert instants[-1] >= EPOCH

    def test_a_twins_entry_has_the_time_of_its_change(self, graph: Graph) -> None:
        """The instant that the twin carries as its last change, where a verb put it."""
        put = [graph.put("a"), graph.put("b"), graph.put("a", size=1)]
        entries = trail(graph.store, AuditQuery(kind=Kind.TWIN))
        assert [entry.instant for entry in entries] == [twin.updated for twin in reversed(put)]

    def test_what_changes_nothing_is_no_entry(self, graph: Graph) -> None:
        """A relationship or a model that is there already, a model already in or out of service, a refusal."""
        graph.put_all("a", "b")
        graph.relate("a", "isPartOf", "b")
        before = trail(graph.store)
        graph.relate("a", "isPartOf", "b")
        graph.add_models(*MODELS)

        def restore(transaction: Transaction) -> None:
            changes.decommission_model(transaction, model_id("Thing"), decommissioned=False)

        graph.store.write(restore).result()
        with pytest.raises(Exception, match="Relationships remain"):
            graph.store.write(lambda tx: changes.delete_twin(tx, "a", cascade=False)).result()
        assert trail(graph.store) == before

    def test_models_come_and_go(self, graph: Graph) -> None:
        """A model is created, decommissioned, restored and deleted; stored again it is created again."""
        begun = trail(graph.store)[0].instant
        late = model_id("Late")

        def decommission(*, decommissioned: bool) -> None:
            graph.store.write(
                lambda tx: changes.decommission_model(tx, late, decommissioned=decommissioned)
            ).result()

        graph.add_models(model("Late", "Thing"))
        for decommissioned in (True, True, False):
            decommission(decommissioned=decommissioned)
        graph.remove_models("Late")
        graph.add_models(model("Late", "Thing"))
        assert said(graph.store, after=begun) == [
            (action, Kind.MODEL, late)
            for action in (
                Action.CREATED,
                Action.DECOMMISSIONED,
                Action.RESTORED,
                Action.DELETED,
                Action.CREATED,
            )
        ]

    def test_a_removed_client_is_remembered(self, store: Store) -> None:
        """Its entries stay, those that it wrote and those about it."""
        one = client("gone")
        store.write(lambda transaction: transaction.add_client(one)).result()
        by(store, Author(one.id, "last")).add_models(*MODELS)
        store.write(lambda transaction: transaction.remove_client(one.id)).result()
        assert said(store)[-1] == (Action.DELETED, Kind.CLIENT, one.id)
        assert len(trail(store, AuditQuery(client_id=one.id))) == len(MODELS)

    def test_clients_and_keys_have_entries(self, store: Store) -> None:
        """When they are added, replaced and removed."""
        one, key = client("one"), SigningKey("key", "-----BEGIN…", EPOCH)
        store.write(lambda transaction: transaction.add_client(one)).result()
        store.write(lambda transaction: transaction.replace_client(one)).result()
        store.write(lambda transaction: transaction.remove_client(one.id)).result()
        store.write(lambda transaction: transaction.add_signing_key(key)).result()
        store.write(lambda transaction: transaction.remove_signing_key(key.id)).result()
        assert said(store) == [
            (Action.CREATED, Kind.CLIENT, one.id),
            (Action.REPLACED, Kind.CLIENT, one.id),
            (Action.DELETED, Kind.CLIENT, one.id),
            (Action.CREATED, Kind.SIGNING_KEY, key.id),
            (Action.DELETED, Kind.SIGNING_KEY, key.id),
        ]

    @pytest.mark.parametrize("name", QUERIES)
    @pytest.mark.parametrize("limit", [1, 2, 5, ENTRIES_MAX])
    def test_a_query_selects_the_newest_of_what_it_asks_for(
        self, store: Store, name: str, limit: int
    ) -> None:
        """Just those entries for which `selects` says so, newest first, and no more than the limit."""
        entries = mixed(store)
        selected = [entry for entry in entries if selects(QUERIES[name], entry)]
        assert trail(store, QUERIES[name], limit=limit) == selected[:limit]

    @pytest.mark.parametrize(
        "name", ["everything", "a client", "a request", "an id, of whatever kind", "twin"]
    )
    def test_times_are_strict_bounds(self, store: Store, name: str) -> None:
        """An entry of just that instant is neither after nor before it, whatever else is asked."""
        entries = mixed(store)
        middle = entries[len(entries) // 2].instant
        for after, before in ((middle, None), (None, middle), (middle - 3, middle + 3)):
            query = msgspec.structs.replace(QUERIES[name], after=after, before=before)
            assert trail(store, query) == [entry for entry in entries if selects(query, entry)]

    def test_who_says_nothing_is_twinhaus_itself(self, graph: Graph) -> None:
        """An author holds for its own job, not for those that come after."""
        by(graph.store, EVE).put("a")
        graph.put("b")
        assert [entry.author for entry in trail(graph.store, limit=2)] == [ITSELF, EVE]

    def test_jobs_that_wait_together_keep_their_authors(self, graph: Graph) -> None:
        """Of many writes at once each entry is its own author's; the refused ones leave neither entry nor author."""
        begun = trail(graph.store)[0].instant

        def send(number: int) -> Future[None]:
            def job(transaction: Transaction) -> None:
                if number % 4:
                    transaction.act_for(Author(f"client-{number % 3}", f"r{number}"))
                transaction.put_twin(thing(f"t{number}"))
                if number % 5 == 1:
                    raise Refused

            return graph.store.write(job)

        for future in [send(number) for number in range(40)]:
            future.exception()
        entries = reversed(trail(graph.store, AuditQuery(after=begun)))
        assert [(entry.id, entry.author) for entry in entries] == [
            (f"t{number}", Author(f"client-{number % 3}", f"r{number}") if number % 4 else ITSELF)
            for number in range(40)
            if number % 5 != 1
        ]

    def test_an_attempt_undone_takes_its_entries_back(self, graph: Graph) -> None:
        """What it wrote is in the trail no more than in the graph. An author named inside it holds to its end."""
        begun = trail(graph.store)[0].instant

        def fail(transaction: Transaction) -> None:
            transaction.act_for(EVE)
            transaction.put_twin(thing("lost"))
            raise Refused

        def succeed(transaction: Transaction) -> None:
            transaction.act_for(EVE)
            transaction.put_twin(thing("b"))

        def job(transaction: Transaction) -> list[str]:
            transaction.act_for(BOB)
            with pytest.raises(Refused):
                transaction.attempt(fail)
            transaction.put_twin(thing("a"))
            transaction.attempt(succeed)
            transaction.put_twin(thing("c"))
            return [entry.id for entry in transaction.list_audit(AuditQuery(after=begun), limit=10)]

        assert graph.store.write(job).result() == ["c", "b", "a"]
        entries = trail(graph.store, AuditQuery(after=begun))
        assert [(entry.id, entry.author) for entry in entries] == [("c", BOB), ("b", EVE), ("a", BOB)]
