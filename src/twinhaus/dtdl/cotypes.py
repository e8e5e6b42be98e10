"""Co-types: what extensions add to the kinds of element, and what each asks of the elements around it."""

from msgspec import Struct

from twinhaus.dtdl.metamodel import Member

VALUES = frozenset({"CommandRequest", "CommandResponse", "Field", "MapValue", "Property", "Telemetry"})
STATE = frozenset({"Property", "Telemetry"})
LATER = frozenset({3, 4})

NUMERIC = "NumericSchema"


class Cotype(Struct, frozen=True):
    """A type that may stand beside the kind of an element. `unit_enum` is set for semantic types with a unit.

    - `beside`: co-types whose presence is as good as being of one of the `kinds`.
    - `requires`, `excludes`: co-types that must, and must not, stand on the same element.
    - `schema_kinds`: what the element's schema must be: a kind, a primitive's term, NUMERIC, or a co-type.
    - `schema_terms`: the schemas it may have, where only these are allowed.
    - `fields_with`: an Object of this type has fields of one of these co-types only.
    - `within`: a field of this type stands only in Objects of one of these co-types, and once only.
    - `sibling`: a field of this type stands only beside one of that type.
    """

    name: str
    id: str
    kinds: frozenset[str]
    languages: frozenset[int]
    members: tuple[Member, ...] = ()
    unit_enum: str = ""
    is_semantic: bool = False
    beside: frozenset[str] = frozenset()
    requires: str = ""
    excludes: str = ""
    schema_kinds: frozenset[str] = frozenset()
    schema_terms: frozenset[str] = frozenset()
    fields_with: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    sibling: str = ""
