"""Everything about one model on a page: what it extends, and what its twins have, and from where."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from twinhaus.dtdl import Command, Component, Content, Property, Registry, Relationship, Telemetry
from twinhaus.dtdl.checks import is_required
from twinhaus.dtdl.types import Interface
from twinhaus.dtdl.words import count
from twinhaus.inspection.wording import english, kind_of, local_name, schema_words, unit_of

_KINDS = (Property, Component, Relationship, Telemetry, Command)
_NOTHING = Text()
_STYLES = ("green", "", "yellow", "dim")  # Of a name, what it is, what is to be minded, and its origin.
_WORDS_MAX = 70  # Of a schema; --json and --schema tell the rest.


def model_card(registry: Registry, model_id: str) -> Iterator[RenderableType]:
    """What is to be printed of a model, part by part. Raises UnknownModel."""
    interface = registry.get_interface(model_id)
    yield Text.assemble((model_id, "bold cyan"), f"  {english(interface.display_name)}")
    if interface.description:
        yield Text(english(interface.description))
    yield _NOTHING
    yield from _family(registry, interface)
    contents = registry.contents(model_id)
    for kind in _KINDS:
        found = {name: content for name, content in contents.items() if isinstance(content, kind)}
        if found:
            yield _NOTHING
            what = kind_of(next(iter(found.values())))
            yield Text(f"{len(found)} {what}" if what == "telemetry" else count(len(found), what), "bold")
            yield _table((f"  {name}", *_row(registry, model_id, content)) for name, content in found.items())


def _family(registry: Registry, interface: Interface) -> Iterator[Text]:
    ancestors = registry.ancestors(interface.id)[1:]
    further = len(registry.descendants(interface.id)) - 1
    yield Text(f"DTDL {interface.language}; {count(further, 'model') if further else 'no model'} below it")
    for ancestor in ancestors:
        is_parent = ancestor in interface.extends
        yield Text.assemble("extends ", (ancestor, "cyan"), ("" if is_parent else "  through another", "dim"))


def _table(rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """In columns, of which those are left out that have nothing in them."""
    columns = [
        (cells, style) for cells, style in zip(zip(*rows, strict=True), _STYLES, strict=True) if any(cells)
    ]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _, style in columns:
        table.add_column(style=style, overflow="fold")
    for row in zip(*(cells for cells, _ in columns), strict=True):
        table.add_row(*map(Text, row))
    return table


def _row(registry: Registry, model_id: str, content: Content) -> tuple[str, str, str]:
    """What it is, what is to be minded about it, and where it is inherited from."""
    origin = "" if content.interface_id == model_id else f"from {local_name(content.interface_id)}"
    return _what(registry, content), ", ".join(_notes(content)), origin


def _what(registry: Registry, content: Content) -> str:
    match content:
        case Property() | Telemetry():
            words = schema_words(registry, content.schema)
            return words if len(words) <= _WORDS_MAX else f"{words[: _WORDS_MAX - 1]}…"
        case Component():
            return content.schema.id
        case Relationship():
            properties = [one.name for one in registry.all_resolved(content.properties)]
            holding = f" with {', '.join(properties)}" if properties else ""
            return f"to {content.target or 'any twin'}{holding}"
        case Command():
            parts = (("takes", content.request), ("gives", content.response))
            payloads = [(verb, found) for verb, one in parts if one and (found := registry.resolved(one))]
            return ", ".join(f"{verb} {schema_words(registry, one.schema)}" for verb, one in payloads)


def _notes(content: Content) -> Iterator[str]:
    if unit := unit_of(content):
        yield unit
    if is_required(content):
        yield "required"
    if isinstance(content, Relationship) and content.max_multiplicity is not None:
        yield f"at most {content.max_multiplicity}"
