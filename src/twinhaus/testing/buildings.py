"""Portfolios of any size, valid against the starter ontology: for the demo, the tests and the benchmarks.

A portfolio is the beginning of one endless stream of twins, the same every time, each related to twins before
it. Asking for a number of twins cuts the stream there: every portfolio is whole, and a small one begins every
larger one. First come companies and a piece of land, with the 14th twin the building `BLDG-1` (some 2,100
twins: its plant, then level by level), then ever more buildings of many sizes. Ids say where a thing is, such
as `BLDG-1-L02-R007`.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from twinhaus import strictjson
from twinhaus.strictjson import JsonObject
from twinhaus.testing.portfolio import Link, Thing, things, unique_id

_BRICK_VERSION = "1.3"


def iter_twins(twins: int, *, seed: int = 1) -> Iterator[JsonObject]:
    """Exactly so many twins, in the shape of PUT /twins."""
    return (_twin(thing, seed) for thing in islice(things(seed), twins))


def iter_relationships(twins: int, *, seed: int = 1) -> Iterator[JsonObject]:
    """All relationships among as many twins of `iter_twins`, in the shape of PUT /twins/relationships."""
    return (_relationship(link) for thing in islice(things(seed), twins) for link in thing.links)


def write_ndjson(folder: Path, *, twins: int, seed: int = 1) -> tuple[Path, Path]:
    """Write twins.ndjson and relationships.ndjson into the folder, one object a line; answers both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    twins_path, relationships_path = folder / "twins.ndjson", folder / "relationships.ndjson"
    with twins_path.open("wb") as twins_file, relationships_path.open("wb") as relationships_file:
        for thing in islice(things(seed), twins):
            twins_file.write(strictjson.write(_twin(thing, seed)) + b"\n")
            for link in thing.links:
                relationships_file.write(strictjson.write(_relationship(link)) + b"\n")
    return twins_path, relationships_path


def _twin(thing: Thing, seed: int) -> JsonObject:
    key = unique_id(thing.id, seed)
    external = f"{thing.model[:3].upper()}{key[:8]}{key[-12:]}"
    contents: JsonObject = {
        "name": thing.name,
        "uniqueID": key,
        "externalID": external,
        "mappedIds": [
            {
                "exactType": "ExternalIdentity",
                "scope": "ORG",
                "scopeId": "ORG1",
                "value": f"urn:twinhaus:twin:id:{thing.id}",
            }
        ],
        "externalIds": {"mappingKey": f"msrc:///CON1@twinhaus-source/twin/{thing.id}"},
    }
    if thing.site:
        contents["siteID"] = unique_id(thing.site, seed)
    if thing.brick:
        code = f"dtmi:org:brickschema:schema:Brick:{thing.brick};1"
        contents["alternateClassification"] = {"brickSchema": {"version": _BRICK_VERSION, "code": code}}
    contents.update(thing.detail)
    return {"id": thing.id, "modelId": f"dtmi:com:willowinc:{thing.model};1", "contents": contents}


def _relationship(link: Link) -> JsonObject:
    relationship: JsonObject = {"sourceId": link.source, "targetId": link.target, "name": link.name}
    if link.substance:
        relationship["properties"] = {"substance": link.substance}
    return relationship
