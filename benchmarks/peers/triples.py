"""The portfolio as RDF: a property for each path in contents and each name of relationships; models are classes.

A twin also has its text, so that an answer is as whole as everyone's, and its place in the order of lists.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from benchmarks.peers.files import Files, Scalar, scalars_of

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS_OF = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
ID, NUMBER, UPDATED, DOCUMENT = (f"<urn:twinhaus:{name}>" for name in ("id", "number", "updated", "document"))
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "double"}


@lru_cache(maxsize=65_536)
def twin_iri(twin_id: str) -> str:
    """The name of a twin."""
    return f"<urn:twin:{quote(twin_id)}>"


@lru_cache(maxsize=4_096)
def model_iri(model_id: str) -> str:
    """The name of a class."""
    return f"<{model_id}>"


@lru_cache(maxsize=4_096)
def property_iri(path: tuple[str, ...]) -> str:
    """What leads from a twin to the values at a path."""
    return f"<urn:property:{'.'.join(map(quote, path))}>"


@lru_cache(maxsize=4_096)
def relationship_iri(name: str) -> str:
    """What leads from one twin to another."""
    return f"<urn:relationship:{quote(name)}>"


def literal(value: Scalar) -> str:
    """A value as N-Triples and SPARQL write it."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"'
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return f'"{text}"^^<{_XSD}{_TYPES[type(value)]}>'


def lines(files: Files) -> Iterator[str]:
    """All of it in N-Triples."""
    for model in files.models():
        for base in model["bases"]:
            yield f"{model_iri(model['id'])} {SUBCLASS_OF} {model_iri(base)} .\n"
    for twin in files.twins():
        yield from _twin_lines(twin)
    for link in files.relationships():
        source, target = twin_iri(link["source"]), twin_iri(link["target"])
        yield f"{source} {relationship_iri(link['name'])} {target} .\n"


def _twin_lines(twin: dict[str, Any]) -> Iterator[str]:
    subject = twin_iri(twin["id"])
    yield f"{subject} {RDF_TYPE} {model_iri(twin['model'])} .\n"
    for predicate, name in ((ID, "id"), (NUMBER, "number"), (UPDATED, "updated"), (DOCUMENT, "document")):
        yield f"{subject} {predicate} {literal(twin[name])} .\n"
    for path, value in scalars_of(twin["contents"]):
        yield f"{subject} {property_iri(path)} {literal(value)} .\n"
