"""Changes of twins by JSON Patch, and of many twins at once."""

from collections.abc import Callable

import pytest
from tests.client.asking import Ask

from twinhaus_client import Deleted, Field, Patched, Relationship, Twin, dtmi
from twinhaus_client.errors import Conflict, Invalid, NotFound, PreconditionFailed

LEVEL = dtmi("Level")
ROOM = dtmi("Room")


def test_a_twin_is_patched(ask: Ask, new_id: Callable[[], str]) -> None:
    """A JSON Patch changes what it names, and the twin comes back as it then is."""
    put = ask(lambda api: api.twins.put(Twin(new_id(), LEVEL, {"code": "L01", "levelNumber": 1})))
    operations = [
        {"op": "test", "path": "/contents/code", "value": "L01"},
        {"op": "replace", "path": "/contents/code", "value": "L02"},
        {"op": "remove", "path": "/contents/levelNumber"},
    ]
    patched = ask(lambda api: api.twins.patch(put.id, operations, if_match=put.etag))
    assert patched.contents["code"] == "L02"
    assert "levelNumber" not in patched.contents
    assert ask(lambda api: api.twins.get(put.id)) == patched
    assert patched.etag not in (None, put.etag)
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.twins.patch(put.id, operations[1:2], if_match=put.etag))


def test_a_patch_that_cannot_be_is_refused(ask: Ask, new_id: Callable[[], str]) -> None:
    """The twin has to be there, and to be legal when it is patched."""
    put = ask(lambda api: api.twins.put(Twin(new_id(), LEVEL)))
    wrong = [{"op": "add", "path": "/contents/levelNumber", "value": "one"}]
    with pytest.raises(Invalid, match="levelNumber expects an integer"):
        ask(lambda api: api.twins.patch(put.id, wrong))
    with pytest.raises(NotFound):
        ask(lambda api: api.twins.patch(new_id(), wrong))


def _put(ask: Ask, twin: Twin) -> None:
    ask(lambda api: api.twins.put(twin))


def test_every_twin_of_a_filter_is_patched(ask: Ask, new_id: Callable[[], str]) -> None:
    """The same patch changes all that match; a dry run only counts them."""
    code = new_id()
    levels = [Twin(f"{code}-{number}", LEVEL, {"code": code, "levelNumber": number}) for number in (1, 2, 3)]
    for level in levels:
        _put(ask, level)
    where = (Field("code") == code) & (Field("levelNumber") > 1)
    patch = [{"op": "add", "path": "/contents/levelNumber", "value": 3}]
    assert ask(lambda api: api.twins.patch_where(where, patch, dry_run=True)) == Patched(matched=2, changed=1)
    assert ask(lambda api: api.twins.count(where & (Field("levelNumber") == 3))) == 1
    assert ask(lambda api: api.twins.patch_where(where, patch)) == Patched(matched=2, changed=1)
    assert ask(lambda api: api.twins.count(where & (Field("levelNumber") == 3))) == 2


def test_every_twin_of_a_filter_is_deleted(ask: Ask, new_id: Callable[[], str]) -> None:
    """All that match go; relationships with others go too where that is wanted, else nothing does."""
    room, level = new_id(), new_id()
    ask(lambda api: api.twins.put(Twin(level, LEVEL)))
    ask(lambda api: api.twins.put(Twin(room, ROOM, {"code": room})))
    ask(lambda api: api.relationships.put(Relationship(room, "isPartOf", level)))
    where = Field("code") == room
    with pytest.raises(Conflict):
        ask(lambda api: api.twins.delete_where(where))
    expected = Deleted(matched=1, relationships_deleted=1)
    assert ask(lambda api: api.twins.delete_where(where, cascade=True, dry_run=True)) == expected
    assert ask(lambda api: api.twins.count(where)) == 1
    assert ask(lambda api: api.twins.delete_where(where, cascade=True)) == expected
    assert ask(lambda api: api.twins.count(where)) == 0


def test_every_relationship_of_a_filter_is_deleted(ask: Ask, new_id: Callable[[], str]) -> None:
    """Those for which all holds that is given, and only where it is no dry run."""
    room, level, other = new_id(), new_id(), new_id()
    ask(lambda api: api.twins.put(Twin(room, ROOM, {"code": room})))
    ask(lambda api: api.twins.put(Twin(level, LEVEL, {"code": level})))
    ask(lambda api: api.twins.put(Twin(other, LEVEL)))
    kept = ask(lambda api: api.relationships.put(Relationship(room, "isPartOf", other)))
    gone = ask(lambda api: api.relationships.put(Relationship(room, "isPartOf", level)))
    of_room, to_level = Field("code") == room, Field("code") == level
    assert ask(lambda api: api.relationships.delete_where(source=of_room, dry_run=True)) == 2
    assert ask(lambda api: api.relationships.delete_where(source=of_room, names=["isFedBy"])) == 0
    assert ask(lambda api: api.relationships.delete_where(source=of_room, target=to_level)) == 1
    assert [one.id for one in ask(lambda api: api.relationships.outgoing(room))] == [kept.id]
    assert ask(lambda api: api.relationships.delete_where(ids=[str(kept.id), str(gone.id)])) == 1
    assert ask(lambda api: api.relationships.outgoing(room)) == ()


def test_no_filter_is_not_every_twin(ask: Ask) -> None:
    """A filter that is forgotten changes nothing."""
    with pytest.raises(Invalid, match="filter"):
        ask(lambda api: api.twins.delete_where(None))
    with pytest.raises(Invalid, match="filter"):
        ask(lambda api: api.twins.patch_where({}, []))
    with pytest.raises(Invalid, match="filter"):
        ask(lambda api: api.relationships.delete_where())


def test_relationships_have_entity_tags(ask: Ask, new_id: Callable[[], str]) -> None:
    """A relationship is only deleted where it is still what was read, if that is asked for."""
    room = new_id()
    ask(lambda api: api.twins.put(Twin(room, ROOM)))
    wanted = Relationship(room, "isPartOf", "TW-DD-II-L01")
    put = ask(lambda api: api.relationships.put(wanted, if_none_match="*"))
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.relationships.put(wanted, if_none_match="*"))
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.relationships.delete(room, put.id, if_match='"another"'))
    ask(lambda api: api.relationships.delete(room, put.id, if_match=put.etag))
