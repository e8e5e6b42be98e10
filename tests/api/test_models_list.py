"""GET /models and GET /models/{id}: what there is, by descent, in any spelling of an id, and kept by clients."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests import serving
from tests.api import models
from tests.api.asking import TWIN_TIME, faults
from tests.serving import LEVEL, Credentials, Served

from twinhaus import ontology
from twinhaus.api.routes import PREFIXES
from twinhaus.dtdl import Registry, load_models

REGISTRY: Registry = load_models([*ontology.documents(), *models.DOCUMENTS])
ROOM = models.willow("Room")


def listed(http: httpx.Client, **parameters: Any) -> list[dict[str, Any]]:
    """A legal list."""
    answer = http.get("/models", params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def got(http: httpx.Client, model_id: str) -> dict[str, Any]:
    """A model that is there."""
    answer = http.get(f"/models/{model_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("prefix", PREFIXES)
def test_all_models_are_listed_in_the_order_they_were_added(reading: httpx.Client, prefix: str) -> None:
    """Each once, with its names and texts by language, its time, and without its definition."""
    answer = reading.get(f"{prefix}/models")
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert [one["id"] for one in found] == list(REGISTRY.ids)
    for one in found:
        interface = REGISTRY.get_interface(one["id"])
        assert set(one) == {"id", "displayName", "description", "uploadTime", "decommissioned"}
        assert one["displayName"] == (dict(interface.display_name) or None)
        assert one["description"] == (dict(interface.description) or None)
        assert TWIN_TIME.fullmatch(one["uploadTime"])
        assert one["decommissioned"] is False


def test_a_plain_text_is_an_english_one(reading: httpx.Client) -> None:
    """A name or text that is a string in the model is an object with that string under "en"; none is null."""
    (level,) = [one for one in listed(reading) if one["id"] == LEVEL]
    definition = json.loads(REGISTRY.document(LEVEL))
    for name in ("displayName", "description"):
        given = definition.get(name)
        assert level[name] == (given if given is None or isinstance(given, dict) else {"en": given})
    (bare,) = [one for one in listed(reading) if one["id"] == models.BARE]
    assert (bare["displayName"], bare["description"]) == (None, None)


@pytest.mark.parametrize("spelt", ["includeModelDefinitions", "IncludeModelDefinitions"])
def test_definitions_come_when_asked_for(reading: httpx.Client, spelt: str) -> None:
    """As the JSON text that is stored, inside a string."""
    for one in listed(reading, **{spelt: "True"}):
        assert one["modelDefinition"] == REGISTRY.document(one["id"])
    assert "modelDefinition" not in listed(reading, includeModelDefinitions="false")[0]


@pytest.mark.parametrize(
    "root", [models.LEFT, models.BOTH, models.willow("Sensor"), models.willow("Space"), models.SAMPLER]
)
def test_a_root_and_all_that_extend_it(reading: httpx.Client, root: str) -> None:
    """At any depth and by any of several parents, the root included, in the order of the whole list."""
    wanted = [id_ for id_ in REGISTRY.ids if REGISTRY.is_kind_of(id_, root)]
    assert [one["id"] for one in listed(reading, rootModel=root)] == wanted


def test_an_unknown_root_has_no_models(reading: httpx.Client) -> None:
    """As an unknown model in a filter has no twins."""
    assert listed(reading, rootModel="dtmi:com:example:Nothing;1") == []


@pytest.mark.parametrize(
    ("parameters", "path", "words"),
    [
        ({"rootModel": "Level"}, "rootModel", '"Level" is not a model id'),
        ({"rootModel": ""}, "rootModel", "must not be empty"),
        ({"includeModelDefinitions": "yes"}, "includeModelDefinitions", 'got "yes"'),
        ({"includeModels": "true"}, "includeModels", "Did you mean"),
    ],
)
def test_what_cannot_be_listed(
    reading: httpx.Client, parameters: dict[str, str], path: str, words: str
) -> None:
    """A root that is no model id, and parameters that are none, are 400 at their names."""
    found = faults(reading.get("/models", params=parameters))
    assert words in found[path][0]


def test_all_that_is_wrong_with_a_list_is_said_at_once(reading: httpx.Client) -> None:
    """Parameters and headers together."""
    answer = reading.get("/models?rootModel=x&includeModelDefinitions=y", headers={"If-None-Match": "z"})
    assert faults(answer).keys() == {"rootModel", "includeModelDefinitions", "if-none-match"}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "spelt", [LEVEL, quote(LEVEL, safe=""), LEVEL.replace(";", "%3B"), LEVEL.replace(":", "%3a")]
)
def test_one_model_by_any_spelling_of_its_id(reading: httpx.Client, prefix: str, spelt: str) -> None:
    """Colons and the semicolon stand in the path as they are or encoded; the definition comes along."""
    answer = reading.get(f"{prefix}/models/{spelt}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    (in_list,) = [one for one in listed(reading, includeModelDefinitions=True) if one["id"] == LEVEL]
    assert answer.json() == in_list


def test_a_model_that_is_not_there(reading: httpx.Client) -> None:
    """An unknown one is a 404 that names it, what is no model id a 400 that says how one reads."""
    answer = reading.get("/models/dtmi:com:example:Nothing;1")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:twinhaus:problem:unknown-model"
    assert "dtmi:com:example:Nothing;1" in answer.json()["detail"]
    for id_ in ("level", "dtmi:com:willowinc:1Level;1", "dtmi:com:willowinc:Level%3B0"):
        assert "is not a model id" in faults(reading.get(f"/models/{id_}"))["modelId"][0]


@pytest.mark.parametrize("path", ["/models", f"/models?rootModel={ROOM}", f"/models/{ROOM}"])
def test_what_is_known_is_not_sent_again(reading: httpx.Client, path: str) -> None:
    """With its tag it is 304 without a body, with another 200; If-Match with another is 412."""
    first = reading.get(path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = reading.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = reading.get(path, headers={"If-None-Match": '"other"', "If-Match": tag})
    assert (other.status_code, other.content) == (200, first.content)
    assert reading.get(path, headers={"If-Match": '"other"'}).status_code == 412


def test_lists_that_differ_have_tags_that_differ(reading: httpx.Client) -> None:
    """By root and by whether definitions come along."""
    asked: tuple[dict[str, str], ...] = (
        {},
        {"rootModel": ROOM},
        {"includeModelDefinitions": "true"},
        {"rootModel": models.LEFT},
    )
    tags = {reading.get("/models", params=parameters).headers["etag"] for parameters in asked}
    assert len(tags) == len(asked)


def test_head_is_get_without_a_body(reading: httpx.Client) -> None:
    """HEAD answers with the headers of GET."""
    for path in ("/models", f"/models/{LEVEL}"):
        answers = [reading.request(method, path) for method in ("GET", "HEAD")]
        assert answers[1].content == b""
        for name in ("etag", "content-type", "content-length"):
            assert answers[0].headers[name] == answers[1].headers[name]


@pytest.mark.parametrize("path", ["/models", f"/models/{LEVEL}"])
def test_it_takes_the_scope_to_read_twins(read_only: Served, two_scopes: Credentials, path: str) -> None:
    """Without a token it is a 401, with one that may only write a 403, with one that may read a 200."""
    with serving.client(read_only.url) as http:
        assert http.get(path).status_code == 401
    for scope, status in (("twins:write", 403), ("twins:read", 200)):
        token = serving.get_token(read_only.url, two_scopes, scope=scope)
        with serving.client(read_only.url, token) as http:
            assert http.get(path).status_code == status
