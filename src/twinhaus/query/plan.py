"""The query plan: the small frozen value between the contract's words and an engine's.

Nothing here knows HTTP or SQL. Filters of one query are all to hold; an absent filter filters nothing.
"""

from enum import StrEnum

from msgspec import Struct

from twinhaus.graph import Direction

PAGE_SIZE_MAX = 1_000  # The seed's ceiling.
PAGE_SIZE_DEFAULT = 100
CONDITION_DEPTH_MAX = 16
CONDITION_LEAVES_MAX = 100
LIST_VALUE_MAX = 1_000
FIELD_KEYS_MAX = 64  # JSON that is stored nests no deeper.
MODEL_IDS_MAX = 400  # Far above what anyone writes (contract/README.md, limits of a filter).
RELATIONSHIP_NAMES_MAX = 100


class ModelFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """Instances of any of these models; of their subclasses too unless `exact`."""

    model_ids: tuple[str, ...]
    exact: bool = False


class RelationshipFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """Twins with a relationship in this direction, of one of these names (empty: any), to such a twin (None: any)."""

    direction: Direction = Direction.EITHER
    names: tuple[str, ...] = ()
    related: ModelFilter | None = None


class DateFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """Last update strictly after and strictly before these instants, in ticks."""

    after: int | None = None
    before: int | None = None


class Attribute(StrEnum):
    """What every twin has beside its contents."""

    ID = "id"
    MODEL_ID = "modelId"
    LAST_UPDATE_TIME = "lastUpdateTime"


class Comparison(StrEnum):
    """The positive comparisons; each negative operator of the contract is one of these, negated."""

    EQUALS = "equals"
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    AFTER = "after"
    ON_OR_AFTER = "onOrAfter"
    BEFORE = "before"
    ON_OR_BEFORE = "onOrBefore"
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    IN = "in"
    IS_PRESENT = "isNotNull"
    IS_FILLED = "isNotEmpty"


Scalar = None | bool | int | float | str


class Leaf(Struct, frozen=True, forbid_unknown_fields=True, tag="leaf"):
    """One comparison. `field` is an attribute or a path into contents, as keys from the top.

    `value` is a scalar; a tuple of scalars for IN; ticks where instants are compared; None where none is needed.
    """

    field: Attribute | tuple[str, ...]
    comparison: Comparison
    value: Scalar | tuple[Scalar, ...] = None
    negated: bool = False


class Group(Struct, frozen=True, forbid_unknown_fields=True, tag="group"):
    """Conditions of which all must hold, or any."""

    members: "tuple[Leaf | Group, ...]"
    any_suffices: bool = False


Condition = Leaf | Group


class Query(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a list asks for.

    `within` is not asked but given: where it names places, only what is located in one of them is there at all, and a
    relationship only where both its ends are. It is how a client that is restricted to locations sees the graph.
    """

    model: ModelFilter | None = None
    relationship: RelationshipFilter | None = None
    location_id: str | None = None
    date: DateFilter | None = None
    condition: Condition | None = None
    within: tuple[str, ...] = ()


class RelationshipQuery(Struct, frozen=True):
    """Relationships with these ids, of these names, that lead from and to twins that are found; None and empty: any."""

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    source: Query | None = None
    target: Query | None = None


class Include(Struct, frozen=True, forbid_unknown_fields=True):
    """Which relationships an answer carries beside each twin."""

    outgoing: bool = False
    incoming: bool = False


WITHOUT_RELATIONSHIPS = Include()
