"""Twins or relationships from CSV: the first row names the columns, and each further one becomes what a line of NDJSON
would be. What the cells hold, the models say.
"""

import csv
from collections.abc import Iterator

from msgspec import Struct

from twinhaus.dtdl import Registry
from twinhaus.dtdl.values import Check
from twinhaus.errors import Fault, Invalid
from twinhaus.query.fields import read_path
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import DEPTH_MAX, Json, JsonObject
from twinhaus.transfer.cells import read_cell, read_text
from twinhaus.transfer.formats import About, Reading, refused
from twinhaus.transfer.lines import Line, LineSplitter, Splitter
from twinhaus.transfer.outcomes import Outcome, outcome_of
from twinhaus.transfer.sheets import Sheet

_BYTE_ORDER_MARK = "\ufeff"
# Programs write semicolons where the comma is a decimal point, and tabs on demand.
_DELIMITERS = (",", ";", "\t")


class RowSplitter:
    """Cuts at the ends of rows: at line feeds outside of quotes. Rows are numbered as spreadsheets number them."""

    def __init__(self, lines: LineSplitter) -> None:
        self.row_bytes_max = lines.line_bytes_max
        self._lines = lines
        self._kept: list[bytes] = []
        self._size = 0
        self._is_quoted = False
        self._number = 0

    def feed(self, piece: bytes) -> list[Line]:
        return self._rows(self._lines.feed(piece))

    def finish(self) -> list[Line]:
        return [*self._rows(self._lines.finish()), *([self._end()] if self._kept else [])]

    def _rows(self, lines: list[Line]) -> list[Line]:
        return [row for line in lines if (row := self._add(line))]

    def _add(self, line: Line) -> Line | None:
        self._kept.append(line.text)
        self._size += len(line.text) + 1
        self._is_quoted ^= line.text.count(b'"') % 2 == 1
        is_too_long = line.is_too_long or self._size > self.row_bytes_max + 1
        if self._is_quoted and not is_too_long:
            return None
        return self._end(is_too_long=is_too_long)

    def _end(self, *, is_too_long: bool = False) -> Line:
        self._number += 1
        row = Line(self._number, b"" if is_too_long else b"\n".join(self._kept), is_too_long)
        self._kept, self._size, self._is_quoted = [], 0, False
        return row


class _Column(Struct, frozen=True):
    """A column by its name; without keys it is a member of its own, and without a name it must be empty."""

    name: str
    keys: tuple[str, ...] = ()


class Csv:
    """A file of CSV on its way in."""

    def __init__(self, sheet: Sheet, splitter: LineSplitter) -> None:
        self._sheet = sheet
        self.kind = sheet.kind
        self._splitter = RowSplitter(splitter)
        self._columns: list[_Column] | None = None
        self._head_faults: tuple[Fault, ...] = ()
        self._delimiter = ","
        self._registry: Registry | None = None
        self._checks: dict[tuple[str, tuple[str, ...]], Check] = {}
        csv.field_size_limit(max(csv.field_size_limit(), self._splitter.row_bytes_max))

    def splitter(self) -> Splitter:
        return self._splitter

    def read(self, line: Line) -> Reading | None:
        if self._columns is None:
            return self._read_head(line)
        try:
            cells = self._cells(line)
        except Invalid as error:
            return refused(line.number, error)
        if not any(cells):
            return None  # Spreadsheets leave rows of nothing but commas below the last.
        return Reading(self._about(cells), lambda transaction: self._put(transaction, line.number, cells))

    def _about(self, cells: list[str]) -> About:
        filled = [(column, cell) for column, cell in zip(self._columns or [], cells, strict=False) if cell]
        told = {column.name: read_text(cell) for column, cell in filled if not column.keys}
        return self._sheet.about(told, len(told) == len(filled))

    def _put(self, transaction: Transaction, line: int, cells: list[str]) -> Outcome:
        kind = self.kind
        try:
            draft = kind.read(self._value(transaction, cells))
            outcome = outcome_of(line, draft.id, lambda: kind.ensure(transaction, draft))
        except Invalid as error:
            outcome = Outcome(line, "", None, error.faults)
        return Outcome(outcome.line, outcome.id, outcome.change, tuple(map(self._by_column, outcome.faults)))

    def _read_head(self, line: Line) -> Reading | None:
        """Take the first row. Where it has swallowed others, by lone carriage returns, it is a fault of its own."""
        self._columns = []
        try:
            text = self._text(line).removeprefix(_BYTE_ORDER_MARK)
            self._delimiter = max(_DELIMITERS, key=text.count)
            self._columns = [self._column(name.strip()) for name in self._parsed(text)]
            self._head_faults = tuple(self._doubled())
        except Invalid as error:
            self._head_faults = tuple(Fault(f.path, f"The first row: {f.message}") for f in error.faults)
            if b"\r" in line.text.rstrip(b"\r"):
                return refused(line.number, Invalid(*self._head_faults))
        return None

    def _column(self, name: str) -> _Column:
        if not name or name in self._sheet.members:
            return _Column(name)
        keys = read_path(name, self._sheet.root)
        if keys is None:
            raise Invalid(
                Fault(name, f'"{name}" is no column: write a path such as area.grossArea or tags["a.b"]')
            )
        if len(keys) > DEPTH_MAX:
            raise Invalid(Fault("$", f"A column leads deeper than {DEPTH_MAX} levels"))
        return _Column(name, keys)

    def _doubled(self) -> Iterator[Fault]:
        seen: set[tuple[str, ...] | str] = set()
        for column in self._columns or []:
            key = column.keys or column.name
            if key and key in seen:
                yield Fault(column.name, "There are two columns of this name")
            seen.add(key)

    def _text(self, line: Line) -> str:
        if line.is_too_long:
            message = f"A row has at most {self._splitter.row_bytes_max} bytes. Is a quote missing?"
            raise Invalid(Fault("$", message))
        try:
            text = line.text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Invalid(Fault("$", f"The row is not UTF-8: byte {error.start} is wrong")) from error
        if "\0" in text:
            raise Invalid(Fault("$", "Text must not hold NUL characters"))
        return text

    def _parsed(self, text: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=self._delimiter, strict=True), [])
        except csv.Error as error:
            # To the module, a carriage return in the midst of a row is a matter of how Python opened the file.
            is_return = str(error).startswith("new-line character")
            reason = (
                "a carriage return alone is no end of a row; save it with line feeds" if is_return else error
            )
            raise Invalid(Fault("$", f"Not CSV: {reason}")) from error

    def _cells(self, line: Line) -> list[str]:
        if self._head_faults:
            raise Invalid(*self._head_faults)
        return self._parsed(self._text(line))

    def _value(self, transaction: Transaction, cells: list[str]) -> Json:
        columns = self._columns or []
        if any(cells[len(columns) :]):
            raise Invalid(Fault("$", f"The row has more cells than there are columns, {len(columns)}"))
        filled = [(column, cell) for column, cell in zip(columns, cells, strict=False) if cell]
        told = {column.name: read_text(cell) for column, cell in filled if not column.keys}
        if "" in told:
            raise Invalid(Fault("$", f'"{told[""]}" is in a column without a name'))
        value: JsonObject = {**told, self._sheet.root: {}}
        for column, cell in filled:
            if column.keys:
                check = self._check(transaction, told, column.keys)
                _place(value[self._sheet.root], column, read_cell(cell, check))
        return value

    def _check(self, transaction: Transaction, told: dict[str, str], keys: tuple[str, ...]) -> Check | None:
        """Looked up once for each column and model; what relationships are depends on more than their row."""
        registry = transaction.registry
        if registry is not self._registry:
            self._registry, self._checks = registry, {}
        if "modelId" not in self._sheet.members:
            return self._sheet.check(transaction, told, keys)
        key = (told.get("modelId", ""), keys)
        check = self._checks.get(key) or self._sheet.check(transaction, told, keys)
        if check is not None:
            self._checks[key] = check
        return check

    def _by_column(self, fault: Fault) -> Fault:
        """A fault at the column it is in."""
        root = f"{self._sheet.root}."
        below = fault.path.removeprefix(root)
        is_taken = below.partition(".")[0] in (*self._sheet.members, self._sheet.root)
        return fault if is_taken else Fault(below, fault.message)


def _place(contents: JsonObject, column: _Column, value: Json) -> None:
    inner = contents
    for key in column.keys[:-1]:
        inner = inner.setdefault(key, {})
        if not isinstance(inner, dict):
            raise Invalid(Fault(column.name, "Another column has a value where this one leads further"))
    if column.keys[-1] in inner:
        raise Invalid(Fault(column.name, "Another column leads further into what this one has a value for"))
    inner[column.keys[-1]] = value
