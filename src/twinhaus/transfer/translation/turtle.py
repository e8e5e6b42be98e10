"""Turtle in and out, by pyoxigraph, which is imported only with this module. Nothing is ever fetched for a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

import pyoxigraph

from twinhaus.errors import Fault, Invalid
from twinhaus.transfer.translation.triples import Literal, Node, Term, Triple

TRIPLES_MAX = 10_000_000  # Of all files together; they are held in memory, some 200 bytes each.
_TRIPLES_AT_ONCE = 5_000
_BASE = "file:///"  # What a relative IRI is below, in a file that does not say; no path of this machine.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TURTLE = pyoxigraph.RdfFormat.TURTLE

_Facts = dict[Node, list[tuple[str, Term]]]


class _Source:
    """A file that tells how far it was read, and begins without a byte order mark."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], None]) -> None:
        self._file = file
        self._advance = advance
        self._head = file.read(len(_BYTE_ORDER_MARK)).removeprefix(_BYTE_ORDER_MARK)

    def read(self, size: int = -1, /) -> bytes:
        head, self._head = self._head, b""
        piece = head or self._file.read(size)
        self._advance(len(piece))
        return piece


class TurtleReader:
    """Gathers what files say. `canonical` gives an IRI as the table has it, where that is another."""

    def __init__(self, canonical: Callable[[str], str]) -> None:
        self.graph: _Facts = {}
        self._canonical = canonical
        self._names: dict[str, str] = {}
        self._left = TRIPLES_MAX

    def read(self, file: BinaryIO, advance: Callable[[int], None]) -> None:
        """Read one more file. Raises Invalid, with the place in the file, where it is not Turtle."""
        try:
            # Blank nodes of two files may have the same names.
            source: Any = _Source(file, advance)  # All that is asked of a file is to be read.
            # IRIs of real buildings hold signs that an IRI must not, such as a % that encodes nothing: hence lenient.
            quads = pyoxigraph.parse(source, _TURTLE, base_iri=_BASE, rename_blank_nodes=True, lenient=True)
            for quad in quads:
                self._add(quad)
        except SyntaxError as error:
            message = str(error.msg).removeprefix("Parser error ")
            raise Invalid(Fault(f"line {error.lineno}", f"Not Turtle: {message}")) from error
        except MemoryError as error:
            raise Invalid(Fault("$", f"Not Turtle: one text is too long. {error}")) from error

    def _add(self, quad: pyoxigraph.Quad) -> None:
        self._left -= 1
        if self._left < 0:
            raise Invalid(Fault("$", f"There are more than {TRIPLES_MAX:,} triples; import a part at a time"))
        facts = self.graph.setdefault(self._node(quad.subject), [])
        facts.append((self._node(quad.predicate), self._term(quad.object)))

    def _term(self, term: object) -> Term:
        if isinstance(term, pyoxigraph.Literal):
            return Literal(term.value, self._name(term.datatype.value), term.language or "")
        return self._node(term)

    def _node(self, term: object) -> Node:
        if isinstance(term, pyoxigraph.NamedNode):
            return self._name(term.value)
        if isinstance(term, pyoxigraph.BlankNode):
            return f"_:{term.value}"
        raise Invalid(Fault("$", f"Statements about statements are not understood: {term}"))

    def _name(self, iri: str) -> str:
        """One text for each IRI: a building names its classes and rooms again and again."""
        known = self._names.get(iri)
        if known is None:
            known = self._names[iri] = self._canonical(iri)
        return known


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """Triples as a file of Turtle, in pieces."""
    remaining = map(_written, triples)
    is_first = True
    while piece := list(islice(remaining, _TRIPLES_AT_ONCE)):
        written = pyoxigraph.serialize(piece, format=_TURTLE, prefixes=dict(prefixes))
        assert written is not None  # It is, where there is no file to write to.
        # Every piece begins with the prefixes, which the file has already.
        yield written if is_first else b"".join(written.splitlines(keepends=True)[len(prefixes) :])
        is_first = False


def _written(triple: Triple) -> pyoxigraph.Triple:
    return pyoxigraph.Triple(
        _written_node(triple.subject), pyoxigraph.NamedNode(triple.predicate), _written_term(triple.object)
    )


def _written_term(term: Term) -> pyoxigraph.Literal | pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    if isinstance(term, str):
        return _written_node(term)
    if term.language:
        return pyoxigraph.Literal(term.text, language=term.language)
    return pyoxigraph.Literal(term.text, datatype=pyoxigraph.NamedNode(term.datatype))


def _written_node(node: Node) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    blank = node.removeprefix("_:")
    return pyoxigraph.NamedNode(node) if blank == node else pyoxigraph.BlankNode(blank)


def is_iri(text: str) -> bool:
    """Whether a text can stand in Turtle as an IRI of its own."""
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return True
