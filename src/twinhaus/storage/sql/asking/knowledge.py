"""What the tables tell of a condition, or of a part of one, as SQL. Pure.

What a condition means is `query/evaluate.py` alone. The tables tell which twins it may hold for, and which of these it
surely holds for; often that is the same. The law is asked of the rest.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from twinhaus.storage.sql.asking.membership import Test, is_any
from twinhaus.storage.sql.asking.sources import NOWHERE, Arm, Driver, Source

# What arms of several kinds are together: the first of these that is among them.
_BROADEST: tuple[Driver, ...] = ("trigram", "pair", "path", "range", "date", "model", "value")


def is_none(key: str) -> str:
    """No twin."""
    return "FALSE"


class Known(Struct, frozen=True):
    """Tests that pass for every twin that a condition holds for, and for none that it does not hold for.

    They are the same object where all is known. Each of the sources yields the twins that `maybe` passes, the first one
    the likeliest to be quick; the last one in order, where that is better than to look at every twin.
    """

    maybe: Test
    surely: Test
    sources: tuple[Source, ...] = ()

    @property
    def is_all(self) -> bool:
        return self.maybe is self.surely


EVERY = Known(is_any, is_any)
NONE = Known(is_none, is_none, (NOWHERE,))
NOTHING = Known(is_any, is_none)  # Of which the tables tell nothing.


def exactly(test: Test, *sources: Source) -> Known:
    """What the tables tell all of."""
    return Known(test, test, sources)


def negated(known: Known) -> Known:
    """Of the opposite. It never drives."""
    maybe = _not(known.surely)
    return Known(maybe, maybe if known.is_all else _not(known.maybe))


def all_of(members: Sequence[Known]) -> Known:
    """Of a condition whose members must all hold. Any may drive: one that is read in order, or the narrowest."""
    maybe = _joined("AND", [one.maybe for one in members], is_any, is_none)
    surely = _joined("AND", [one.surely for one in members], is_any, is_none)
    driving = [one.sources for one in members if one.sources]
    sources = min(driving, key=lambda sources: (sources[0].is_gathered, sources[0].rank), default=())
    if len(members) > 1:
        sources = tuple(replace(source, yields_others=True) for source in sources)
    return Known(maybe, maybe if _is_all(members) else surely, sources)


def any_of(members: Sequence[Known]) -> Known:
    """Of a condition of whose members one must hold. It drives where every one of them can: all by their first sources,
    and all by their last ones, unless some have to be gathered even so.
    """
    maybe = _joined("OR", [one.maybe for one in members], is_none, is_any)
    surely = _joined("OR", [one.surely for one in members], is_none, is_any)
    sources: tuple[Source, ...] = ()
    if all(one.sources for one in members):
        first, last = _together(members, 0), _together(members, -1)
        sources = (first,) if last == first or last.driver in {"trigram", "pair"} else (first, last)
    return Known(maybe, maybe if _is_all(members) else surely, sources)


def _is_all(members: Sequence[Known]) -> bool:
    return all(one.is_all for one in members)


def _together(members: Sequence[Known], choice: int) -> Source:
    kinds = {one.sources[choice].driver for one in members}
    driver = next(kind for kind in _BROADEST if kind in kinds or kind == "value")
    return Source(
        driver,
        tuple(dict.fromkeys(arm for one in members for arm in _arms(one, one.sources[choice]))),
        is_gathered=any(one.sources[choice].is_gathered for one in members),
    )


def _arms(known: Known, source: Source) -> Iterator[Arm]:
    """Those of a source, which yield no others."""
    for arm in source.arms:
        yield replace(arm, test=f"{arm.test} AND {known.maybe(arm.key)}") if source.yields_others else arm


def _joined(word: str, tests: Sequence[Test], neutral: Test, decisive: Test) -> Test:
    """Tests joined by a word. A neutral one adds nothing, and a decisive one leaves nothing to the others."""
    kept = [test for test in dict.fromkeys(tests) if test is not neutral]
    if decisive in kept:
        return decisive
    match kept:
        case []:
            return neutral
        case [test]:
            return test
        case _:
            return lambda key: f"({f' {word} '.join(test(key) for test in kept)})"


def _not(test: Test) -> Test:
    if test is is_any:
        return is_none
    return is_any if test is is_none else lambda key: f"NOT {test(key)}"
