"""Triples as values: what a file of Turtle holds."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from msgspec import Struct

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SHACL = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

TYPE = f"{RDF}type"
STRING = f"{XSD}string"


class Literal(Struct, frozen=True, gc=False):
    """A value: its text, what the text is to be read as, and the language it is in, if it says so."""

    text: str
    datatype: str = STRING
    language: str = ""


Node: TypeAlias = str  # An IRI; or a blank node, which has a name within its file only: "_:" and that.
Term: TypeAlias = Node | Literal
Graph: TypeAlias = Mapping[Node, list[tuple[str, Term]]]  # What is said of each node: predicates and objects.


class Triple(NamedTuple):
    """One statement."""

    subject: Node
    predicate: str
    object: Term


def is_blank(node: Node) -> bool:
    """Whether the node has no name outside of its file."""
    return node.startswith("_:")


def objects(facts: Iterable[tuple[str, Term]], predicate: str) -> list[Term]:
    """The objects of a predicate."""
    return [term for known, term in facts if known == predicate]


def types_of(facts: Iterable[tuple[str, Term]]) -> tuple[str, ...]:
    """The classes a node is said to be of, each once, in the order of the file."""
    return tuple(dict.fromkeys(term for term in objects(facts, TYPE) if isinstance(term, str)))
