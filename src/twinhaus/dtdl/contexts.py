"""`@context`: which version of the language and which extensions are active for an element (DTDL, "Context")."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.cotypes import Cotype
from twinhaus.dtdl.dtmi import is_dtmi, version_of, without_version
from twinhaus.dtdl.extensions import SCALED_DECIMAL, extension, is_known_at_some_version, units
from twinhaus.dtdl.extensions.iot import IOT_CENTRAL
from twinhaus.dtdl.types import Primitive, Schema
from twinhaus.strictjson import Json

UndefinedExtensions: TypeAlias = Literal["default", "always", "never"]
Problem: TypeAlias = tuple[str, str]  # A rule's name and the message.

_DTDL = "dtmi:dtdl:context"
_LIMITS = "dtmi:dtdl:limits:"


class Options(Struct, frozen=True):
    """What the reader of models was asked to let through."""

    undefined_extensions: UndefinedExtensions = "default"
    acceptable_limits: frozenset[str] = frozenset()
    max_dtdl_version: int = 4


class Context(Struct, frozen=True):
    """The active context of an element. `has_unknown` tells that an extension nobody knows may define anything."""

    language: int
    extensions: tuple[str, ...] = ()
    has_unknown: bool = False
    limits: str = ""


class Vocabulary(Struct, frozen=True):
    """What the words of a document mean in a context: terms and full DTMIs alike.

    `kinds` leads to kinds of element, those that no element of a document can be of included.
    """

    kinds: Mapping[str, str]
    members: Mapping[str, str]
    cotypes: Mapping[str, Cotype]
    schemas: Mapping[str, Schema]
    words: frozenset[str]


def read_context(
    value: Json, inherited: Context | None, options: Options
) -> tuple[Context | None, tuple[Problem, ...]]:
    """The context a `@context` makes of the inherited one (None at the top), and what is wrong with it."""
    specifiers = value if isinstance(value, list) else [value]
    problems = tuple(_malformed(specifiers))
    if problems:
        return inherited, problems
    return _read(tuple(specifiers), inherited, options)


@lru_cache(maxsize=4096)
def vocabulary(context: Context) -> Vocabulary:
    """The words of a context."""
    cotypes: dict[str, Cotype] = {}
    schemas = _core_schemas(context.language)
    for specifier in (f"{_DTDL};{context.language}", *context.extensions):
        if known := extension(specifier):
            for cotype in known.cotypes.values():
                cotypes[cotype.name] = cotypes[cotype.id] = cotype
            for name, schema in known.schemas.items():
                schemas[name] = schema
    kinds = metamodel.kinds_of(context.language)
    classes = kinds | metamodel.standard_classes_of(context.language)
    by_name = {name: name for name in classes}
    by_dtmi = {f"dtmi:dtdl:class:{kind};{context.language}": kind for kind in classes}
    if context.language == metamodel.V2:
        by_name |= dict.fromkeys(units.unit_enums(units.CORE), "Unit")
    members = {name: name for kind in kinds for name in metamodel.members_of(kind, context.language)}
    members |= {f"dtmi:dtdl:property:{name};{context.language}": name for name in members}
    members |= {member.name: member.name for cotype in cotypes.values() for member in cotype.members}
    words = (
        metamodel.reserved_words_of(context.language)
        | classes
        | members.keys()
        | cotypes.keys()
        | schemas.keys()
    )
    return Vocabulary(by_name | by_dtmi, members, cotypes, schemas, words)


def _core_schemas(language: int) -> dict[str, Schema]:
    schemas: dict[str, Schema] = {}
    for name in (*metamodel.primitives_of(language), *metamodel.GEOSPATIAL):
        schemas[name] = Primitive(name)
    for version in range(metamodel.V2, language + 1):
        for name in metamodel.primitives_of(version):
            schemas[f"dtmi:dtdl:instance:Schema:{name};{version}"] = Primitive(name)
        for name in metamodel.GEOSPATIAL:
            schemas[f"dtmi:standard:schema:geospatial:{name};{version}"] = Primitive(name)
    if language >= metamodel.V4:
        schemas["scaledDecimal"] = schemas[SCALED_DECIMAL.id] = SCALED_DECIMAL
    return schemas


def _malformed(specifiers: list[Json]) -> Iterator[Problem]:
    for index, specifier in enumerate(specifiers):
        if isinstance(specifier, dict):
            if index + 1 < len(specifiers):
                yield "localContextNotLast", "@context names further contexts behind terms of its own."
            yield "disallowedLocalContext", "@context must name contexts, not define terms of its own."
        elif not isinstance(specifier, str) or not specifier:
            yield "invalidContext", "@context must be a string or an array of strings."


@lru_cache(maxsize=4096)
def _read(
    specifiers: tuple[str, ...], inherited: Context | None, options: Options
) -> tuple[Context | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    context = inherited
    seen_extension = False
    previous = ""
    if inherited is None and not specifiers:
        return None, (("emptyContext", "@context is empty; it must hold dtmi:dtdl:context;2, ;3 or ;4."),)
    if (
        inherited is None
        and not specifiers[0].startswith((f"{_DTDL};", IOT_CENTRAL))
        and is_dtmi(specifiers[0])
    ):
        message = f"@context must begin with dtmi:dtdl:context;2, ;3 or ;4, not with {specifiers[0]}."
        return None, (("missingDtdlContext", message),)
    for specifier in specifiers:
        fault = _specifier_problem(specifier)
        if fault:
            problems.append(fault)
        elif specifier.startswith(f"{_DTDL};"):
            if seen_extension:
                problems.append(
                    ("dtdlContextFollowsAffiliate", f"{specifier} must stand before the extensions.")
                )
            context = _with_language(context, specifier, options, problems)
        else:
            seen_extension = seen_extension or specifier != IOT_CENTRAL or bool(previous)
            context = _with_extension(context, specifier, previous, options, problems)
        previous = specifier
    problems.extend(_limits_problems(specifiers, context))
    has_language = inherited is not None or any(specifier.startswith(f"{_DTDL};") for specifier in specifiers)
    if not has_language and not problems:
        problems.append(("missingDtdlContext", "@context must begin with dtmi:dtdl:context;2, ;3 or ;4."))
    return context, tuple(problems)


def _specifier_problem(specifier: str) -> Problem | None:
    bare, _, fragment = specifier.partition("#")
    if not specifier.startswith("dtmi:"):
        return "nonDtmiContextSpecifier", f'@context "{specifier}" is not a DTMI such as dtmi:dtdl:context;3.'
    if not is_dtmi(bare):
        return "invalidContextSpecifier", f'@context "{specifier}" is not a well-formed DTMI.'
    if not version_of(bare):
        return "missingContextVersion", f'@context "{specifier}" lacks a version, such as ;1.'
    if "#" in specifier and bare.startswith(_LIMITS):
        return "invalidContextSpecifier", f'@context "{specifier}" must not end in a fragment.'
    if "#" in specifier and fragment not in ("limitless", "limits"):
        return "invalidContextFragment", f'@context "{specifier}" may end in #limitless or #limits only.'
    return None


def _with_language(
    context: Context | None, specifier: str, options: Options, problems: list[Problem]
) -> Context | None:
    version, _, fragment = version_of(specifier).partition("#")
    if version not in ("2", "3", "4"):
        problems.append(("unrecognizedContextVersion", f"{specifier} is no version of DTDL; 2, 3 and 4 are."))
        return context
    if int(version) > options.max_dtdl_version:
        problems.append(
            (
                "disallowedContextVersion",
                f"DTDL v{version} is above v{options.max_dtdl_version}, the highest accepted here.",
            )
        )
    if fragment and int(version) < metamodel.V4:
        problems.append(
            ("disallowedContextFragment", f"{specifier} must not have a fragment in DTDL v{version}.")
        )
    if context is None:
        return Context(int(version))
    return replace(context, language=int(version))


def _with_extension(
    context: Context | None, specifier: str, previous: str, options: Options, problems: list[Problem]
) -> Context | None:
    if context is None:
        if specifier == IOT_CENTRAL:
            return Context(metamodel.V2, (specifier,))
        problems.append(
            ("missingDtdlContext", f"@context must begin with a version of DTDL, not with {specifier}.")
        )
        return None
    if context.language == metamodel.V2 and "." in version_of(specifier):
        problems.append(
            (
                "invalidContextSpecifierForVersion",
                f"{specifier} must have a whole number as its version in DTDL v2.",
            )
        )
        return context
    if specifier.startswith(_LIMITS) and is_known_at_some_version(specifier):
        return _with_limits(context, specifier, previous, options, problems)
    if extension(specifier) is None:
        return _with_unknown(context, specifier, options, problems)
    others = tuple(one for one in context.extensions if without_version(one) != without_version(specifier))
    return replace(context, extensions=(*others, specifier))


def _with_limits(
    context: Context, specifier: str, previous: str, options: Options, problems: list[Problem]
) -> Context:
    if not previous.endswith("#limitless"):
        problems.append(
            ("misplacedLimitContext", f"{specifier} must follow dtmi:dtdl:context;4#limitless at once.")
        )
    elif not {specifier, without_version(specifier)} & options.acceptable_limits:
        problems.append(("disallowedLimitContext", f"The limits of {specifier} are not accepted here."))
    return replace(context, limits=without_version(specifier).removeprefix(_LIMITS))


def _with_unknown(context: Context, specifier: str, options: Options, problems: list[Problem]) -> Context:
    allowed = {"always": True, "never": False}.get(
        options.undefined_extensions, context.language == metamodel.V2
    )
    if not allowed:
        known = is_known_at_some_version(specifier)
        rule = "unresolvableContextVersion" if known else "unresolvableContextSpecifier"
        what = "this version of the extension" if known else "this extension"
        problems.append((rule, f"@context names {specifier}, but {what} is not known here."))
    return replace(context, has_unknown=True)


def _limits_problems(specifiers: tuple[str, ...], context: Context | None) -> Iterator[Problem]:
    """`#limitless` must be followed at once by limits (DTDL v4, "Limit extensions")."""
    if context is None or context.language < metamodel.V4:
        return
    for index, specifier in enumerate(specifiers):
        if specifier.endswith("#limits") and not (index and specifiers[index - 1].endswith("#limitless")):
            yield "misplacedLimitContext", f"{specifier} must follow dtmi:dtdl:context;4#limitless at once."
            return
        if specifier.endswith("#limitless"):
            following = specifiers[index + 1] if index + 1 < len(specifiers) else ""
            if not following.startswith((_LIMITS, f"{_DTDL};4")) or following.endswith("#limitless"):
                message = f"{specifier} must be followed at once by a context that sets limits."
                yield "missingLimitContext", message
                return
