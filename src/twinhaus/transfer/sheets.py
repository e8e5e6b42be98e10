"""What the columns of a spreadsheet are: those of twins, and those of relationships."""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct

from twinhaus.dtdl import Registry
from twinhaus.dtdl.places import check_in_contents, check_in_properties
from twinhaus.dtdl.values import Check
from twinhaus.graph import METADATA
from twinhaus.storage.store import Reader
from twinhaus.strictjson import JsonObject
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, About, Kind

Told = Mapping[str, str]  # A row's members by name.
AboutRow = Callable[[Told, bool], About]
CheckOf = Callable[[Reader, Told, tuple[str, ...]], Check | None]


class Sheet(Struct, frozen=True):
    """Columns of their own for `members`, and one for each path below `root`.

    `about` is told the members, and whether there is nothing else in the row.
    """

    kind: Kind
    members: tuple[str, ...]
    root: str
    about: AboutRow
    rows: Callable[[Reader], Iterator[JsonObject]]
    check: CheckOf


def _twin_rows(reader: Reader) -> Iterator[JsonObject]:
    registry = reader.registry
    for twin in reader.each_twin():
        row: JsonObject = msgspec.json.decode(twin.document)
        row["contents"] = _own(registry, twin.model_id, row["contents"])
        yield row


def _own(registry: Registry, model_id: str, contents: JsonObject) -> JsonObject:
    """The contents without the server's `$metadata`, and without the components that are empty then."""
    known = registry.components(model_id) if model_id in registry else tuple(contents)
    components = {
        name for name in known if isinstance(contents.get(name), dict) and METADATA in contents[name]
    }
    own: JsonObject = {}
    for name, value in contents.items():
        if name not in components:
            own[name] = value
        elif len(value) > 1:
            own[name] = {key: inner for key, inner in value.items() if key != METADATA}
    return own


def _relationship_rows(reader: Reader) -> Iterator[JsonObject]:
    for relationship in reader.each_relationship():
        yield msgspec.json.decode(relationship.document)


def _check_of_twin(reader: Reader, told: Told, keys: tuple[str, ...]) -> Check | None:
    model_id = told.get("modelId", "")
    registry = reader.registry
    return check_in_contents(registry, model_id, keys) if model_id in registry else None


def _check_of_relationship(reader: Reader, told: Told, keys: tuple[str, ...]) -> Check | None:
    source_model = reader.find_model_of(told.get("sourceId", ""))
    registry = reader.registry
    if source_model is None or source_model not in registry:
        return None
    return check_in_properties(registry, source_model, told.get("name", ""), keys)


def _about_twin(told: Told, is_all: bool) -> About:
    return About((told.get("id", ""),), model_id=told.get("modelId", ""))


def _about_relationship(told: Told, is_all: bool) -> About:
    """What a property adds to the id depends on what the models say it is."""
    source_id, name, target_id = (told.get(key, "") for key in ("sourceId", "name", "targetId"))
    return About((source_id, target_id), "_".join((source_id, name, target_id)) if is_all else "")


TWIN_SHEET = Sheet(
    TWINS, ("id", "modelId", "lastUpdateTime"), "contents", _about_twin, _twin_rows, _check_of_twin
)
RELATIONSHIP_SHEET = Sheet(
    RELATIONSHIPS,
    ("id", "sourceId", "targetId", "name"),
    "properties",
    _about_relationship,
    _relationship_rows,
    _check_of_relationship,
)
SHEETS = {sheet.kind.name: sheet for sheet in (TWIN_SHEET, RELATIONSHIP_SHEET)}
