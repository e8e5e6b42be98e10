"""What the tables tell of a condition, as filters beside those of the rest of a query. Pure."""

from collections.abc import Iterator
from typing import assert_never

from twinhaus.query.plan import Attribute, Condition, Group, Leaf
from twinhaus.storage.sql.attributes import attribute_known
from twinhaus.storage.sql.facts import Facts
from twinhaus.storage.sql.knowledge import NOTHING, Known, all_of, any_of, negated
from twinhaus.storage.sql.leaves import leaf_known
from twinhaus.storage.sql.membership import Parameters, Test
from twinhaus.storage.sql.rows import untold
from twinhaus.storage.sql.sources import Filter


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
        case Group(members=members, any_suffices=any_suffices):
            of_members = [_known(member, parameters, facts) for member in members]
            return any_of(of_members) if any_suffices else all_of(of_members)
        case _:
            assert_never(condition)


def _leaf_known(leaf: Leaf, parameters: Parameters, facts: Facts) -> Known:
    """Of what is compared, however the comparison is meant."""
    if isinstance(leaf.field, Attribute):
        return attribute_known(leaf, parameters)
    keys = facts.paths.text_of(leaf.field)
    if keys is None:
        return NOTHING
    known = leaf_known(leaf, keys, parameters, onward=facts.onward_from(keys))
    return any_of((known, untold(parameters))) if facts.are_untold else known
