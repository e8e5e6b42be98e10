"""What a client does to get one answer: tokens, renewal, attempts. It decides, and leaves all doing to its driver.

A conversation is a generator. It yields steps, gets what came of each, and returns the answer; so the same lines run
under a driver that blocks and under one that awaits.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import httpx

from twinhaus_client.auth import AsyncAuth, ClientCredentials, token_call
from twinhaus_client.calls import Call
from twinhaus_client.errors import TransportError, TwinhausError, Unauthorized, error_of
from twinhaus_client.retries import Attempts, Outcome, Retries, retry_after_seconds

T = TypeVar("T")
_NOT_MODIFIED = 304
# A token is renewed a minute before it expires, or when a tenth of its life is left where that is later.
_MARGIN_SECONDS = 60
_MARGIN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Send:
    """Send this, and give back the httpx response, or the transport error that came instead."""

    method: str
    url: str
    query: Mapping[str, str] | None
    headers: Mapping[str, str] = field(repr=False)  # A token may be in these, a secret in the body.
    body: bytes | Iterable[bytes] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait this long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Call this, await what it returns where it can be awaited, and give that back."""

    provider: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Alone:
    """Go through this conversation while no other such one of this client is going on, and give back its result."""

    conversation: "Steps[str]"


Step: TypeAlias = Send | Wait | Ask | Alone
Steps: TypeAlias = Generator[Step, Any, T]


@dataclass(frozen=True, slots=True)
class _Held:
    token: str = field(repr=False)
    renew_at: float  # By the client's clock.


class Session:
    """The rules of one client's conversations, and the token that they share."""

    def __init__(self, base_url: str, auth: AsyncAuth, retries: Retries, clock: Callable[[], float]) -> None:
        self._base_url = base_url.rstrip("/")
        self._auth = auth
        self._retries = retries
        self._clock = clock
        self._held: _Held | None = None

    def converse(self, call: Call[Any]) -> Steps[httpx.Response]:
        """Get the answer to a call. Raises TwinhausError where it is an error, or none comes."""
        token = yield from self._token()
        attempts = Attempts(call, self._retries, self._clock)
        try:
            return (yield from self._exchange(call, token, attempts))
        except Unauthorized:
            self._forget(token)
            # Keys may have been rotated, or clocks differ: one new token is worth a try, a second is not.
            if token is None or isinstance(self._auth, str) or not call.is_replayable:
                raise
        renewed = yield from self._token()
        return (yield from self._exchange(call, renewed, attempts))

    def _exchange(self, call: Call[Any], token: str | None, attempts: Attempts) -> Steps[httpx.Response]:
        headers = {**call.headers, **({} if token is None else {"Authorization": f"Bearer {token}"})}
        # With an empty query httpx would cut off one that the URL has.
        step = Send(call.method, self._url_of(call), call.query or None, headers, call.body)
        while True:
            outcome: Outcome = yield step
            if isinstance(outcome, httpx.Response) and _is_answer(outcome):
                return outcome
            pause = attempts.pause_after(outcome)
            if pause is None:
                error = self._error_of(outcome, call)
                error.may_have_been_applied = attempts.has_lost_one
                raise error from (outcome if isinstance(outcome, Exception) else None)
            yield Wait(pause)

    def _token(self) -> Steps[str | None]:
        match self._auth:
            case None | str():
                return self._auth
            case ClientCredentials():
                return self._fresh() or (yield Alone(self._renew(self._auth)))
            case provider:
                token: str = yield Ask(provider)
                return token

    def _fresh(self) -> str | None:
        """The token that is held, while it need not be renewed."""
        held = self._held
        return held.token if held is not None and self._clock() < held.renew_at else None

    def _forget(self, refused: str | None) -> None:
        """Unless someone else has renewed it already."""
        held = self._held
        if held is not None and held.token == refused:
            self._held = None

    def _renew(self, credentials: ClientCredentials) -> Steps[str]:
        if (fresh := self._fresh()) is not None:
            return fresh  # Someone else has renewed it while this conversation waited for its turn.
        asked_at = self._clock()
        call = token_call(credentials)
        attempts = Attempts(call, self._retries, self._clock)
        grant = call.read((yield from self._exchange(call, None, attempts)))
        margin = min(_MARGIN_SECONDS, grant.seconds * _MARGIN_SHARE)
        self._held = _Held(grant.token, asked_at + grant.seconds - margin)
        return grant.token

    def _url_of(self, call: Call[Any]) -> str:
        return call.path if "://" in call.path else self._base_url + call.path

    def _error_of(self, outcome: Outcome, call: Call[Any]) -> TwinhausError:
        if isinstance(outcome, httpx.Response):
            return error_of(outcome, retry_after_seconds=retry_after_seconds(outcome, self._clock))
        reason = str(outcome) or type(outcome).__name__
        return TransportError(f"{call.method} {self._url_of(call)}: {reason}")


def _is_answer(response: httpx.Response) -> bool:
    return response.is_success or response.status_code == _NOT_MODIFIED
