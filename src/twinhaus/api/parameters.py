"""Reading query parameters: names and words in any casing, each at most once, and every fault noted at its name.

What `members.py` is for the contract's objects, this is for what stands after a path's question mark.
"""

from urllib.parse import parse_qsl

from starlette.requests import Request

from twinhaus.instants import expected_time, parse_instant
from twinhaus.members import Faults, by_folded, suggestion

_PARAMETERS_MAX = 100  # No operation has a tenth of that.
_SHOWN_MAX = 60  # Characters of a value that are quoted back.


class Parameters:
    """The query parameters of a request, by their contract names."""

    def __init__(self, request: Request, names: tuple[str, ...], faults: Faults) -> None:
        self._faults = faults
        self._values: dict[str, str] = {}
        known = by_folded(names)
        for key, value in _pairs(request, faults):
            name = known.get(key.lower())
            if name is None:
                faults.add(key, f'Unknown parameter "{key}". {suggestion(key, names)}')
            elif name in self._values:
                faults.add(name, f"{name} is given twice")
            else:
                self._values[name] = value

    def flag(self, name: str) -> bool:
        """True or false, in any casing; false where it is absent."""
        text = self._values.get(name, "false").lower()
        if text not in ("true", "false"):
            self._expected(name, "is true or false")
        return text == "true"

    def text(self, name: str) -> str | None:
        """A text, which is not empty: a filter without a value would be a slip."""
        value = self._values.get(name)
        if value == "":
            self._faults.add(name, f"{name} must not be empty")
            return None
        return value

    def integer(self, name: str, *, least: int, most: int) -> int | None:
        value = self._values.get(name)
        if value is None:
            return None
        # As many digits as the largest has are enough; Python's own limit for texts of digits is never met.
        if (
            value.isascii()
            and value.isdigit()
            and len(value) <= len(str(most))
            and least <= int(value) <= most
        ):
            return int(value)
        self._expected(name, f"is an integer from {least} to {most}")
        return None

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """One of the contract's own words, in any casing."""
        value = self._values.get(name)
        if value is None:
            return None
        chosen = by_folded(choices).get(value.lower())
        if chosen is None:
            self._expected(name, f"is one of {', '.join(choices)}")
        return chosen

    def instant(self, name: str) -> int | None:
        """Ticks of an ISO 8601 time. A `+` that was not encoded arrives as a space, and is meant as one."""
        value = self._values.get(name)
        if value is None:
            return None
        instant = parse_instant(value)
        if instant is None:
            instant = parse_instant("+".join(value.rsplit(" ", 1)))
        if instant is None:
            self._expected(name, f"is {expected_time(value)} such as 2024-08-30T03:49:30.4062816Z")
        return instant

    def _expected(self, name: str, what: str) -> None:
        value = self._values[name]
        shown = value if len(value) <= _SHOWN_MAX else f"{value[: _SHOWN_MAX - 1]}…"
        self._faults.add(name, f'{name} {what}; got "{shown}"')


def _pairs(request: Request, faults: Faults) -> list[tuple[str, str]]:
    """Names and values, decoded, as they were sent."""
    sent = request.scope["query_string"]
    if not sent:
        return []
    try:
        query = sent.decode("utf-8")
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS_MAX)
    except ValueError:
        faults.add("", f"The query parameters must be UTF-8, and at most {_PARAMETERS_MAX}")
        return []
