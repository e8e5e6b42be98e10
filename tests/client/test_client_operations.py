"""Every operation, by both clients, on a real server."""

from collections.abc import Callable

import pytest
from tests.client.asking import Ask

from twinhaus_client import Field, Related, Relationship, Twin, dtmi, model
from twinhaus_client.errors import Conflict, Invalid, NotFound, PreconditionFailed

LEVEL = dtmi("Level")
ROOM = dtmi("Room")


def test_a_twin_comes_back_as_it_was_put(ask: Ask, new_id: Callable[[], str]) -> None:
    """A twin that is put and one that is got are the same value, with the server's time and entity tag."""
    put = ask(lambda api: api.twins.put(Twin(new_id(), LEVEL, {"code": "L07", "levelNumber": 7})))
    assert put.contents["code"] == "L07"
    assert put.etag.startswith('"')
    assert put.updated.tzinfo is not None
    got = ask(lambda api: api.twins.get(put.id))
    assert (got, got.etag) == (put, put.etag)


def test_the_contracts_own_objects_can_be_put(ask: Ask, new_id: Callable[[], str]) -> None:
    """A twin and a relationship may be the JSON objects that the API has for them, as in bulk."""
    level = ask(lambda api: api.twins.put({"id": new_id(), "modelId": LEVEL, "contents": {"code": "L07"}}))
    room = ask(lambda api: api.twins.put({"id": new_id(), "modelId": ROOM}))
    link = {"sourceId": room.id, "targetId": level.id, "name": "isPartOf"}
    put = ask(lambda api: api.relationships.put(link))
    assert put == Relationship(room.id, "isPartOf", level.id, id=put.id)
    assert ask(lambda api: api.twins.get(level.id)).contents["code"] == "L07"


@pytest.mark.parametrize(
    "twin_id", ["a/b", "100%", "é%2F?#", ".", "..", "a b+c;d=e&f", "\u2028", "😀", "x\\y"]
)
def test_any_id_is_one(twin_id: str, ask: Ask) -> None:
    """An id may hold what means something in a URL."""
    ask(lambda api: api.twins.put(Twin(twin_id, LEVEL)))
    assert ask(lambda api: api.twins.get(twin_id)).id == twin_id
    ask(lambda api: api.twins.delete(twin_id))


@pytest.mark.parametrize("twin_id", ["bulk", "count", "graph", "ids", "relationships"])
def test_a_twin_may_be_called_as_an_operation_is(twin_id: str, ask: Ask, new_id: Callable[[], str]) -> None:
    """`/twins/count` is the contract's, and a twin of that name is read, changed, linked and deleted all the same."""
    level = ask(lambda api: api.twins.put(Twin(new_id(), LEVEL)))
    ask(lambda api: api.twins.put(Twin(twin_id, ROOM)))
    link = ask(lambda api: api.relationships.put(Relationship(twin_id, "isPartOf", level.id)))
    assert ask(lambda api: api.relationships.get(twin_id, link.id)) == link
    patch = [{"op": "add", "path": "/contents/code", "value": "C1"}]
    assert ask(lambda api: api.twins.patch(twin_id, patch)).contents["code"] == "C1"
    assert ask(lambda api: api.twins.get(twin_id)).id == twin_id
    ask(lambda api: api.twins.delete(twin_id, cascade=True))
    with pytest.raises(NotFound):
        ask(lambda api: api.twins.get(twin_id))


def test_a_twin_that_did_not_change_is_not_sent_again(ask: Ask, new_id: Callable[[], str]) -> None:
    """With its entity tag a twin is asked for only where it changed."""
    put = ask(lambda api: api.twins.put(Twin(new_id(), LEVEL)))
    assert ask(lambda api: api.twins.get_if_changed(put.id, put.etag)) is None
    changed = ask(lambda api: api.twins.put(Twin(put.id, LEVEL, {"code": "L1"})))
    assert ask(lambda api: api.twins.get_if_changed(put.id, put.etag)) == changed


def test_conditions_hold_a_write_back(ask: Ask, new_id: Callable[[], str]) -> None:
    """`if_none_match="*"` only creates, and `if_match` only writes what was read."""
    twin = Twin(new_id(), LEVEL)
    put = ask(lambda api: api.twins.put(twin, if_none_match="*"))
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.twins.put(twin, if_none_match="*"))
    ask(lambda api: api.twins.put(twin, if_match=put.etag))
    with pytest.raises(PreconditionFailed) as raised:
        ask(lambda api: api.twins.delete(twin.id, if_match=put.etag))
    assert not raised.value.may_have_been_applied


def test_every_fault_is_named(ask: Ask, new_id: Callable[[], str]) -> None:
    """An invalid twin raises what is wrong at which path, also in its text."""
    with pytest.raises(Invalid) as raised:
        ask(lambda api: api.twins.put(Twin(new_id(), LEVEL, {"levelNumber": "3", "nonsense": 1})))
    assert raised.value.errors.keys() == {"contents.levelNumber", "contents.nonsense"}
    assert 'levelNumber expects an integer; got the string "3"' in str(raised.value)
    assert raised.value.code == "invalid-request"
    assert raised.value.request_id is not None


def test_what_is_not_there_is_not_found(ask: Ask, new_id: Callable[[], str]) -> None:
    """An unknown id raises NotFound, with the problem of the server."""
    with pytest.raises(NotFound, match="There is no twin") as raised:
        ask(lambda api: api.twins.get(new_id()))
    assert raised.value.problem["status"] == raised.value.status == 404


def test_relationships_are_put_read_and_deleted(ask: Ask, new_id: Callable[[], str]) -> None:
    """A relationship has the id that the server gives it, and is found from both of its twins."""
    room, level = new_id(), new_id()
    ask(lambda api: api.twins.put(Twin(room, ROOM)))
    ask(lambda api: api.twins.put(Twin(level, LEVEL)))
    wanted = Relationship(room, "isPartOf", level)
    put = ask(lambda api: api.relationships.put(wanted))
    assert put.id == f"{room}_isPartOf_{level}"
    assert ask(lambda api: api.relationships.get(room, put.id)) == put
    assert ask(lambda api: api.relationships.outgoing(room)) == (put,)
    assert ask(lambda api: api.relationships.incoming(level)) == (put,)
    assert ask(lambda api: api.relationships.incoming(room)) == ()
    assert ask(lambda api: api.relationships.list(room, "Outgoing")) == [put]
    with_relationships = ask(lambda api: api.twins.get(level, include_relationships=True))
    assert with_relationships.incoming_relationships == (put,)
    assert with_relationships.outgoing_relationships == ()
    assert ask(lambda api: api.twins.get(level)).incoming_relationships is None
    with pytest.raises(Conflict):
        ask(lambda api: api.twins.delete(level))
    ask(lambda api: api.relationships.delete(level, put.id))
    ask(lambda api: api.twins.delete(level))
    ask(lambda api: api.relationships.put(Relationship(room, "isPartOf", "TW-DD-II-L01")))
    ask(lambda api: api.twins.delete(room, cascade=True))


def test_properties_of_relationships_come_back(ask: Ask) -> None:
    """A relationship may have properties, which its id names."""
    wanted = Relationship("AHU-1", "isFedBy", "Chiller-1", {"substance": "ChilledWater"})
    put = ask(lambda api: api.relationships.put(wanted))
    assert put.properties == {"substance": "ChilledWater"}
    assert put.id == "AHU-1_isFedBy_substance_ChilledWater_Chiller-1"


def test_twins_are_counted(ask: Ask) -> None:
    """A count is the length of the list."""
    where = model("Space")
    assert ask(lambda api: api.twins.count(where)) == len(ask(lambda api: api.twins.list(where))) > 3


def test_many_are_got_by_their_ids(ask: Ask) -> None:
    """Twins come in the order of their ids, each once; unknown ids are left out, and no number is too large."""
    ids = ["Room-L01-100", *(f"unknown-{number}" for number in range(2_500)), "BLDG-1", "Room-L01-100"]
    found = ask(lambda api: api.twins.get_many(iter(ids)))
    assert [twin.id for twin in found] == ["Room-L01-100", "BLDG-1"]
    assert found[0].outgoing_relationships is None
    (building,) = ask(lambda api: api.twins.get_many(["BLDG-1"], include_relationships=True))
    assert building.incoming_relationships
    assert ask(lambda api: api.twins.get_many([])) == []


def test_a_graph_is_a_tree_of_twins(ask: Ask) -> None:
    """Each step's twins stand under its alias, also where there are none."""
    points = Related("points", "isCapabilityOf", "Incoming", model("Sensor"))
    steps = (
        Related("Parts", ["isPartOf"], "Incoming", then=points),
        Related("parts", "isPartOf", "Incoming", model("Room").exactly()),
    )
    found = ask(lambda api: api.twins.graph("BLDG-1", *steps, alias="Building"))
    assert found.twin.id == "BLDG-1"
    assert found.related["Parts"]
    assert all(part.related.keys() == {"points"} for part in found.related["Parts"])
    assert found.related["parts"] == ()
    with pytest.raises(NotFound):
        ask(lambda api: api.twins.graph("nothing"))


def test_a_schema_describes_a_models_twins(ask: Ask) -> None:
    """The JSON Schema of a model can be asked for."""
    assert "contents" in ask(lambda api: api.models.schema(LEVEL))["properties"]
    with pytest.raises(NotFound):
        ask(lambda api: api.models.schema(dtmi("Nonsense")))


def test_the_service_answers(ask: Ask) -> None:
    """The process, its store and its contract can be asked for."""
    assert ask(lambda api: api.service.health()) == {"status": "ok"}
    assert ask(lambda api: api.service.readiness())["models"] > 60
    assert "/twins" in ask(lambda api: api.service.openapi())["paths"]


def test_a_filter_may_be_the_contracts_own(ask: Ask) -> None:
    """Whatever the contract has can be sent as JSON, too."""
    where = {"locationFilter": {"locationId": "Room-L01-100"}}
    assert "Room-L01-100" in [twin.id for twin in ask(lambda api: api.twins.list(where))]
    field = Field("code") == "L01"
    assert ask(lambda api: api.twins.list(field)) == ask(lambda api: api.twins.list(field.body()))
