"""One value in one cell of a spreadsheet, and one path at the head of a column.

A text stands in its cell as it is, anything else as JSON. Programs for spreadsheets run a cell that begins with one of
`= + - @` as a formula; so such a text, and the empty one, which a cell could not tell from nothing, get an apostrophe
in front. Read back, just that apostrophe is taken off: `'s-Gravenhage` keeps its own.
"""

from collections.abc import Iterator

from twinhaus import strictjson
from twinhaus.dtdl.values import Check
from twinhaus.errors import Invalid, path_to
from twinhaus.strictjson import Json, JsonObject

_MARK = "'"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_TRUTHS = {"true": True, "false": False}


def write_text(text: str) -> str:
    """A text as a cell has it."""
    is_marked = not text or text.startswith(_FORMULA_STARTS) or read_text(text) != text
    return _MARK + text if is_marked else text


def read_text(cell: str) -> str:
    """The text that a cell has."""
    is_marked = cell == _MARK or (
        cell.startswith(_MARK) and cell.startswith((*_FORMULA_STARTS, _MARK), len(_MARK))
    )
    return cell[len(_MARK) :] if is_marked else cell


def write_cell(value: Json) -> str:
    """A value as a cell has it."""
    return write_text(value) if isinstance(value, str) else strictjson.write(value).decode()


def read_cell(cell: str, check: Check | None) -> Json:
    """The value a cell has: its text where the model takes one, else what it is as JSON, else its text again, which
    the model then refuses in its own words.
    """
    text = read_text(cell)
    if check is not None and check.accepts(text):
        return text
    try:
        return strictjson.read(cell)
    except Invalid:
        # Spreadsheets save `true` as `TRUE`.
        truth = _TRUTHS.get(cell.lower())
        return truth if truth is not None and check is not None and check.accepts(truth) else text


def leaves(value: JsonObject, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """What fills a cell of its own, with its path: anything but an object, and an object with an empty key, whole."""
    for key, inner in value.items():
        if isinstance(inner, dict) and inner and "" not in inner:
            yield from leaves(inner, (*keys, key))
        else:
            yield (*keys, key), inner


def column_name(keys: tuple[str, ...], root: str, taken: tuple[str, ...]) -> str:
    """A path as filters write it, with its root in front where its first key is also the name of another column, or
    would begin a formula.
    """
    needs_root = keys[0] in (*taken, root) or path_to("", keys[0]).startswith(_FORMULA_STARTS)
    name = root if needs_root else ""
    for key in keys:
        name = path_to(name, key)
    return name
