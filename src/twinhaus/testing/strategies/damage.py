"""One thing wrong with what was right: contents with a single value that the model forbids, and where it is."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from hypothesis import strategies as st

from twinhaus.dtdl import Component, Registry
from twinhaus.dtdl.types import Array, Enum, Map, Object, Primitive, Reference, Schema
from twinhaus.errors import path_to
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.strategies.primitives import TEXTS, illegal
from twinhaus.testing.strategies.twins import (
    Members,
    contents_of,
    enum_values,
    fields_of,
    is_needed,
    properties_of,
    referred,
    value_schema,
)

_Key: TypeAlias = str | int
_Keys: TypeAlias = tuple[_Key, ...]

_NOT_OBJECTS = st.sampled_from((1, 0.5, True, "", "x", [], [{}]))
_NOT_ARRAYS = st.sampled_from((1, 0.5, False, "", "x", {}, {"0": 1}))


@dataclass(frozen=True, slots=True)
class Damaged:
    """Contents with one fault, and the path where it must be told; of a geometry, or somewhere within it."""

    contents: JsonObject
    path: str
    what: str


@dataclass(frozen=True, slots=True)
class _Site:
    """A place where something can be made wrong: the keys that lead there, and what would be wrong there.

    Without `wrong` values it is wrong that it is missing; with `names`, any of them is wrong in what is there.
    """

    keys: _Keys
    what: str
    wrong: st.SearchStrategy[Json] | None = None
    names: st.SearchStrategy[str] | None = None


@st.composite
def damaged_contents(draw: st.DrawFn, registry: Registry, model_id: str, held: JsonObject) -> Damaged:
    """Contents that the model allows, with one thing wrong."""
    return _damaged(draw, registry, contents_of(registry, model_id), held, "contents")


@st.composite
def damaged_properties(
    draw: st.DrawFn, registry: Registry, model_id: str, name: str, held: JsonObject
) -> Damaged:
    """Properties that a relationship of this name may have, with one thing wrong."""
    return _damaged(draw, registry, properties_of(registry, model_id, name), held, "properties")


def _damaged(draw: st.DrawFn, registry: Registry, members: Members, held: JsonObject, root: str) -> Damaged:
    sites = list(_of_members(registry, members, held, ()))
    kinds = sorted({site.what for site in sites})
    kind = draw(st.sampled_from(kinds))
    site = draw(st.sampled_from([one for one in sites if one.what == kind]))
    keys = site.keys if site.names is None else (*site.keys, draw(site.names))
    contents = copy.deepcopy(held)
    holder: Json = contents
    for key in keys[:-1]:
        holder = holder[key]
    if site.wrong is None:
        del holder[keys[-1]]
    else:
        holder[keys[-1]] = draw(site.wrong)
    path = root
    for key in keys:
        path = path_to(path, key)
    return Damaged(contents, path, kind)


def _of_members(
    registry: Registry, members: Members, held: JsonObject, at: _Keys, *, free: str = ""
) -> Iterator[_Site]:
    yield _unknown(at, members, free)
    for name, member in members.items():
        keys = (*at, name)
        if name not in held:
            continue
        if is_needed(registry, member):
            yield _Site(keys, "a missing member")
        yield _Site(keys, "null", st.none())
        if isinstance(member, Component):
            yield _Site(keys, "a component of another type", _NOT_OBJECTS)
            inner = contents_of(registry, member.schema.id)
            yield from _of_members(registry, inner, held[name], keys, free="$metadata")
        else:
            yield from _of_value(registry, member.schema, held[name], keys)


def _unknown(at: _Keys, members: Members, free: str) -> _Site:
    near = [name + "s" for name in members] + [name.upper() for name in members] + ["noise", "clean", "feeds"]
    names = (TEXTS | st.sampled_from(near)).filter(
        lambda name: name not in members and name not in (free, "")
    )
    return _Site((*at, ""), "an unknown name", st.tuples(names, st.just(1)))


def _of_value(registry: Registry, schema: Schema, value: Json, at: _Keys) -> Iterator[_Site]:
    yield _Site(at, "null", st.none())
    match schema:
        case Primitive():
            yield _Site(at, f"no {schema.name}", illegal(schema.name))
        case Enum():
            yield _Site(at, "no value of an Enum", _no_value(enum_values(registry, schema)))
        case Array():
            yield _Site(at, "no Array", _NOT_ARRAYS)
            for index, element in enumerate(value):
                yield from _of_value(registry, schema.element_schema, element, (*at, index))
        case Map():
            yield _Site(at, "no Map", _NOT_OBJECTS)
            for key, inner in value.items():
                yield from _of_value(registry, value_schema(registry, schema), inner, (*at, key))
        case Object():
            yield _Site(at, "no Object", _NOT_OBJECTS)
            yield from _of_members(registry, fields_of(registry, schema), value, at)
        case Reference():
            yield from _of_value(registry, referred(registry, schema), value, at)
        case _:
            assert_never(schema)


def _no_value(values: list[Json]) -> st.SearchStrategy[Json]:
    def is_legal(one: Json) -> bool:
        return any(type(one) is type(value) and one == value for value in values)

    texts = TEXTS | st.sampled_from([f"{value} " for value in values])
    numbers = st.integers(-5, 5) | st.sampled_from((0.0, 1.0))
    return (texts | numbers | st.booleans() | st.just([])).filter(lambda one: not is_legal(one))
