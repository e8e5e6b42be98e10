"""What rows come to, so that answers of different engines can be compared: relationships by their ends and names."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from benchmarks.peers.question import Answer, Link, Question, Row

_WITH_BOTH = 4  # Columns of a row that carries relationships of both directions.
_RELATIONSHIP, _TWIN = "urn:relationship:", "urn:twin:"


def answer_of(question: Question, rows: Sequence[Row]) -> Answer:
    """Of rows with texts of relationships: in one text with commas, or in a list."""
    if question.operation == "count":
        return Answer(count=int(rows[0][0]))
    ids = tuple(str(row[0]) for row in rows)
    if not question.has_relationships:
        return Answer(ids=ids)
    outgoing, incoming = (tuple(frozenset(_links(row[at])) for row in rows) for at in (2, 3))
    return Answer(ids=ids, outgoing=outgoing, incoming=incoming)


def answer_of_server(question: Question, body: bytes) -> Answer:
    """Of what the server answered."""
    document = json.loads(body)
    match question.operation:
        case "count":
            return Answer(count=int(document["count"] if isinstance(document, dict) else document))
        case "read":
            return Answer(ids=(document["id"],))
        case _:
            twins = document["content"]
    rows = [
        (twin["id"], None, twin.get("outgoingRelationships"), twin.get("incomingRelationships"))
        for twin in twins
    ]
    return answer_of(question, rows)


def body_of(question: Question, rows: Sequence[Row]) -> bytes:
    """The answer as it would be sent: what it takes to make one text of all belongs to the answering."""
    match question.operation:
        case "count":
            text = str(rows[0][0])
        case "read":
            text = rows[0][1]
        case _ if question.has_relationships and len(rows[0]) == _WITH_BOTH:
            twins = (
                f'{row[1][:-1]},"outgoingRelationships":[{_text(row[2])}],"incomingRelationships":[{_text(row[3])}]}}'
                for row in rows
            )
            text = f'{{"content":[{",".join(twins)}]}}'
        case _:
            text = f'{{"content":[{",".join([row[1] for row in rows])}]}}'
    return text.encode()


def _text(documents: str | list[str] | None) -> str:
    return ",".join(documents) if isinstance(documents, list) else documents or ""


def _links(documents: str | list[Any] | None) -> Iterable[Link]:
    if isinstance(documents, str):
        documents = json.loads(f"[{documents}]")
    for document in documents or ():
        one = json.loads(document) if isinstance(document, str) else document
        yield one["sourceId"], one["name"], one["targetId"]


def answer_of_triples(question: Question, rows: Sequence[Row]) -> Answer:
    """Of rows of triples around twins: one for each relationship, the twin itself being the end that is left out."""
    if not question.has_relationships:
        return answer_of(question, rows)
    found: dict[str, tuple[set[Link], set[Link]]] = {}
    for id_, _, here, name, there in rows:
        outgoing, incoming = found.setdefault(id_, (set(), set()))
        if not name.startswith(_RELATIONSHIP):
            continue
        label = unquote(name.removeprefix(_RELATIONSHIP))
        if there is not None:
            outgoing.add((id_, label, unquote(there.removeprefix(_TWIN))))
        else:
            incoming.add((unquote(here.removeprefix(_TWIN)), label, id_))
    return Answer(
        ids=tuple(found),
        outgoing=tuple(frozenset(outgoing) for outgoing, _ in found.values()),
        incoming=tuple(frozenset(incoming) for _, incoming in found.values()),
    )
