"""Take the graph out, piece by piece: each text as it is stored, spliced in and never parsed.

An export is NDJSON. Each line is an object whose first key says what it holds; the first line is `HEADER`, then come
models, twins and relationships in the order in which the store keeps them, and the last line counts them.
"""

from collections.abc import Callable, Iterator

from twinhaus import strictjson
from twinhaus.instants import format_instant
from twinhaus.storage.store import Reader, StoredModel
from twinhaus.transfer.csv_out import export_csv
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind
from twinhaus.transfer.pieces import in_pieces
from twinhaus.transfer.sheets import SHEETS

VERSION = 1
Export = Callable[[Reader], Iterator[bytes]]
HEADER = b'{"twinhaus":{"export":%d}}\n' % VERSION


def export_graph(reader: Reader) -> Iterator[bytes]:
    """The whole graph, in pieces."""
    return in_pieces(_graph_lines(reader))


def export_of(kind: Kind, *, is_csv: bool) -> Export:
    """An export of only the twins, or only the relationships: as CSV, or one a line as answers carry them, which is
    what the operations that put them take.
    """
    if is_csv:
        return lambda reader: export_csv(reader, SHEETS[kind.name])
    return _DOCUMENTS[kind.name]


def _twins(reader: Reader) -> Iterator[bytes]:
    return in_pieces(twin.document.encode() + b"\n" for twin in reader.each_twin())


def _relationships(reader: Reader) -> Iterator[bytes]:
    return in_pieces(one.document.encode() + b"\n" for one in reader.each_relationship())


_DOCUMENTS = {TWINS.name: _twins, RELATIONSHIPS.name: _relationships}


def _graph_lines(reader: Reader) -> Iterator[bytes]:
    models = twins = relationships = 0
    yield HEADER
    registry = reader.registry
    for model in reader.models():
        models += 1
        yield _model_line(model, registry.document(model.id))
    for twin in reader.each_twin():
        twins += 1
        yield b'{"twin":%b}\n' % twin.document.encode()
    for relationship in reader.each_relationship():
        relationships += 1
        yield b'{"relationship":%b}\n' % relationship.document.encode()
    counts = {"models": models, "twins": twins, "relationships": relationships}
    yield strictjson.write({"end": counts}) + b"\n"


def _model_line(model: StoredModel, document: str) -> bytes:
    uploaded = format_instant(model.uploaded)
    decommissioned = b"true" if model.is_decommissioned else b"false"
    return b'{"model":%b,"uploadTime":"%b","decommissioned":%b}\n' % (
        document.encode(),
        uploaded.encode("ascii"),
        decommissioned,
    )
