"""Records of Project Haystack as triples, by phable, which is imported only with this module.

A marker is a class, a reference a node, any other value a literal; a number with a unit, or a coordinate, a node of its
own with two of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import count
from typing import Any, BinaryIO
from typing import Literal as Choice

from phable.io.ph_json import ph_from_json
from phable.io.ph_zinc import ph_from_zinc
from phable.kinds import Coord, Grid, Marker, Number, Ref, Symbol, Uri, XStr

from twinhaus.errors import Fault, Invalid
from twinhaus.transfer.translation.ids import of_reference
from twinhaus.transfer.translation.tags import TAG
from twinhaus.transfer.translation.triples import TYPE, XSD, Literal, Node, Term

BYTES_MAX = 256 * 1024 * 1024  # Of a file; what is made of it takes ten times as much memory.
Format = Choice["zinc", "json"]

_NEARER = ("equipRef", "spaceRef")
_Facts = dict[Node, list[tuple[str, Term]]]
_READERS = {"zinc": ph_from_zinc, "json": ph_from_json}


def _leads_on(id_: object, reference: object) -> bool:
    """Whether a record's reference leads to another one."""
    return isinstance(reference, Ref) and not (isinstance(id_, Ref) and id_.val == reference.val)


class RecordReader:
    """Gathers what files say."""

    def __init__(self) -> None:
        self.graph: _Facts = {}
        self._parts = count(1)

    def read(self, file: BinaryIO, format_: Format) -> None:
        """Read one more file. Raises Invalid where it is not what it should be."""
        text = file.read(BYTES_MAX + 1)
        if len(text) > BYTES_MAX:
            raise Invalid(Fault("$", f"A file has at most {BYTES_MAX} bytes; import a part at a time"))
        for row in _rows(text, format_):
            self._add(row)

    def _add(self, row: Mapping[str, Any]) -> None:
        id_ = row.get("id")
        node = of_reference(id_.val) if isinstance(id_, Ref) else self._part()
        facts = self.graph.setdefault(node, [])
        if isinstance(id_, Ref) and id_.dis and "dis" not in row:
            facts.append((f"{TAG}dis", Literal(id_.dis)))
        for tag, value in row.items():
            is_implied = tag == "siteRef" and any(_leads_on(id_, row.get(one)) for one in _NEARER)
            if tag != "id" and value is not None and not is_implied:
                facts += self._facts(tag, value)

    def _facts(self, tag: str, value: Any) -> Iterator[tuple[str, Term]]:
        match value:
            case Marker():
                yield TYPE, TAG + tag
            case Ref():
                yield TAG + tag, of_reference(value.val)
            case Number(unit=str() as unit):
                yield TAG + tag, self._node(value=_number(value.val), unit=Literal(unit))
            case Coord():
                yield TAG + tag, self._node(lat=_number(float(value.lat)), lng=_number(float(value.lng)))
            case list():
                for one in value:
                    yield from self._facts(tag, one)
            case _:
                yield TAG + tag, _literal(value)

    def _node(self, **values: Term) -> Node:
        node = self._part()
        self.graph[node] = [(TAG + name, term) for name, term in values.items()]
        return node

    def _part(self) -> Node:
        return f"_:{next(self._parts)}"


def _rows(text: bytes, format_: Format) -> Iterable[Mapping[str, Any]]:
    try:
        value: Any = _READERS[format_](text.decode("utf-8-sig"))
    except Exception as error:  # Whatever it stumbles over, and it says no more than that.
        raise Invalid(Fault("$", f"Not Haystack's {format_}: {error!r}")) from error
    rows = value.rows if isinstance(value, Grid) else value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        raise Invalid(Fault("$", "Expected a grid, or a list of records"))
    if rows and not any(isinstance(row.get("id"), Ref) for row in rows):
        raise Invalid(Fault("$", "No record has an id that is a reference; JSON must be that of Haystack 4"))
    return rows


def _number(value: float) -> Literal:
    return Literal(repr(value))


def _literal(value: Any) -> Literal:
    match value:
        case bool():
            return Literal("true" if value else "false", f"{XSD}boolean")
        case Number():
            return _number(value.val)
        case datetime() | date() | time():
            return Literal(value.isoformat())
        case Uri() | Symbol() | XStr():
            return Literal(value.val)
        case str():
            return Literal(value)
        case _:
            return Literal(repr(value))  # A record or a grid within one, or a mark that there is no value.
