"""Triples as records of Project Haystack: a grid in JSON, by phable, which is imported only with this module."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from phable.io.ph_json import ph_to_json
from phable.kinds import Coord, GridCol, Marker, Number, Ref

from twinhaus.transfer.translation.gaps import Gaps, Sort
from twinhaus.transfer.translation.ids import in_reference
from twinhaus.transfer.translation.tags import TAG
from twinhaus.transfer.translation.triples import TYPE, XSD, Literal, Node, Triple, is_blank

_RECORDS_AT_ONCE = 1_000
_Row = dict[str, Any]
_MARKER: Any = Marker()  # type: ignore[no-untyped-call]  # phable says nothing of how it is made.


def grid(triples: Iterable[Triple], gaps: Gaps) -> Iterator[bytes]:
    """All that is said of one thing after another, as a file in pieces. What no record can say is noted."""
    columns = {"id": None}
    yield b'{"_kind":"grid","meta":{"ver":"3.0"},"rows":[\n'
    rows: list[str] = []
    is_first = True
    for said in _by_thing(triples):
        row = _record(said, gaps)
        columns.update(dict.fromkeys(row))
        rows.append(ph_to_json(row))
        if len(rows) == _RECORDS_AT_ONCE:
            yield _joined(rows, is_first=is_first)
            rows, is_first = [], False
    if rows:
        yield _joined(rows, is_first=is_first)
    # Members have no order in JSON, and only now are all tags known.
    yield f'\n],"cols":{ph_to_json([GridCol(name) for name in columns])}}}\n'.encode()


def _joined(rows: list[str], *, is_first: bool) -> bytes:
    return ("" if is_first else ",\n").encode() + ",\n".join(rows).encode()


def _by_thing(triples: Iterable[Triple]) -> Iterator[list[Triple]]:
    said: list[Triple] = []
    for triple in triples:
        if said and not is_blank(triple.subject) and triple.subject != said[0].subject:
            yield said
            said = []
        said.append(triple)
    if said:
        yield said


def _record(said: list[Triple], gaps: Gaps) -> _Row:
    thing = said[0].subject
    row: _Row = {"id": Ref(in_reference(thing))}
    values: _Row = {}
    refs: dict[str, list[Ref]] = defaultdict(list)
    parts: dict[str, _Row] = defaultdict(dict)
    tags: dict[Node, str] = {}
    for subject, predicate, term in said:
        tag = predicate.removeprefix(TAG)
        if isinstance(term, Literal):
            (parts[tags[subject]] if subject in tags else values)[tag] = _value(term)
        elif is_blank(term):
            tags[term] = tag
        elif predicate == TYPE:
            row[term.removeprefix(TAG)] = _MARKER
        else:
            refs[tag].append(Ref(in_reference(term)))
    row.update(values)
    row.update({tag: found[0] if len(found) == 1 else found for tag, found in refs.items()})
    for tag, part in parts.items():
        whole = _whole({"value": values.get(tag), **part})
        if whole is None:
            gaps.note(Sort.CONTENTS, thing, place=f"{tag} without what belongs to it")
        else:
            row[tag] = whole
    return row


def _whole(part: _Row) -> Number | Coord | None:
    """What is said of a number or of a coordinate in several values; None where one is missing."""
    match part:
        case {"value": Number(val=value), "unit": str(unit)}:
            return Number(value, unit)
        case {"value": Number() as number} if len(part) == 1:
            return number
        case {"lat": Number(val=lat), "lng": Number(val=lng)}:
            return Coord(Decimal(lat), Decimal(lng))
        case _:
            return None


def _value(literal: Literal) -> bool | str | Number:
    match literal.datatype.removeprefix(XSD):
        case "boolean":
            return literal.text == "true"
        case "integer":
            return Number(int(literal.text))
        case "double":
            return Number(float(literal.text))
        case _:
            return literal.text
