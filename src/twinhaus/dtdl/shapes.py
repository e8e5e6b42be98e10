"""What an element is, told from its `@type`: one kind, and any co-types beside it; hence the members it may have."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.contexts import Context, Problem, Vocabulary, vocabulary
from twinhaus.dtdl.cotypes import Cotype
from twinhaus.dtdl.dtmi import is_dtmi
from twinhaus.dtdl.metamodel import Member, Sort, members_of
from twinhaus.dtdl.words import did_you_mean, listed


class Shape(Struct, frozen=True):
    """An element's kind (empty when it could not be told), co-types, and members by term and by DTMI.

    `fields` names the attribute each core member fills; members that are not there come from a co-type.
    `is_open` tells that a type nobody knows may have brought in members nobody knows, `is_unexplained` that there is
    such a type and that it is an error already; `is_implied` that no type is given and only this kind may stand here.
    """

    kind: str
    types: tuple[str, ...]
    cotypes: tuple[Cotype, ...]
    members: Mapping[str, Member]
    fields: Mapping[str, str]
    required: tuple[Member, ...]
    is_open: bool
    is_unexplained: bool
    is_implied: bool
    problems: tuple[Problem, ...]


@lru_cache(maxsize=4096)
def shape_of(types: tuple[str, ...], kinds: frozenset[str], context: Context) -> Shape:
    """The shape of an element with these values of `@type` where one of `kinds` is expected."""
    words = vocabulary(context)
    named = list(dict.fromkeys(words.kinds[text] for text in types if text in words.kinds))
    cotypes = list({cotype.id: cotype for text in types if (cotype := words.cotypes.get(text))}.values())
    unknown = [text for text in types if text not in words.kinds and text not in words.cotypes]
    problems = [problem for text in unknown if (problem := _unknown_type(text, words, context, kinds))]
    kind = named[0] if named else (_implied(kinds) if not types else "")
    problems += _kind_problems(kind, named, kinds, bool(unknown and problems))
    if kind in kinds:
        for cotype in cotypes:
            problems += _cotype_problems(cotype, kind, cotypes, context)
    is_open = bool(unknown) and not problems
    # A co-type of another version of the language is an error already; what it would ask for is no second one.
    usable = [cotype for cotype in cotypes if context.language in cotype.languages]
    names = tuple(cotype.name for cotype in usable) + tuple(unknown if not problems else ())
    is_contested = len(usable) < len(cotypes) or "conflictingSupplementalTypes" in dict(problems)
    members = _members_added(cotypes, is_contested=is_contested)
    if kind not in metamodel.kinds_of(context.language):
        return Shape(kind, names, (), {}, {}, (), is_open, False, False, tuple(problems))
    core = members_of(kind, context.language, context.limits)
    by_dtmi = {f"dtmi:dtdl:property:{name};{context.language}": member for name, member in core.items()}
    by_name = {**{name: member for name, member in members.items() if ":" not in name}, **core}
    fields = {name: member.field or name for name, member in core.items()}
    required = tuple(member for member in by_name.values() if member.required)
    return Shape(
        kind, names, tuple(usable), members | by_name | by_dtmi, fields, required, is_open=is_open,
        is_unexplained=bool(unknown) and not is_open, is_implied=not types, problems=tuple(problems),
    )  # fmt: skip


def _members_added(cotypes: list[Cotype], *, is_contested: bool) -> dict[str, Member]:
    """The members co-types add, by term and by DTMI. Where two co-types both claim one, its value is not looked at."""
    added: dict[str, Member] = {}
    for cotype in cotypes:
        for member in cotype.members:
            read = replace(member, sort=Sort.ANY, required=False) if is_contested else member
            added |= dict.fromkeys((member.name, *_member_dtmis(cotype, member)), read)
    return added


def _member_dtmis(cotype: Cotype, member: Member) -> tuple[str, ...]:
    if cotype.id.startswith("dtmi:iotoperations:"):
        return (f"dtmi:iotoperations:property:{member.name};4",)
    if cotype.id.startswith(("dtmi:standard:", "dtmi:iotcentral:")):
        return (f"dtmi:dtdl:property:{member.name};2",)
    if member.name == "unit":
        return (f"{cotype.id.rpartition(':class:')[0]}:property:unit",)
    return (f"{cotype.id}:{member.name}",)


def _implied(kinds: frozenset[str]) -> str:
    (kind, *others) = sorted(kinds)
    return kind if not others and kind in metamodel.IMPLIED_KINDS else ""


def _kind_problems(kind: str, named: list[str], kinds: frozenset[str], explained: bool) -> list[Problem]:
    expected = listed(sorted(kinds))
    if len(named) > 1:
        return [
            (
                "multipleMaterialTypes",
                f"@type names {listed(named, joined_by='and')}; an element is of one kind only.",
            )
        ]
    if kind and kind not in kinds:
        return [("badType", f"Expected {expected}; got {kind}.")]
    if not kind and not explained:
        return [("badType", f"@type must be {expected}.")]
    return []


def _unknown_type(text: str, words: Vocabulary, context: Context, kinds: frozenset[str]) -> Problem | None:
    """What is wrong with a type nobody knows; nothing where the language lets anyone add types (v2)."""
    if text.startswith("dtmi:") and not is_dtmi(text):
        return "typeInvalidDtmi", f'@type "{text}" is not a well-formed DTMI.'
    if text in metamodel.abstract_cotypes_of(context.language):
        return "abstractSupplementalType", f"{text} only groups other types; name one of those."
    if text.startswith("dtmi:") or text in words.words:
        rule, why = "typeIrrelevantDtmiOrTerm", "not a type that an element can have here."
        return None if context.has_unknown else (rule, f'@type "{text}" is {why}')
    if context.language == metamodel.V2:
        return None
    if ":" in text:
        return "typeNotDtmiNorTerm", f'@type "{text}" is neither a DTMI nor a term.'
    legal = kinds | {name for name in words.cotypes if ":" not in name}
    problem = "typeUndefinedTerm", f'@type "{text}" is not defined in the context.{did_you_mean(text, legal)}'
    return None if context.has_unknown else problem


def _cotype_problems(cotype: Cotype, kind: str, cotypes: list[Cotype], context: Context) -> list[Problem]:
    problems: list[Problem] = []
    names = {other.name for other in cotypes}
    if kind not in cotype.kinds and not cotype.beside & names:
        problems.append(
            (
                "invalidCotype",
                f"{cotype.name} may stand on {listed(sorted(cotype.kinds))} only, not on {kind}.",
            )
        )
    if context.language not in cotype.languages:
        versions = listed(f"v{language}" for language in sorted(cotype.languages))
        problems.append(("invalidCotypeVersion", f"{cotype.name} may be used in DTDL {versions} only."))
    if cotype.excludes in names:
        problems.append(("disallowedCocotype", f"{cotype.name} cannot be combined with {cotype.excludes}."))
    if cotype.requires and cotype.requires not in names:
        problems.append(
            ("missingCocotype", f"{cotype.name} may be used only together with {cotype.requires}.")
        )
    rivals = [other.name for other in cotypes if other.is_semantic and other.id != cotype.id]
    if cotype.is_semantic and rivals:
        problems.append(
            ("conflictingSupplementalTypes", f"{cotype.name} cannot be combined with {listed(rivals)}.")
        )
    return problems


def unknown_member(key: str, shape: Shape, context: Context) -> Problem | None:
    """What is wrong with a member the shape does not have; nothing where a type nobody knows may have brought it."""
    is_reserved_word = key in vocabulary(context).words
    if shape.is_open and (
        context.language == metamodel.V2 or (context.has_unknown and _is_term_or_dtmi(key))
    ):
        return None
    if shape.is_unexplained and not is_reserved_word and _is_term_or_dtmi(key):
        return None
    legal = [name for name in shape.members if ":" not in name]
    hint = did_you_mean(key, legal) or f" Legal are {listed(sorted(legal), joined_by='and')}."
    message = f'{shape.kind} has no member "{key}".{hint}'
    if context.language == metamodel.V2:
        return ("inferredTypeDoesNotAllow" if shape.is_implied else "noTypeThatAllows"), message
    if key.startswith("dtmi:"):
        return ("propertyIrrelevantDtmiOrTerm" if is_dtmi(key) else "propertyInvalidDtmi"), message
    if ":" in key:
        return "propertyNotDtmiNorTerm", message
    return ("propertyIrrelevantDtmiOrTerm" if is_reserved_word else "propertyUndefinedTerm"), message


def _is_term_or_dtmi(key: str) -> bool:
    return is_dtmi(key) if key.startswith("dtmi:") else ":" not in key
