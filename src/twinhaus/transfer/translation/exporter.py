"""The whole graph as triples, from one snapshot."""

from collections.abc import Iterator

from twinhaus.storage.documents import contents_of
from twinhaus.storage.store import Reader
from twinhaus.transfer.translation.triples import Triple
from twinhaus.transfer.translation.writing import Writer


def export_triples(reader: Reader, writer: Writer) -> Iterator[Triple]:
    """All that the writer says of the graph. What is kept in memory are IRIs and statements about two twins."""
    for twin in reader.each_twin():
        writer.name(twin.id, twin.model_id, contents_of(twin.document))
    writer.abbreviate()
    for one in reader.each_relationship():
        writer.relate(one.source_id, one.name, one.target_id, has_properties=bool(one.properties))
    for twin in reader.each_twin():
        yield from writer.twin(twin.id, twin.model_id, contents_of(twin.document))
