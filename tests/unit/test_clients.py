"""Clients, whatever is asked of them: rules that hold after any edits."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from twinhaus.auth.clients import (
    ClientDraft,
    add_client,
    create_client,
    edit_client,
    get_client,
    renew_secret,
)
from twinhaus.auth.scopes import LOCAL_SCOPES, SCOPES
from twinhaus.errors import Conflict, Invalid
from twinhaus.storage.access import Client
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Transaction

names = st.sampled_from(["a", "b", "", "\n", "x" * 257])
scopes = st.lists(st.sampled_from([*SCOPES, "everything"]), max_size=3)
locations = st.lists(st.sampled_from(["B1", "B 2", "", "\x00", "x" * 257]), max_size=3)
drafts = st.builds(ClientDraft, st.none() | names, st.none() | scopes, st.none() | locations)
new_drafts = st.builds(ClientDraft, names, scopes, locations)


def is_fit(client: Client) -> bool:
    """Whether a client is one that there may be."""
    allowed = LOCAL_SCOPES if client.locations else SCOPES
    is_named = 1 <= len(client.name) <= 256 and client.name.isprintable()
    has_scopes = bool(client.scopes) and set(client.scopes) <= set(allowed)
    are_distinct = all(len(set(texts)) == len(texts) for texts in (client.scopes, client.locations))
    return is_named and has_scopes and are_distinct and all(1 <= len(one) <= 256 for one in client.locations)


@given(st.lists(new_drafts, max_size=4), st.lists(drafts, max_size=8))
def test_no_edit_makes_a_client_that_may_not_be(new: list[ClientDraft], edits: list[ClientDraft]) -> None:
    """Names are taken once, scopes are ours, and with locations none reaches beyond them; a refusal changes nothing."""
    store = MemoryStore()

    def attempt(job: Any) -> None:
        before = store.read(lambda reader: reader.clients()).result()
        try:
            store.write(job).result()
        except (Invalid, Conflict):
            assert store.read(lambda reader: reader.clients()).result() == before

    for draft in new:
        attempt(lambda transaction, draft=draft: create_client(transaction, draft))
    for number, draft in enumerate(edits):

        def edit(transaction: Transaction, number: int = number, draft: ClientDraft = draft) -> None:
            clients = transaction.clients()
            if clients:
                edit_client(transaction, clients[number % len(clients)], draft)

        attempt(edit)
    clients = store.read(lambda reader: reader.clients()).result()
    assert all(map(is_fit, clients))
    assert len({client.name for client in clients}) == len(clients)


@given(drafts)
def test_an_edit_changes_what_it_gives(draft: ClientDraft) -> None:
    """What is None stays, what is given is all there is, and id, secret and time are the client's own."""
    store = MemoryStore()
    client, _ = store.write(lambda transaction: add_client(transaction, "c", ["twins:read"], ["L"])).result()
    try:
        edited = store.write(lambda transaction: edit_client(transaction, client, draft)).result()
    except Invalid:
        return
    given_values = (draft.name, draft.scopes, draft.locations)
    for given_value, before, after in zip(
        given_values,
        (client.name, client.scopes, client.locations),
        (edited.name, edited.scopes, edited.locations),
        strict=True,
    ):
        expected = (
            given_value if isinstance(given_value, str) else given_value and tuple(dict.fromkeys(given_value))
        )
        assert after == (before if given_value is None else expected or ())
    assert (edited.id, edited.secret_hash, edited.created) == (client.id, client.secret_hash, client.created)


def test_a_new_secret_changes_nothing_else() -> None:
    """Only the hash is another."""
    store = MemoryStore()
    client, _ = store.write(lambda transaction: add_client(transaction, "c", ["twins:read"], ["L"])).result()
    store.write(lambda transaction: renew_secret(transaction, client)).result()
    renewed = store.read(lambda reader: get_client(reader, client.id)).result()
    assert renewed.secret_hash != client.secret_hash
    assert (renewed.name, renewed.scopes, renewed.locations) == (client.name, client.scopes, client.locations)
