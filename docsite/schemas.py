"""What a JSON Schema of the contract says, in a few words of Markdown."""

import json
from collections.abc import Iterator
from typing import Any

_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "minimum": "from {}",
    "maximum": "up to {}",
    "pattern": "like `{}`",
}
_PATTERN_CHARACTERS_MAX = 60  # What is longer, the description says better.


def members(schema: dict[str, Any], page: str) -> Iterator[tuple[str, str, str]]:
    """The members of an object, each with its type and what it is for; `page` is where the other schemas stand."""
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        told = type_of(member, page) + ("" if name in required else ", optional")
        yield f"`{name}`", told, _about(member)


def type_of(schema: dict[str, Any], page: str) -> str:
    """What a value may be."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({page}#{name.lower()})"
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(dict.fromkeys(type_of(one, page) for one in schema[union]))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    types = schema.get("type", "any value")
    names = [types] if isinstance(types, str) else types
    return " or ".join(_named(name, schema, page) for name in names)


def _named(name: str, schema: dict[str, Any], page: str) -> str:
    if name == "null":
        return name
    if name == "array" and "items" in schema:
        name = f"array of {type_of(schema['items'], page)}"
    if schema.get("minLength") == 1:
        schema = {**schema, "minLength": None}
        name = f"{name}, not empty"
    limits = [said.format(schema[key]) for key, said in _LIMITS.items() if _is_short(schema.get(key))]
    return f"{name} ({', '.join(limits)})" if limits else name


def _is_short(limit: object) -> bool:
    return limit is not None and len(str(limit)) <= _PATTERN_CHARACTERS_MAX and "`" not in str(limit)


def _about(member: dict[str, Any]) -> str:
    said = member.get("description", "")
    return f"{said} Default: `{json.dumps(member['default'])}`." if "default" in member else said
