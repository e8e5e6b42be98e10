"""Models of every version, with schemas of every kind: what they allow is accepted, and nothing else."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from twinhaus import strictjson
from twinhaus.dtdl import Registry, check_contents, check_relationship
from twinhaus.dtdl.dtmi import child
from twinhaus.dtdl.metamodel import GEOSPATIAL
from twinhaus.dtdl.types import Element, Primitive, Property, Reference, Schema
from twinhaus.errors import Fault
from twinhaus.strictjson import JsonObject
from twinhaus.testing.strategies.damage import Damaged, damaged_contents, damaged_properties
from twinhaus.testing.strategies.schemas import MODEL, TypedModel, typed_models
from twinhaus.testing.strategies.twins import contents_of, relationship_properties, twins

EXAMPLES = 120
thoroughly = settings(max_examples=EXAMPLES, deadline=None)


def as_read(value: JsonObject) -> JsonObject:
    """The value as it comes to a server: by way of its text."""
    return strictjson.read_object(strictjson.write(value))


def faults_of_relationship(registry: Registry, properties: JsonObject) -> tuple[Fault, ...]:
    """The faults of a relationship of the model to a twin of its own kind."""
    return check_relationship(
        registry, source_model=MODEL, name="feeds", target_model=MODEL, properties=as_read(properties)
    )


def assert_told(faults: tuple[Fault, ...], damage: Damaged) -> None:
    """The damage is told at its path; within a geometry, at a path that begins there."""
    within = any(damage.what == f"no {schema}" for schema in GEOSPATIAL)
    assert faults
    for fault in faults:
        assert fault.path.startswith(damage.path) if within else fault.path == damage.path, (fault, damage)
    assert within or len(faults) == 1


@thoroughly
@given(st.data(), typed_models())
def test_what_a_model_allows_is_accepted(data: st.DataObject, model: TypedModel) -> None:
    """A twin drawn from its model, and the properties of its relationships, have no fault."""
    contents = data.draw(twins(model.registry, MODEL))
    assert check_contents(model.registry, MODEL, as_read(contents)) == ()
    properties = data.draw(relationship_properties(model.registry, MODEL, "feeds"))
    assert faults_of_relationship(model.registry, properties) == ()


@thoroughly
@given(st.data(), typed_models())
def test_one_thing_that_a_model_forbids_is_told_where_it_is(data: st.DataObject, model: TypedModel) -> None:
    """A wrong type, an unknown name, a value out of range or of no Enum, null or a missing member: one fault, there."""
    registry = model.registry
    contents = data.draw(twins(registry, MODEL))
    damage = data.draw(damaged_contents(registry, MODEL, contents))
    assert_told(check_contents(registry, MODEL, damage.contents), damage)


@thoroughly
@given(st.data(), typed_models())
def test_relationships_are_held_to_their_declaration_alike(data: st.DataObject, model: TypedModel) -> None:
    """One thing wrong with the properties of a relationship is told where it is."""
    registry = model.registry
    properties = data.draw(relationship_properties(registry, MODEL, "feeds"))
    damage = data.draw(damaged_properties(registry, MODEL, "feeds", properties))
    found = check_relationship(
        registry, source_model=MODEL, name="feeds", target_model=MODEL, properties=damage.contents
    )
    assert_told(found, damage)


@thoroughly
@given(st.data(), typed_models())
def test_a_value_is_judged_alike_in_a_twin_and_by_itself(data: st.DataObject, model: TypedModel) -> None:
    """What check_value says of a property's value, given the id of its schema, is what the twin is told."""
    registry = model.registry
    contents = data.draw(twins(registry, MODEL))
    damage = data.draw(damaged_contents(registry, MODEL, contents))
    told = {fault.path for fault in check_contents(registry, MODEL, damage.contents)}
    for name, member in contents_of(registry, MODEL).items():
        if not isinstance(member, Property) or name not in damage.contents:
            continue
        text = json.dumps(damage.contents[name])
        apart = registry.check_value(id_of(member, member.schema), text)
        inner = {f"contents.{name}" + _joined(fault.path) for fault in apart}
        assert inner == {
            path
            for path in told
            if path.startswith((f"contents.{name}.", f"contents.{name}[")) or path == f"contents.{name}"
        }


def _joined(path: str) -> str:
    if path == "$":
        return ""
    return path if path.startswith("[") else f".{path}"


def id_of(member: Property, schema: Schema) -> str:
    """The id of a property's schema: its own, the language's, or the one the language assigns."""
    match schema:
        case Primitive() if schema.name in GEOSPATIAL:
            return f"dtmi:standard:schema:geospatial:{schema.name};4"
        case Primitive():
            return f"dtmi:dtdl:instance:Schema:{schema.name};4"
        case Reference():
            return schema.id
        case Element() if schema.id.startswith(("dtmi:standard:", "dtmi:dtdl:")):
            return schema.id
        case _:
            return child(member.id, "_schema")
