"""The handler of GET /export: the whole graph, or the twins or the relationships of it, from one snapshot."""

from asyncio import to_thread
from itertools import chain

from starlette.responses import Response

from twinhaus.api.call import Call
from twinhaus.api.streams import StreamedAnswer
from twinhaus.members import Faults
from twinhaus.transfer.exporter import Export, export_graph, export_of
from twinhaus.transfer.formats import KINDS

_MEDIA_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


async def export(call: Call) -> Response:
    """GET /export?format=&of=."""
    faults = Faults()
    parameters = call.parameters(faults)
    format_ = parameters.choice("format", tuple(_MEDIA_TYPES)) or "ndjson"
    of = parameters.choice("of", tuple(KINDS))
    if format_ == "csv" and of is None:
        faults.add("of", "A table is of twins or of relationships; say which by of=twins or of=relationships")
    faults.raise_any()
    media_type = _MEDIA_TYPES[format_]
    if call.request.method == "HEAD":
        await call.confirm()
        head = Response(media_type=media_type)
        del head.headers["Content-Length"]  # Nobody knows it before the end.
        return head
    pieces = await call.stream(_job(of, is_csv=format_ == "csv"))
    try:
        # What can be refused is refused now, while there is still a status to say so.
        first = await to_thread(next, pieces, b"")
    except BaseException:
        await to_thread(pieces.close)
        raise
    return StreamedAnswer(chain([first], pieces) if first else iter(()), media_type, pieces.close)


def _job(of: str | None, *, is_csv: bool) -> Export:
    return export_graph if of is None else export_of(KINDS[of], is_csv=is_csv)
