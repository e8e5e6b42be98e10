"""The published contract is true to the seeds: every field, type, required mark, enum and limit of theirs is in it."""

from typing import Any

import pytest
from tests.contract.document import DOCUMENT, resolve

_NULL, _TEXT, _BOOLEAN = "null", "string", "boolean"
_SEED_FIELDS = [
    ("PutTwinRequest.id", {_TEXT}, True),
    ("PutTwinRequest.modelId", {_TEXT}, True),
    ("PutTwinRequest.lastUpdateTime", {_TEXT, _NULL}, False),
    ("PutTwinRequest.contents", {"object"}, False),
    ("Twin.id", {_TEXT}, True),
    ("Twin.modelId", {_TEXT}, True),
    ("Twin.lastUpdateTime", {_TEXT, _NULL}, False),
    ("Twin.contents", {"object"}, False),
    ("ListTwinsRequest.modelFilter", {"object"}, False),
    ("ListTwinsRequest.relationshipFilter", {"object"}, False),
    ("ListTwinsRequest.locationFilter", {"object"}, False),
    ("ListTwinsRequest.dateFilter", {"object"}, False),
    ("ListTwinsRequest.propertyFilter", {"object"}, False),
    ("ListTwinsRequest.include", {"object"}, False),
    ("ListTwinsRequest.pageSize", {"integer"}, False),
    ("ListTwinsRequest.continuationToken", {_TEXT, _NULL}, False),
    ("ModelFilter.modelIds", {"array"}, False),
    ("ModelFilter.exactModelMatch", {_BOOLEAN}, False),
    ("RelationshipFilter.relationshipDirection", {_TEXT}, False),
    ("RelationshipFilter.relationshipNames", {"array", _NULL}, False),
    ("RelationshipFilter.relatedModelFilter", {"object"}, False),
    ("LocationFilter.locationId", {_TEXT, _NULL}, False),
    ("DateFilter.lastUpdatedAfter", {_TEXT, _NULL}, False),
    ("DateFilter.lastUpdatedBefore", {_TEXT, _NULL}, False),
    ("PropertyFilter.field", {_TEXT, _NULL}, False),
    ("PropertyFilter.operator", {_TEXT, _NULL}, False),
    ("PropertyFilter.value", {_TEXT, "number", _BOOLEAN, "array", "object"}, False),
    ("PropertyFilter.filterConditionOperator", {_TEXT}, False),
    ("PropertyFilter.filters", {"array"}, False),
    ("Include.outgoingRelationships", {_BOOLEAN}, False),
    ("Include.incomingRelationships", {_BOOLEAN}, False),
    ("TwinPage.content", {"array"}, False),
    ("TwinPage.continuationToken", {_TEXT, _NULL}, False),
    ("ListedTwin.id", {_TEXT}, True),
    ("ListedTwin.modelId", {_TEXT}, True),
    ("ListedTwin.lastUpdateTime", {_TEXT, _NULL}, False),
    ("ListedTwin.contents", {"object"}, False),
    ("ListedTwin.incomingRelationships", {"array"}, False),
    ("ListedTwin.outgoingRelationships", {"array"}, False),
    ("Relationship.id", {_TEXT}, False),
    ("Relationship.targetId", {_TEXT}, True),
    ("Relationship.sourceId", {_TEXT}, True),
    ("Relationship.name", {_TEXT}, True),
    ("Relationship.properties", {"object"}, False),
    ("Problem.type", {_TEXT, _NULL}, False),
    ("Problem.title", {_TEXT, _NULL}, False),
    ("Problem.status", {"integer", _NULL}, False),
    ("Problem.detail", {_TEXT, _NULL}, False),
    ("Problem.instance", {_TEXT, _NULL}, False),
    ("Problem.errors", {"object"}, False),
]


def _types(schema: dict[str, Any]) -> set[str]:
    resolved = resolve(schema)
    if "type" not in resolved:
        return {type_ for one in resolved["anyOf"] for type_ in _types(one)}
    found = resolved["type"]
    return {found} if isinstance(found, str) else set(found)


@pytest.mark.parametrize(
    ("field", "types", "required"),
    _SEED_FIELDS,
    ids=lambda value: "-".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_field_of_the_seeds(field: str, types: set[str], required: bool) -> None:
    """A field of the seeds is in the document, with its types (null may be added), and required where it is there."""
    name, member = field.split(".")
    schema = DOCUMENT["components"]["schemas"][name]
    assert types <= _types(schema["properties"][member]) <= types | {_NULL}
    assert not required or member in schema["required"]


def test_enums_and_limits_of_the_seeds() -> None:
    """Directions, condition operators, the twenty relationship names and the page size are the seeds' own."""
    schemas = DOCUMENT["components"]["schemas"]
    direction = schemas["RelationshipFilter"]["properties"]["relationshipDirection"]["enum"]
    joined_by = schemas["PropertyFilter"]["properties"]["filterConditionOperator"]["enum"]
    page_size = schemas["ListTwinsRequest"]["properties"]["pageSize"]
    assert direction == ["Incoming", "Outgoing", "IncomingOrOutgoing", None]
    assert joined_by == ["And", "Or", None]
    assert (page_size["minimum"], page_size["maximum"]) == (1, 1000)
    assert set(schemas["RelationshipName"]["anyOf"][0]["enum"]) == {
        "isPartOf", "isDocumentOf", "hasDocument", "isCapabilityOf", "locatedIn", "hostedBy", "includedIn", "servedBy",
        "leasee", "hasLease", "locatedInGridRegion", "isParameterOf", "isFedBy", "subMeterOf", "serves", "ownedBy",
        "manufacturedBy", "serviceResponsibility", "installedBy", "servicedBy",
    }  # fmt: skip
