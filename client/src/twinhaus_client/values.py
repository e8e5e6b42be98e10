"""The nouns of the API, as frozen values."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

import httpx

from twinhaus_client.calls import Json, JsonObject, Page
from twinhaus_client.reading import Members, array, json_of
from twinhaus_client.tables import flatten

Direction: TypeAlias = Literal["Incoming", "Outgoing", "IncomingOrOutgoing"]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one twin to another. Its id is the server's to make, so a new one needs none."""

    source_id: str
    name: str
    target_id: str
    properties: JsonObject = field(default_factory=dict)
    id: str | None = None
    etag: str | None = field(default=None, compare=False)

    def to_json(self) -> JsonObject:
        """As `PUT /twins/relationships` takes it."""
        body = {"sourceId": self.source_id, "targetId": self.target_id, "name": self.name}
        return {**body, "properties": self.properties} if self.properties else body


@dataclass(frozen=True, slots=True)
class Twin:
    """A twin. `contents` are its properties and components by name, as they are in JSON.

    `last_update_time` is the server's own text, exact to 100 nanoseconds; `updated` is the same as a datetime. The
    relationships are None where they were not asked for. `etag` is there where one twin was asked for by its id.
    """

    id: str
    model_id: str
    contents: JsonObject = field(default_factory=dict)
    last_update_time: str | None = None
    outgoing_relationships: tuple[Relationship, ...] | None = None
    incoming_relationships: tuple[Relationship, ...] | None = None
    etag: str | None = field(default=None, compare=False)

    @property
    def updated(self) -> datetime | None:
        """When it was last written, to a microsecond."""
        return None if self.last_update_time is None else datetime.fromisoformat(self.last_update_time)

    def row(self) -> dict[str, Json]:
        """As a row of a table: its own columns, and its contents by their paths."""
        own = {"id": self.id, "modelId": self.model_id, "lastUpdateTime": self.last_update_time}
        return {**own, **flatten(self.contents, tuple(own))}

    def to_json(self) -> JsonObject:
        """As `PUT /twins` takes it."""
        return {"id": self.id, "modelId": self.model_id, "contents": self.contents}


@dataclass(frozen=True, slots=True)
class Model:
    """A DTDL model. `definition` is its JSON text, or None where it was not asked for."""

    id: str
    display_name: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    definition: str | None = None
    upload_time: str | None = None
    is_decommissioned: bool = False
    etag: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Patched:
    """How many twins a filter found, and how many of them the patch changed, or would change in a dry run."""

    matched: int
    changed: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many twins a filter found, and how many relationships went with them, or would go in a dry run."""

    matched: int
    relationships_deleted: int


def read_relationship(value: Json) -> Relationship:
    """A relationship of an answer."""
    members = Members(value, "a relationship")
    return Relationship(
        source_id=members.text("sourceId"),
        name=members.text("name"),
        target_id=members.text("targetId"),
        properties=members.get("properties", {}),
        id=members.get("id"),
    )


def read_twin(value: Json) -> Twin:
    """A twin of an answer."""
    members = Members(value, "a twin")
    return Twin(
        id=members.text("id"),
        model_id=members.text("modelId"),
        contents=members.get("contents", {}),
        last_update_time=members.get("lastUpdateTime"),
        outgoing_relationships=members.array_or_none("outgoingRelationships", read_relationship),
        incoming_relationships=members.array_or_none("incomingRelationships", read_relationship),
    )


def read_model(value: Json) -> Model:
    """A model of an answer."""
    members = Members(value, "a model")
    return Model(
        id=members.text("id"),
        display_name=members.get("displayName", {}),
        description=members.get("description", {}),
        definition=members.get("modelDefinition"),
        upload_time=members.get("uploadTime"),
        is_decommissioned=members.get("decommissioned", False),
    )


def read_patched(value: Json) -> Patched:
    """The report of a patch of many twins."""
    members = Members(value, "a report")
    return Patched(members.number("matched"), members.number("changed"))


def read_deleted(value: Json) -> Deleted:
    """The report of a deletion of many twins."""
    members = Members(value, "a report")
    return Deleted(members.number("matched"), members.number("relationshipsDeleted"))


def read_matched(value: Json) -> int:
    """How many a filter found, of the report of a deletion of many relationships."""
    return Members(value, "a report").number("matched")


def tagged_twin(response: httpx.Response) -> Twin:
    """The twin of an answer, with its entity tag."""
    return replace(read_twin(json_of(response)), etag=response.headers.get("ETag"))


def tagged_relationship(response: httpx.Response) -> Relationship:
    """The relationship of an answer, with its entity tag."""
    return replace(read_relationship(json_of(response)), etag=response.headers.get("ETag"))


def page_of_twins(response: httpx.Response) -> Page[Twin]:
    """A page of a list."""
    members = Members(json_of(response), "a page")
    return Page(array(members.get("content"), read_twin), members.get("continuationToken"))


def linked_page(response: httpx.Response) -> Page[Relationship]:
    """A page of a twin's relationships, whose token stands in its link to the next."""
    url = response.links.get("next", {}).get("url", "")
    return Page(array(json_of(response), read_relationship), httpx.URL(url).params.get("continuationToken"))


def tagged_model(response: httpx.Response) -> Model:
    """The model of an answer, with its entity tag."""
    return replace(read_model(json_of(response)), etag=response.headers.get("ETag"))
