"""What the tables tell of a condition, as filters beside those of the rest of a query. Pure."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from twinhaus.query.plan import Attribute, Comparison, Condition, Group, Leaf
from twinhaus.storage.sql.asking.attributes import attribute_known
from twinhaus.storage.sql.asking.facts import Facts
from twinhaus.storage.sql.asking.knowledge import NOTHING, Known, all_of, any_of, negated
from twinhaus.storage.sql.asking.leaves import presence_known, values_known
from twinhaus.storage.sql.asking.membership import Parameters, Test
from twinhaus.storage.sql.asking.rows import untold
from twinhaus.storage.sql.asking.sources import Filter

_OF_PRESENCE = (Comparison.IS_PRESENT, Comparison.IS_FILLED)


def condition_filters(
    condition: Condition | None, parameters: Parameters, facts: Facts
) -> tuple[list[Filter], Test | None]:
    """Filters that every twin passes which a condition holds for, one for each part that can drive by itself; and a
    test that passes only such twins. None: whoever passes the filters passes it.
    """
    parts = [] if condition is None else list(_parts(condition))
    known = [_known(part, parameters, facts) for part in parts]
    doubtful = [one for one in known if not one.is_all]
    return [Filter(one.maybe, one.sources) for one in known], all_of(doubtful).surely if doubtful else None


def _parts(condition: Condition) -> Iterator[Condition]:
    """What all must hold."""
    if isinstance(condition, Group) and not condition.any_suffices:
        for member in condition.members:
            yield from _parts(member)
    else:
        yield condition


def _known(condition: Condition, parameters: Parameters, facts: Facts) -> Known:
    match condition:
        case Leaf():
            known = _leaf_known(condition, parameters, facts)
            return negated(known) if condition.negated else known
        case Group(members=members, any_suffices=True):
            return any_of(list(_alternatives(members, parameters, facts)))
        case Group(members=members):
            return all_of([_known(member, parameters, facts) for member in members])
        case _:
            assert_never(condition)


def _alternatives(members: Sequence[Condition], parameters: Parameters, facts: Facts) -> Iterator[Known]:
    """Of each, but of the same comparison of values at several paths once: those are looked for together."""
    joined: dict[tuple[str, str], tuple[Leaf, list[str]]] = {}
    for member in members:
        keys = _keys_of_values(member, facts) if isinstance(member, Leaf) else None
        if isinstance(member, Leaf) and keys is not None:
            # True equals 1, but is not the same.
            comparison = (member.comparison, repr(member.value))
            joined.setdefault(comparison, (member, []))[1].append(keys)
        else:
            yield _known(member, parameters, facts)
    for leaf, several in joined.values():
        yield _values_known(leaf, several, parameters, facts)


def _keys_of_values(leaf: Leaf, facts: Facts) -> str | None:
    """The path, as the index has it, whose values are compared; None where there is no such, or others are wanted."""
    if isinstance(leaf.field, Attribute) or leaf.comparison in _OF_PRESENCE or leaf.negated:
        return None
    return facts.paths.text_of(leaf.field)


def _leaf_known(leaf: Leaf, parameters: Parameters, facts: Facts) -> Known:
    """Of what is compared, however the comparison is meant."""
    if isinstance(leaf.field, Attribute):
        return attribute_known(leaf, parameters)
    keys = facts.paths.text_of(leaf.field)
    if keys is None:
        return NOTHING
    if leaf.comparison not in _OF_PRESENCE:
        return _values_known(leaf, (keys,), parameters, facts)
    known = presence_known(leaf, keys, parameters, onward=facts.onward_from(keys))
    return _or_untold(known, parameters, facts)


def _values_known(leaf: Leaf, keys: Sequence[str], parameters: Parameters, facts: Facts) -> Known:
    """Of the comparison of what any of these paths reaches."""
    return _or_untold(values_known(leaf, keys, parameters), parameters, facts)


def _or_untold(known: Known, parameters: Parameters, facts: Facts) -> Known:
    return any_of((known, untold(parameters))) if facts.are_untold else known
