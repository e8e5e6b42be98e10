"""Answers, read into values. Keys are matched in any casing: Willow's relationships spell their id `Id`."""

from collections.abc import Callable
from typing import TypeVar

import httpx

from twinhaus_client.calls import Json, JsonObject
from twinhaus_client.errors import UnexpectedAnswer

T = TypeVar("T")
_SHOWN = 200  # Characters of what was not expected.
UNCHANGED = 304


class Members:
    """The members of a contract object, by their names in any casing."""

    def __init__(self, value: Json, what: str) -> None:
        """Raises UnexpectedAnswer where the value is no object."""
        if not isinstance(value, dict):
            raise UnexpectedAnswer(f"Expected {what}; got {str(value)[:_SHOWN]}")
        self._what = what
        self._by_name = {key.lower(): member for key, member in value.items()}

    def get(self, name: str, default: Json = None) -> Json:
        """A member; the default where it is absent or null."""
        found = self._by_name.get(name.lower())
        return default if found is None else found

    def text(self, name: str) -> str:
        """A member that must be there, as text."""
        if not isinstance(found := self.get(name), str):
            raise UnexpectedAnswer(
                f"Expected {self._what} with a text `{name}`; got {str(self._by_name)[:_SHOWN]}"
            )
        return found

    def number(self, name: str) -> int:
        """A member that must be there, as an integer."""
        if not isinstance(found := self.get(name), int):
            raise UnexpectedAnswer(
                f"Expected {self._what} with a number `{name}`; got {str(self._by_name)[:_SHOWN]}"
            )
        return found

    def array_or_none(self, name: str, read: Callable[[Json], T]) -> tuple[T, ...] | None:
        """A member that is an array, each element read; None where it is absent."""
        found = self.get(name)
        return None if found is None else array(found, read)


def array(value: Json, read: Callable[[Json], T]) -> tuple[T, ...]:
    """Every element of an array. Raises UnexpectedAnswer where it is none."""
    if not isinstance(value, list):
        raise UnexpectedAnswer(f"Expected an array; got {str(value)[:_SHOWN]}")
    return tuple(read(element) for element in value)


def json_of(response: httpx.Response) -> Json:
    """The body, as JSON. Raises UnexpectedAnswer where it is not."""
    try:
        return response.json()
    except ValueError as error:
        raise UnexpectedAnswer(
            f"{response.request.method} {response.request.url.path} answered {response.status_code} "
            f"with what is not JSON: {response.text[:_SHOWN]}",
            status=response.status_code,
        ) from error


def json_object(response: httpx.Response) -> JsonObject:
    """The body, which is a JSON object."""
    found = json_of(response)
    if not isinstance(found, dict):
        raise UnexpectedAnswer(f"Expected an object; got {str(found)[:_SHOWN]}")
    return found


def many(read: Callable[[Json], T]) -> Callable[[httpx.Response], tuple[T, ...]]:
    """Reads a body that is an array."""
    return lambda response: array(json_of(response), read)


def one(read: Callable[[Json], T]) -> Callable[[httpx.Response], T]:
    """Reads a body that is one value."""
    return lambda response: read(json_of(response))


def nothing(response: httpx.Response) -> None:
    """Reads a body that says nothing."""


def text(response: httpx.Response) -> str:
    """Reads a body that is text."""
    return response.text
