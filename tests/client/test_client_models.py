"""Models over HTTP."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.client.asking import Ask

from twinhaus_client import Twin, dtmi
from twinhaus_client.errors import Conflict, Invalid, NotFound, PreconditionFailed


@pytest.fixture
def interface(new_id: Callable[[], str]) -> dict[str, Any]:
    """A model that no other test uses."""
    return {
        "@context": "dtmi:dtdl:context;3",
        "@id": f"dtmi:client:{new_id().replace('-', '')};1",
        "@type": "Interface",
        "displayName": {"en": "A kind of room"},
        "extends": dtmi("Room"),
    }


def test_models_are_added_read_and_deleted(ask: Ask, interface: dict[str, Any]) -> None:
    """A model that is added is listed below those it extends, with its definition where that is asked for."""
    model_id = interface["@id"]
    (added,) = ask(lambda api: api.models.add([interface]))
    assert (added.id, added.display_name) == (model_id, {"en": "A kind of room"})
    assert ask(lambda api: api.models.add([interface])) == (added,)
    got = ask(lambda api: api.models.get(model_id))
    assert json.loads(got.definition) == interface
    listed = {one.id: one for one in ask(lambda api: api.models.list(dtmi("Room")))}
    assert listed.keys() >= {dtmi("Room"), model_id}
    assert listed[model_id].definition is None
    whole = ask(lambda api: api.models.list(model_id, include_definitions=True))
    assert whole == (got,)
    with pytest.raises(PreconditionFailed):
        ask(lambda api: api.models.delete(model_id, if_match='"another"'))
    ask(lambda api: api.models.delete(model_id, if_match=got.etag))
    with pytest.raises(NotFound):
        ask(lambda api: api.models.get(model_id))


def test_a_decommissioned_model_takes_no_new_twins(
    ask: Ask, interface: dict[str, Any], new_id: Callable[[], str]
) -> None:
    """A model can be put out of service, and back."""
    model_id = interface["@id"]
    ask(lambda api: api.models.add([interface]))
    assert ask(lambda api: api.models.decommission(model_id)).is_decommissioned
    twin = Twin(new_id(), model_id)
    with pytest.raises(Invalid, match="decommissioned"):
        ask(lambda api: api.twins.put(twin))
    assert not ask(lambda api: api.models.decommission(model_id, decommissioned=False)).is_decommissioned
    ask(lambda api: api.twins.put(twin))


def test_models_that_are_wrong_are_refused(ask: Ask, interface: dict[str, Any]) -> None:
    """A model that breaks a rule is named, and a stored one does not become another."""
    with pytest.raises(Invalid) as raised:
        ask(lambda api: api.models.add([{**interface, "contents": [{"@type": "Property", "name": "x"}]}]))
    assert raised.value.errors
    ask(lambda api: api.models.add([interface]))
    with pytest.raises(Conflict):
        ask(lambda api: api.models.add([{**interface, "displayName": "Another"}]))


def test_metrics_are_text(ask: Ask) -> None:
    """The counters of the server are as Prometheus reads them."""
    assert "# TYPE " in ask(lambda api: api.service.metrics())
