"""Twins or relationships as CSV (RFC 4180), for spreadsheets."""

import csv
import io
from collections.abc import Iterator

from twinhaus.errors import Fault, Invalid
from twinhaus.storage.store import Reader
from twinhaus.strictjson import JsonObject
from twinhaus.transfer.cells import column_name, leaves, write_cell
from twinhaus.transfer.pieces import PIECE_BYTES
from twinhaus.transfer.sheets import Sheet

COLUMNS_MAX = 16_384  # What the usual programs can show, and a row of them is still little to hold.

Columns = dict[tuple[str, ...], int]


def export_csv(reader: Reader, sheet: Sheet) -> Iterator[bytes]:
    """A head, and a row for each; paths in the order in which they first appear. The snapshot is read twice.

    Raises Invalid before the first piece where there would be too many columns.
    """
    columns = _columns(reader, sheet)
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # Ends of lines are CR LF, as the RFC has them.
    writer.writerow([*sheet.members, *(column_name(keys, sheet.root, sheet.members) for keys in columns)])
    for row in sheet.rows(reader):
        writer.writerow(_cells(row, sheet, columns))
        if text.tell() >= PIECE_BYTES:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _columns(reader: Reader, sheet: Sheet) -> Columns:
    columns: Columns = {}
    for row in sheet.rows(reader):
        for keys, _ in leaves(row.get(sheet.root, {})):
            columns.setdefault(keys, len(columns))
        if len(columns) > COLUMNS_MAX:
            message = f"There would be more than {COLUMNS_MAX} columns; ndjson takes any number of paths"
            raise Invalid(Fault("format", message))
    return columns


def _cells(row: JsonObject, sheet: Sheet, columns: Columns) -> list[str]:
    cells = [""] * len(columns)
    for keys, value in leaves(row.get(sheet.root, {})):
        cells[columns[keys]] = write_cell(value)
    return [*(write_cell(row[name]) for name in sheet.members), *cells]
