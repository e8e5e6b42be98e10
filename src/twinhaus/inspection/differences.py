"""What differs between two sets of models, or between two models, and which differences break twins that exist.

A change breaks where a twin, or a relationship, that the old models allow is refused by the new ones. Contents are
compared where they are declared: what a model inherits is told once, at the model it comes from.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from twinhaus.dtdl import (
    Command,
    Component,
    Content,
    Property,
    Registry,
    Relationship,
    Telemetry,
)
from twinhaus.dtdl.checks import is_required
from twinhaus.dtdl.validate import must_be_told
from twinhaus.dtdl.words import listed
from twinhaus.inspection.fitting import Kind, Loss, Side, losses
from twinhaus.inspection.wording import kind_of, unit_of

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_NOTES = ("display_name", "description", "comment")
_OTHER = ("what twins do not show",)  # The language's version, names of values, the way it is written.

_Contents: TypeAlias = tuple[Registry, Mapping[str, Content]]
_Detail: TypeAlias = tuple[str, bool]  # What differs, and whether that breaks.


class Change(Struct, frozen=True):
    """One difference. `subject` is the content, such as `property code`, or the model itself where it is empty."""

    model_id: str
    change: str
    subject: str = ""
    detail: str = ""
    breaks: bool = False


def compare(old: Registry, new: Registry) -> tuple[Change, ...]:
    """All differences between two sets of models, by model."""
    return tuple(change for id in sorted({*old.ids, *new.ids}) for change in _of_model(old, new, id))


def compare_models(old: Registry, old_id: str, new: Registry, new_id: str) -> tuple[Change, ...]:
    """All differences between what twins of two models have, inherited contents included. Raises UnknownModel."""
    return tuple(_of_contents((old, old.contents(old_id)), (new, new.contents(new_id)), new_id))


def _of_model(old: Registry, new: Registry, model_id: str) -> Iterator[Change]:
    if model_id not in new:
        yield Change(model_id, REMOVED, breaks=True)
    elif model_id not in old:
        yield Change(model_id, ADDED)
    elif old.document(model_id) != new.document(model_id):
        before, after = (_compared(one, model_id, (old, new)) for one in (old, new))
        found = [*_of_ancestry(old, new, model_id), *_of_contents((old, before), (new, after), model_id)]
        yield from found or [_of_notes(old, new, model_id)]


def _compared(registry: Registry, model_id: str, sides: tuple[Registry, Registry]) -> Mapping[str, Content]:
    """What either side declares itself, wherever this side has it from: moving it up to a parent changes no twin.

    Where the model extends others than before, also all that it inherits.
    """
    contents = registry.contents(model_id)
    interfaces = [side.get_interface(model_id) for side in sides]
    if set(interfaces[0].extends) != set(interfaces[1].extends):
        return contents
    own = {
        content.name
        for side, interface in zip(sides, interfaces, strict=True)
        for content in side.own_contents(interface)
    }
    return {name: content for name, content in contents.items() if name in own}


def _of_ancestry(old: Registry, new: Registry, model_id: str) -> Iterator[Change]:
    """Where a twin is no longer a kind of a model, relationships that lead to one may no longer lead to it."""
    before, after = set(old.get_interface(model_id).extends), set(new.get_interface(model_id).extends)
    for id in sorted(after - before):
        yield Change(model_id, ADDED, f"extends {id}")
    for id in sorted(before - after):
        is_kept = id in new and new.is_kind_of(model_id, id)
        yield Change(model_id, REMOVED, f"extends {id}", breaks=not is_kept)


def _of_notes(old: Registry, new: Registry, model_id: str) -> Change:
    before, after = old.get_interface(model_id), new.get_interface(model_id)
    changed = [name.replace("_", " ") for name in _NOTES if getattr(before, name) != getattr(after, name)]
    return Change(model_id, CHANGED, detail=f"{listed(changed or _OTHER, joined_by='and')} only")


def _of_contents(old: _Contents, new: _Contents, model_id: str, *, under: str = "") -> Iterator[Change]:
    (old_models, before), (new_models, after) = old, new
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            subject = under + f"{kind_of(now)} {name}"
            yield Change(model_id, ADDED, subject, breaks=must_be_told(new_models, now))
        elif was is not None and now is None:
            breaks = isinstance(was, Property | Component | Relationship)
            yield Change(model_id, REMOVED, under + f"{kind_of(was)} {name}", breaks=breaks)
        elif was is not None and now is not None:
            subject = under + f"{kind_of(now)} {name}"
            for detail, breaks in _of_content(old_models, was, new_models, now):
                yield Change(model_id, CHANGED, subject, detail, breaks)
            if isinstance(was, Relationship) and isinstance(now, Relationship):
                properties = _properties(old_models, was), _properties(new_models, now)
                yield from _of_contents(*properties, model_id, under=f"{subject}, ")


def _properties(registry: Registry, relationship: Relationship) -> _Contents:
    return registry, {one.name: one for one in registry.all_resolved(relationship.properties)}


def _of_content(old: Registry, was: Content, new: Registry, now: Content) -> Iterator[_Detail]:
    """What differs in one of the contents, and whether that breaks twins or relationships."""
    match was, now:
        case Property(), Property():
            yield from _of_schemas(Side(old, was.schema), Side(new, now.schema), breaks=True)
        case Telemetry(), Telemetry():
            yield from _of_schemas(Side(old, was.schema), Side(new, now.schema), breaks=False)
        case Component(), Component():
            yield from _of_components(old, was, new, now)
        case Relationship(), Relationship():
            yield from _of_relationships(was, new, now)
        case Command(), Command():
            pass
        case _:
            breaks = isinstance(was, Property | Component | Relationship) or must_be_told(new, now)
            yield f"{kind_of(was)} → {kind_of(now)}", breaks
            return
    if is_required(was) != is_required(now):
        yield ("required now", True) if is_required(now) else ("no longer required", False)
    if unit_of(was) != unit_of(now):
        yield f"unit {unit_of(was) or 'none'} → {unit_of(now) or 'none'}", False


def _of_schemas(old: Side, new: Side, *, breaks: bool) -> Iterator[_Detail]:
    lost, gained = losses(old, new), losses(new, old)
    replaced = {loss.path for loss in lost if loss.kind is Kind.SCHEMA}
    for loss in lost:
        yield _at(loss) + _LOST[loss.kind].format(loss=loss), breaks
    for gain in gained:
        if gain.kind is not Kind.SCHEMA or gain.path not in replaced:
            yield _at(gain) + _GAINED[gain.kind].format(loss=gain), False


_LOST = {
    Kind.SCHEMA: "{loss.subject} → {loss.becomes}",
    Kind.VALUE: "value {loss.subject} is gone",
    Kind.FIELD: "field {loss.subject} is gone",
    Kind.FREEDOM: "field {loss.subject} is required now",
}
_GAINED = {
    Kind.SCHEMA: "{loss.becomes} → {loss.subject}",
    Kind.VALUE: "value {loss.subject} is new",
    Kind.FIELD: "field {loss.subject} is new",
    Kind.FREEDOM: "field {loss.subject} is no longer required",
}


def _at(loss: Loss) -> str:
    return f"in {loss.path.removeprefix('.')}: " if loss.path else ""


def _of_components(old: Registry, was: Component, new: Registry, now: Component) -> Iterator[_Detail]:
    """The same model is compared where it is declared; another one must take what the first one took."""
    if was.schema.id != now.schema.id:
        sides = (old, old.contents(was.schema.id)), (new, new.contents(now.schema.id))
        breaks = any(change.breaks for change in _of_contents(*sides, now.schema.id))
        yield f"{was.schema.id} → {now.schema.id}", breaks


def _of_relationships(was: Relationship, new: Registry, now: Relationship) -> Iterator[_Detail]:
    if was.target != now.target:
        is_wider = now.target is None or (was.target is not None and new.is_kind_of(was.target, now.target))
        yield f"to {was.target or 'any twin'} → to {now.target or 'any twin'}", not is_wider
    if was.max_multiplicity != now.max_multiplicity:
        before, after = was.max_multiplicity, now.max_multiplicity
        is_fewer = after is not None and (before is None or after < before)
        yield f"{_at_most(before)} → {_at_most(after)}", is_fewer


def _at_most(number: int | None) -> str:
    return "any number" if number is None else f"at most {number}"
