"""Handlers of POST /twins/bulk and POST /twins/relationships/bulk: a body of any length in, a report out.

Lines are taken in batches, each in a transaction of its own, and what became of them is sent once it is durable. Many
clients read nothing until they have sent everything, so the report waits in a spool, and no line waits for the client.
"""

import asyncio
import logging
from asyncio import to_thread
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from twinhaus.api.call import Call
from twinhaus.api.problems import problem
from twinhaus.api.streams import StreamedAnswer, first_message, received, resumed, send_piece, send_start
from twinhaus.errors import Forbidden, TooLarge, Unauthorized, Unavailable, UnsupportedMediaType
from twinhaus.members import Faults
from twinhaus.settings import Settings
from twinhaus.storage.address import is_url
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Format, Kind, take_batch
from twinhaus.transfer.importer import format_of
from twinhaus.transfer.lines import Batch, Batcher
from twinhaus.transfer.outcomes import Tally
from twinhaus.transfer.pieces import PIECE_BYTES
from twinhaus.transfer.spool import Spool
from twinhaus.transfer.whole import Mode, Undone, final_report, summary, take_all

_LOG = logging.getLogger(__name__)
_NDJSON = "application/x-ndjson"
_NDJSON_TYPES = (_NDJSON, "application/ndjson", "application/jsonl", "application/x-jsonlines")


async def put_twins(call: Call) -> Response:
    """POST /twins/bulk?atomic=&dryRun=."""
    return await _put(call, TWINS)


async def put_relationships(call: Call) -> Response:
    """POST /twins/relationships/bulk?atomic=&dryRun=."""
    return await _put(call, RELATIONSHIPS)


async def _put(call: Call, kind: Kind) -> Response:
    faults = Faults()
    parameters = call.parameters(faults)
    mode = Mode(atomic=parameters.flag("atomic"), dry_run=parameters.flag("dryRun"))
    faults.raise_any()
    format_ = _format(call, kind)
    call.refuse_compressed()
    await call.confirm()
    if not call.deployment.bulk_places.acquire():
        raise Unavailable("As many bulk requests are under way as may be. Try again when one has ended.")
    if not mode.is_whole:
        return _BulkAnswer(call, format_)
    try:
        return await _put_whole(call, format_, mode)
    except BaseException:
        call.deployment.bulk_places.release()
        raise


def _format(call: Call, kind: Kind) -> Format:
    media_type = call.media_type()
    if media_type not in (*_NDJSON_TYPES, "text/csv"):
        got = media_type or "no content type"
        raise UnsupportedMediaType(f'The body must be {_NDJSON} or text/csv; got "{got}".')
    line_bytes_max = call.deployment.settings.body_bytes_max  # What one request may bring, a line may.
    return format_of(kind, is_csv=media_type == "text/csv", line_bytes_max=line_bytes_max)


def _spool(call: Call) -> Spool:
    settings = call.deployment.settings
    return Spool(_spool_folder(settings), bytes_max=settings.spool_bytes_max)


def _spool_folder(settings: Settings) -> Path:
    """Where it is set; else beside the store's file, where there is room for what it is to take."""
    if settings.spool_folder:
        return Path(settings.spool_folder)
    return Path(gettempdir()) if is_url(settings.store) else Path(settings.store).parent


async def _put_whole(call: Call, format_: Format, mode: Mode) -> Response:
    """All lines in one transaction, once all are there; so whatever goes wrong with them all has a status to say it."""
    lines, report = _spool(call), _spool(call)

    def let_go() -> None:
        lines.close()
        report.close()

    try:
        await _spool_body(call, lines)
        try:
            tally = await call.write(lambda transaction: take_all(transaction, lines, format_, report, mode))
        except Undone as undone:
            tally = undone.tally
    except BaseException:
        let_go()
        raise

    def end() -> None:
        let_go()
        call.deployment.bulk_places.release()

    return StreamedAnswer(final_report(report, tally, mode), _NDJSON, end)


async def _spool_body(call: Call, lines: Spool) -> None:
    most = call.deployment.settings.spool_bytes_max
    announced = call.header(b"content-length")
    if announced.isdigit() and int(announced) > most:
        raise TooLarge(f"All at once, at most {most} bytes can be taken; this body announces {announced}.")
    async for piece in received(call.request.receive):
        if piece:
            await to_thread(lines.write, piece)


class _BulkAnswer(Response):
    """The report of a body, while it is read."""

    def __init__(self, call: Call, format_: Format) -> None:
        super().__init__(media_type=_NDJSON)
        self._call = call
        self._format = format_
        self._batcher = Batcher(format_.splitter())
        self._tally = Tally()
        self._report = _spool(call)
        self._has_news = asyncio.Event()
        self._is_done = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = None
        try:
            # Asking for the body is what tells a client that waits for leave to send it.
            receive = resumed(await first_message(receive), receive)
            await send_start(send, _NDJSON)
            sending = asyncio.create_task(self._send_report(send))
            await self._take_body(receive)
            await sending
        finally:
            if sending is not None:
                sending.cancel()
                await asyncio.wait({sending})
            await to_thread(self._report.close)
            self._call.deployment.bulk_places.release()

    async def _take_body(self, receive: Receive) -> None:
        """Take the lines batch by batch; what is left of a body that was cut off is dropped.

        After an abort the rest is received and dropped, too: the client may read nothing until it has sent it.
        """
        async for piece in received(receive):
            await self._take_all(self._batcher.feed(piece) if piece else self._batcher.flush())
        await self._take_all(self._batcher.finish())
        if not self._is_done:
            await self._end(summary(self._tally, Mode()))

    async def _take_all(self, batches: Iterator[Batch]) -> None:
        if self._is_done:
            return
        try:
            for batch in batches:
                await self._take(batch)
        except (Unavailable, TooLarge, Unauthorized, Forbidden) as error:
            request_id = self._call.request.scope["request_id"]
            _LOG.warning("request %s was aborted: %s: %s", request_id, error.code, error.__cause__ or error)
            await self._end(b'{"aborted":%b}\n' % bytes(problem(error, request_id).body))

    async def _end(self, last: bytes) -> None:
        await to_thread(self._report.write, last, is_last=True)
        self._is_done = True
        self._has_news.set()

    async def _take(self, batch: Batch) -> None:
        """Take a batch, if the client still may; once it is durable, report it."""
        self._call = await self._call.renewed()
        outcomes = await self._call.write(lambda transaction: take_batch(transaction, batch, self._format))
        self._tally.add(outcomes)
        await to_thread(self._report.write, b"".join(outcome.report() for outcome in outcomes))
        self._has_news.set()

    async def _send_report(self, send: Send) -> None:
        """Send what the spool holds, until no more comes."""
        while True:
            self._has_news.clear()
            is_done = self._is_done
            if piece := await to_thread(self._report.read, PIECE_BYTES):
                await send_piece(send, piece)
            elif is_done:
                break
            else:
                await self._has_news.wait()
        await send_piece(send, b"", more=False)
