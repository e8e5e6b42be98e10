"""Clients, signing keys and the audit trail."""

from collections.abc import Callable

import pytest
from tests.client.asking import Ask, Kind, asking
from tests.client.test_client_tables import cells
from tests.serving import Served

from twinhaus_client import ClientCredentials, Twin, TwinhausClient, dtmi
from twinhaus_client.errors import Conflict, Invalid, NotFound, PreconditionFailed, Unauthorized


def test_a_client_is_added_and_can_work(
    ask: Ask, kind: Kind, served: Served, new_id: Callable[[], str]
) -> None:
    """A client comes with its secret once, and works with it until the secret is renewed."""
    added = ask(lambda api: api.clients.add(new_id(), ["twins:read"]))
    assert added.secret not in repr(added)
    with asking(kind, served.url, auth=ClientCredentials(added.id, added.secret)) as ask_as_client:
        assert ask_as_client(lambda api: api.twins.get("BLDG-1")).id == "BLDG-1"
    got = ask(lambda api: api.clients.get(added.id))
    assert (got.scopes, got.locations, got.secret) == (("twins:read",), (), None)
    assert got in ask(lambda api: api.clients.list())
    renewed = ask(lambda api: api.clients.renew_secret(added.id))
    assert renewed != added.secret
    with (
        asking(kind, served.url, auth=ClientCredentials(added.id, added.secret)) as ask_as_client,
        pytest.raises(Unauthorized),
    ):
        ask_as_client(lambda api: api.twins.get("BLDG-1"))


def test_a_client_is_edited(ask: Ask, new_id: Callable[[], str]) -> None:
    """What is given takes the place of what was, and the rest stays."""
    added = ask(lambda api: api.clients.add(new_id(), ["twins:read"], locations=["BLDG-1"]))
    edited = ask(lambda api: api.clients.edit(added.id, scopes=["twins:write"], if_match=added.etag))
    assert (edited.name, edited.scopes, edited.locations) == (added.name, ("twins:write",), ("BLDG-1",))
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.clients.edit(added.id, locations=[], if_match=added.etag))
    assert ask(lambda api: api.clients.edit(added.id, locations=[])).locations == ()
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.clients.delete(added.id, if_match=added.etag))
    ask(lambda api: api.clients.delete(added.id))
    with pytest.raises(NotFound):
        ask(lambda api: api.clients.get(added.id))


def test_a_client_that_cannot_be_is_refused(ask: Ask, new_id: Callable[[], str]) -> None:
    """Scopes are those there are, and a name is one client's."""
    name = new_id()
    with pytest.raises(Invalid, match="scopes"):
        ask(lambda api: api.clients.add(name, ["everything"]))
    ask(lambda api: api.clients.add(name, ["twins:read"]))
    with pytest.raises(Conflict):
        ask(lambda api: api.clients.add(name, ["twins:read"]))


def test_signing_keys_are_rotated(ask: Ask) -> None:
    """A new key signs; an old one can be retired, and tokens that it signed are renewed without anyone noticing."""
    ask(lambda api: api.twins.get("BLDG-1"))
    before = ask(lambda api: api.signing_keys.list())
    added = ask(lambda api: api.signing_keys.add())
    assert added.signs
    assert [key.id for key in ask(lambda api: api.signing_keys.list())] == [
        added.id,
        *(key.id for key in before),
    ]
    for old in [key.id for key in before]:
        _retire(ask, old)
    assert [key.id for key in ask(lambda api: api.signing_keys.list())] == [added.id]
    assert ask(lambda api: api.twins.get("BLDG-1")).id == "BLDG-1"


def _retire(ask: Ask, key_id: str) -> None:
    ask(lambda api: api.signing_keys.delete(key_id))


def test_the_audit_trail_says_who_did_what(
    ask: Ask, auth: ClientCredentials, new_id: Callable[[], str]
) -> None:
    """Each change is there with its client, newest first, page by page and filtered."""
    twin_id = new_id()
    created = ask(lambda api: api.twins.put(Twin(twin_id, dtmi("Level"))))
    ask(lambda api: api.twins.put(Twin(twin_id, dtmi("Level"), {"code": "L1"})))
    ask(lambda api: api.twins.delete(twin_id))
    entries = ask(lambda api: api.audit.list(id=twin_id, page_size=1))
    assert len(entries) == 3
    assert {entry.client_id for entry in entries} == {auth.client_id}
    assert {entry.kind for entry in entries} == {"twin"}
    assert [entry.time for entry in entries] == sorted((entry.time for entry in entries), reverse=True)
    assert created.last_update_time == entries[-1].time
    since = ask(lambda api: api.audit.list(id=twin_id, after=created.last_update_time))
    assert since == entries[:-1]
    (one,) = ask(lambda api: api.audit.list(request_id=entries[0].request_id))
    assert one == entries[0]


def test_the_audit_trail_is_a_table(served: Served, auth: ClientCredentials) -> None:
    """The trail may be a table, too."""
    with TwinhausClient(served.url, auth=auth) as client:
        client.twins.put(Twin("AUDITED", dtmi("Level")))
        assert "AUDITED" in cells(client.audit.list(client_id=auth.client_id).to_dataframe(), "id")
