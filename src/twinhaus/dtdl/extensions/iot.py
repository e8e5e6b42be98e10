"""The co-types of the two IoT products' extensions: iotcentral;2 (DTDL.iotcentral.v2.md) and iotoperations;4."""

from collections.abc import Iterator

from twinhaus.dtdl.cotypes import NUMERIC, STATE, VALUES, Cotype
from twinhaus.dtdl.extensions import units
from twinhaus.dtdl.metamodel import GEOSPATIAL, NAME, Member, Sort

IOT_CENTRAL = "dtmi:iotcentral:context;2"
IOT_OPERATIONS = "dtmi:iotoperations:context;4"


def iot_central_cotypes() -> Iterator[Cotype]:
    """Semantic types of DTDL v2 that tell what kind of schema a value has."""
    yield _central("Event", schema_kinds=frozenset({NUMERIC, "string"}))
    yield _central("State", schema_kinds=frozenset({"Enum"}))
    yield _central("Location", schema_terms=frozenset({*GEOSPATIAL, "geopoint"}))
    unit_enums = units.unit_enums(units.CORE)
    for name, enum in (("AccelerationVector", "AccelerationUnit"), ("VelocityVector", "VelocityUnit")):
        unit = Member("unit", Sort.TERM, terms=unit_enums[enum])
        yield _central(name, unit, schema_terms=frozenset({"vector"}))


def _central(
    name: str,
    *members: Member,
    schema_kinds: frozenset[str] = frozenset(),
    schema_terms: frozenset[str] = frozenset(),
) -> Cotype:
    return Cotype(
        name, f"dtmi:iotcentral:class:{name};2", STATE, frozenset({2}), members, is_semantic=True,
        schema_kinds=schema_kinds, schema_terms=schema_terms,
    )  # fmt: skip


def iot_operations_cotypes() -> Iterator[Cotype]:
    """Adjunct types of DTDL v4."""
    numbers = frozenset({NUMERIC})
    schemas = frozenset({"Array", "Enum", "Interface", "Map", "Object"})
    contents = frozenset({"Command", "Component", "Field", "Property", "Relationship", "Telemetry"})
    interface, relationship, obj = (frozenset({kind}) for kind in ("Interface", "Relationship", "Object"))
    limits = (_number("maximum"), _number("minimum"))
    yield _operations("Composite", interface, _text("ontology"), excludes="Event")
    yield _operations("Event", interface)
    yield _operations("Congruence", schemas, _text("typeRef"))
    yield _operations("Detail", obj)
    yield _operations("Subject", frozenset({"Field"}), within=frozenset({"Detail"}))
    yield _operations("GroupMember", frozenset({"Command"}), _text("group", is_name=True))
    yield _operations("HasCapability", relationship, excludes="HasComponent")
    yield _operations("HasComponent", relationship)
    yield _operations("Qualified", contents, _text("namespace"))
    yield _operations("Limited", VALUES, *limits, schema=numbers)
    places = Member("decimalPlaces", Sort.INTEGER, required=True)
    yield _operations("Precise", VALUES, places, schema=numbers)
    yield _operations("ScaledStatically", VALUES, _number("scaleFactor", required=True), schema=numbers)


def _text(name: str, *, is_name: bool = False) -> Member:
    return Member(name, Sort.STRING, required=True, length_max=128, pattern=NAME if is_name else None)


def _number(name: str, *, required: bool = False) -> Member:
    return Member(name, Sort.NUMERIC, required=required, is_of_schema=True)


def _operations(
    name: str,
    kinds: frozenset[str],
    *members: Member,
    excludes: str = "",
    schema: frozenset[str] = frozenset(),
    within: frozenset[str] = frozenset(),
) -> Cotype:
    return Cotype(
        name, f"dtmi:iotoperations:class:{name};4", kinds, frozenset({4}), members,
        excludes=excludes, schema_kinds=schema, within=within,
    )  # fmt: skip
