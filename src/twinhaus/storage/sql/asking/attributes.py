"""What the tables `twin` and `model` tell of a comparison of what every twin has beside its contents. Pure."""

from collections.abc import Callable, Sequence

from twinhaus.query.folding import fold
from twinhaus.query.plan import Attribute, Comparison, DateFilter, Leaf, ModelFilter, Scalar
from twinhaus.storage.sql.asking.filters import date_filter
from twinhaus.storage.sql.asking.knowledge import EVERY, NONE, NOTHING, Known, exactly
from twinhaus.storage.sql.asking.membership import Parameters, Test, is_instance, models_wanted
from twinhaus.storage.sql.asking.patterns import Pattern, beginning, containing, ending
from twinhaus.storage.sql.asking.sources import ARMS_MAX, Arm, Source, instances_of
from twinhaus.storage.sql.asking.text_parts import OF_IDS, arms_of, driver_of, new_arm, unread_arm
from twinhaus.strictjson import is_storable

Holds = Callable[[str], str]  # From the SQL of an id to the SQL of a condition.

_SIGNS = {
    Comparison.EQUALS: "=",
    Comparison.GREATER: ">",
    Comparison.GREATER_OR_EQUAL: ">=",
    Comparison.LESS: "<",
    Comparison.LESS_OR_EQUAL: "<=",
}
_PATTERNS = {
    Comparison.CONTAINS: containing,
    Comparison.STARTS_WITH: beginning,
    Comparison.ENDS_WITH: ending,
}


def attribute_known(leaf: Leaf, parameters: Parameters) -> Known:
    """What is not said here is left to the law."""
    if leaf.comparison in (Comparison.IS_PRESENT, Comparison.IS_FILLED):
        return EVERY
    if leaf.field is Attribute.LAST_UPDATE_TIME:
        return _updated(leaf, parameters)
    match leaf.comparison, leaf.value:
        case Comparison.EQUALS, str() as value:
            return _named(leaf.field, (value,), parameters)
        case Comparison.IN, tuple() as values:
            return _named(leaf.field, values, parameters)
        case comparison, str() as value if is_storable(value):
            return _compared(leaf.field, comparison, value, parameters)
        case _:
            return NOTHING


def _updated(leaf: Leaf, parameters: Parameters) -> Known:
    """As a date filter, whose ends are never part of it. Instants are whole numbers."""
    if leaf.comparison not in _SIGNS or not isinstance(leaf.value, int):
        return NOTHING
    sign = _SIGNS[leaf.comparison]
    after = leaf.value - ("=" in sign) if "<" not in sign else None
    before = leaf.value + ("=" in sign) if ">" not in sign else None
    between = date_filter(DateFilter(after, before), parameters)
    return exactly(between.test, *between.sources)


def _named(attribute: object, wanted: Sequence[Scalar], parameters: Parameters) -> Known:
    """Nothing but a text equals an id."""
    ids = tuple(dict.fromkeys(one for one in wanted if isinstance(one, str) and is_storable(one)))
    if not ids:
        return NONE
    if attribute is Attribute.MODEL_ID:
        model = ModelFilter(ids, exact=True)
        return exactly(is_instance(model, parameters), instances_of(model, parameters))
    is_one = parameters.among("other.id", ids)
    return exactly(
        lambda key: parameters.words.exists(f"twin AS other WHERE other.number = {key} AND {is_one}"),
        _with_ids(ids, parameters),
    )


def _with_ids(ids: tuple[str, ...], parameters: Parameters) -> Source:
    """Many are all looked up before the first is known."""
    if len(ids) <= ARMS_MAX:
        rows = [f"twin WHERE twin.id = {parameters.bind(id_)}" for id_ in ids]
    else:
        each = parameters.words.each(parameters.bind(ids), "wanted")
        rows = [f"{each} CROSS JOIN twin WHERE twin.id = wanted.value"]
    arms = tuple(Arm(f"{one} AND twin.number > :after", "twin.number") for one in rows)
    return Source("value", arms, is_gathered=len(ids) > ARMS_MAX)


def _compared(attribute: object, comparison: Comparison, value: str, parameters: Parameters) -> Known:
    """By themselves the engines know of the casing of ASCII only."""
    texts = _ids if attribute is Attribute.ID else _model_ids
    if comparison in _SIGNS:
        sign, bound = _SIGNS[comparison], parameters.bind(value)
        return exactly(texts(lambda id_: f"{id_} {sign} {bound}", parameters))
    if comparison not in _PATTERNS:
        return NOTHING
    pattern = _PATTERNS[comparison](fold(value))
    like = parameters.bind(pattern.like)

    def is_like(id_: str) -> str:
        return parameters.words.like(id_, like)

    maybe = texts(lambda id_: f"(octet_length({id_}) <> length({id_}) OR {is_like(id_)})", parameters)
    surely = texts(lambda id_: f"(octet_length({id_}) = length({id_}) AND {is_like(id_)})", parameters)
    arms = _with_part(pattern, maybe, parameters) if attribute is Attribute.ID else ()
    return Known(maybe, surely, (Source(driver_of(pattern), arms, is_gathered=True),) if arms else ())


def _with_part(pattern: Pattern, test: Test, parameters: Parameters) -> tuple[Arm, ...]:
    """Of the twins with an id like a pattern, where an index of trigrams can go by it; else every twin is looked at."""
    by_trigrams = parameters.words.ids_by_trigrams
    if by_trigrams is not None and pattern.has_trigram:
        rows = by_trigrams(parameters.bind(pattern.like), models_wanted(parameters))
        return (Arm(rows, "twin.number", finally_=test),)
    arm_of = None if by_trigrams is not None else arms_of(pattern, parameters)
    return () if arm_of is None else (arm_of(OF_IDS, test), new_arm(test), unread_arm(test))


def _ids(holds: Holds, parameters: Parameters) -> Test:
    """That something holds for a twin's id."""
    return lambda key: parameters.words.exists(
        f"twin AS other WHERE other.number = {key} AND {holds('other.id')}"
    )


def _model_ids(holds: Holds, parameters: Parameters) -> Test:
    """That it holds for its model's."""
    models = f"SELECT model.number FROM model WHERE {holds('model.id')}"
    is_one = parameters.words.one_of(models)
    return lambda key: parameters.words.exists(
        f"twin AS other WHERE other.number = {key} AND other.model {is_one}"
    )
