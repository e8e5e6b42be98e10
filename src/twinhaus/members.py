"""Reading the contract's own objects: keys in any casing, null as absent, and every fault noted instead of the first.

The user's data (contents, relationship properties, filter values) pass through untouched.
"""

from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, overload

from twinhaus.errors import Fault, Invalid, path_to
from twinhaus.instants import expected_time, parse_instant
from twinhaus.strictjson import Json, JsonObject, describe

FAULTS_MAX = 1_000  # Of one request; a body of nothing but mistakes has half a million.


class Faults:
    """Faults gathered while a request is read: the first of them, and how many more there are."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._unnamed = 0

    def add(self, path: str, message: str) -> None:
        if self.are_enough:
            self._unnamed += 1
        else:
            self._found.append(Fault(path or "$", message))

    @property
    def are_enough(self) -> bool:
        """Whether further ones are only counted, so that nobody needs to find words for them."""
        return len(self._found) >= FAULTS_MAX

    @property
    def found(self) -> tuple[Fault, ...]:
        """Everything found so far."""
        if not self._unnamed:
            return tuple(self._found)
        return (*self._found, Fault("$", f"{self._unnamed} more faults are not named here."))

    def raise_any(self) -> None:
        """Raise Invalid with everything found, if anything was."""
        if self._found:
            raise Invalid(*self._found)


class Members:
    """The members of one contract object, by their contract names."""

    def __init__(self, value: Json, path: str, names: tuple[str, ...], faults: Faults) -> None:
        self._path = path
        self._faults = faults
        self._values: JsonObject = {}
        self._given: set[str] = set()
        self._is_object = isinstance(value, dict)
        if not isinstance(value, dict):
            faults.add(path, f"Expected an object; got {describe(value)}")
            return
        known = by_folded(names)
        for key, member in value.items():
            name = key if key in names else known.get(key.lower())
            if name is None:
                # To look for what was meant takes longer than all the rest of reading.
                hint = "" if faults.are_enough else suggestion(key, names)
                faults.add(path_to(path, key), f'Unknown member "{key}". {hint}')
            elif name in self._given:
                faults.add(path_to(path, key), f'"{name}" is given twice, in two casings')
            else:
                self._given.add(name)
                if member is not None:
                    self._values[name] = member

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __bool__(self) -> bool:
        return bool(self._values)

    def is_given(self, name: str) -> bool:
        """Whether a member was sent at all, be it as null."""
        return name in self._given

    def require(self, name: str, what: str = "") -> bool:
        """Whether a member is there. A fault says if it is not, but of what is no object one has said enough."""
        if name not in self and self._is_object:
            self._faults.add(self.path(name), f'"{name}" is required{what}')
        return name in self

    def path(self, name: str) -> str:
        """The path of a member, for faults of its own."""
        return path_to(self._path, name)

    def raw(self, name: str) -> Json:
        """The user's own data, or None."""
        return self._values.get(name)

    def array(self, name: str) -> list[Json]:
        """The elements of an array; none where it is absent."""
        value = self._values.get(name, [])
        if isinstance(value, list):
            return value
        self._expected(name, "an array")
        return []

    def free_object(self, name: str) -> JsonObject:
        """An object of the user's own data; empty where it is absent."""
        value = self._values.get(name, {})
        if isinstance(value, dict):
            return value
        self._expected(name, "an object")
        return {}

    def boolean(self, name: str) -> bool:
        """False where it is absent."""
        value = self._values.get(name, False)
        if isinstance(value, bool):
            return value
        self._expected(name, "true or false")
        return False

    def integer(self, name: str, *, least: int, most: int) -> int | None:
        """A number without a fraction, however it is written: `1.0` is an integer to JSON Schema."""
        value = self._values.get(name)
        if value is None:
            return None
        is_integer = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if is_integer and not isinstance(value, bool) and least <= value <= most:
            return int(value)
        self._expected(name, f"an integer from {least} to {most}")
        return None

    @overload
    def text(self, name: str) -> str | None: ...
    @overload
    def text(self, name: str, *, required: Literal[True]) -> str: ...
    def text(self, name: str, *, required: bool = False) -> str | None:
        """A text; a required one must be there and not be empty, and is "" where it is faulty."""
        value = self._values.get(name)
        if isinstance(value, str) and (value or not required):
            return value
        if required and value is None:
            self.require(name)
        elif required and value == "":
            self._faults.add(self.path(name), f'"{name}" must not be empty')
        elif value is not None:
            self._expected(name, "a string")
        return "" if required else None

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """An array of non-empty texts, each once."""
        found = []
        elements = self.array(name)
        if len(elements) > most:
            self._faults.add(self.path(name), f"At most {most} are allowed; got {len(elements)}")
        for index, element in enumerate(elements[:most]):
            if isinstance(element, str) and element:
                found.append(element)
            else:
                self._faults.add(
                    path_to(self.path(name), index), f"Expected a non-empty string; got {describe(element)}"
                )
        return tuple(dict.fromkeys(found))

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """One of the contract's own words, in any casing."""
        value = self._values.get(name)
        if value is None:
            return None
        known = by_folded(choices)
        if isinstance(value, str) and value.lower() in known:
            return known[value.lower()]
        self._expected(name, f"one of {', '.join(choices)}")
        return None

    def instant(self, name: str) -> int | None:
        """Ticks of an ISO 8601 time."""
        value = self._values.get(name)
        if value is None:
            return None
        instant = parse_instant(value) if isinstance(value, str) else None
        if instant is None:
            self._expected(name, f"{expected_time(value)} such as 2024-08-30T03:49:30.4062816+00:00")
        return instant

    def _expected(self, name: str, what: str) -> None:
        self._faults.add(self.path(name), f"{name} expects {what}; got {describe(self._values[name])}")


@lru_cache(maxsize=64)
def by_folded(names: tuple[str, ...]) -> dict[str, str]:
    """The contract's names by their lower case."""
    return {name.lower(): name for name in names}


def suggestion(key: str, names: tuple[str, ...]) -> str:
    """What may have been meant by an unknown key."""
    if not names:
        return "None is known here."
    known = by_folded(names)
    if nearest := get_close_matches(key.lower(), known, n=1):
        return f'Did you mean "{known[nearest[0]]}"?'
    return f"Known here: {', '.join(names)}."
