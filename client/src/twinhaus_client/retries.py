"""Whether to try again, and how long to wait before."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from twinhaus_client.calls import Call, T

_BUSY = (429, 503)
_PASSING = (429, 502, 503, 504)
# Nothing of the request has left this machine.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)

Outcome = httpx.Response | httpx.RequestError


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long to try. `Retries(attempts=1)` tries once.

    Between two attempts is a random time of at most `first_seconds`, doubled with each attempt, up to
    `longest_seconds`, so that clients that were refused together do not come back together. Where the server says how
    long to wait, that long. No attempt begins later than `total_seconds` after the first.
    """

    attempts: int = 5
    first_seconds: float = 0.25
    longest_seconds: float = 20
    total_seconds: float = 60


class Attempts:
    """The attempts of one call."""

    def __init__(self, call: Call[T], retries: Retries, clock: Callable[[], float]) -> None:
        self._call = call
        self._retries = retries
        self._clock = clock
        self._begun = clock()
        self._made = 0
        self.has_lost_one = False  # The server may have done what an attempt asked, and nobody knows.

    def pause_after(self, outcome: Outcome) -> float | None:
        """How many seconds to wait before the next attempt; None where there must not be one."""
        self._made += 1
        may_have_been_applied = not _is_certainly_not_applied(outcome)
        self.has_lost_one |= may_have_been_applied and isinstance(outcome, httpx.RequestError)
        if not self._call.is_replayable or not _is_passing(outcome):
            return None
        if may_have_been_applied and not self._call.is_repeatable:
            return None
        pause = retry_after_seconds(outcome, self._clock)
        if pause is None:
            longest = min(self._retries.longest_seconds, self._retries.first_seconds * 2 ** (self._made - 1))
            pause = random.uniform(0, longest)  # noqa: S311  It spreads clients, and guards nothing.
        is_too_late = self._clock() + pause - self._begun > self._retries.total_seconds
        return None if is_too_late or self._made >= self._retries.attempts else pause


def _is_passing(outcome: Outcome) -> bool:
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in _PASSING
    return isinstance(outcome, _LOST)


def _is_certainly_not_applied(outcome: Outcome) -> bool:
    """Nothing was sent; or the server itself says to come back, which it does before it changes anything."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in _BUSY and "Retry-After" in outcome.headers
    return isinstance(outcome, _NEVER_SENT)


def retry_after_seconds(outcome: Outcome, clock: Callable[[], float]) -> float | None:
    """What `Retry-After` says (RFC 9110 §10.2.3), in seconds; None where it says nothing that can be read.

    A date is compared with the answer's own `Date` where there is one, so that this machine's clock may be wrong.
    """
    if not isinstance(outcome, httpx.Response):
        return None
    text = outcome.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until, now = _http_date(text), _http_date(outcome.headers.get("Date", ""))
    if until is None:
        return None
    return max(0.0, until - (clock() if now is None else now))


def _http_date(text: str) -> float | None:
    try:
        found: datetime = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # The latter for a year of twenty digits.
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
