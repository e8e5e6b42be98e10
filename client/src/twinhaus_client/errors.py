"""What can go wrong. Every error of this package is a TwinhausError."""

from typing import Any

import httpx

_TOO_LONG = 500  # Characters of an answer that is no problem document: enough to see what it is.


class TwinhausError(Exception):
    """Something went wrong.

    `status`, `problem` (RFC 9457) and `request_id` are those of the answer, and None or empty where there was none.
    `may_have_been_applied` says that an earlier attempt got no answer: a DELETE that then answers 404, or a
    conditional PUT that answers 412, may have done its work the first time.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        problem: dict[str, Any] | None = None,
        request_id: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem or {}
        self.request_id = request_id
        self.retry_after_seconds = retry_after_seconds
        self.may_have_been_applied = False

    @property
    def code(self) -> str | None:
        """The last part of the problem's `type`, such as `not-found`; of a token endpoint, its `error`."""
        found = self.problem.get("type") or self.problem.get("error")
        return found.rpartition(":")[2] if isinstance(found, str) else None


class TransportError(TwinhausError):
    """There was no answer: no connection, one that broke, a timeout, or nothing that can be unpacked. The cause is
    the httpx error.
    """


class Interrupted(TwinhausError):
    """An answer that came line by line ended before its last line, so what it did say is not all."""


class UnexpectedAnswer(TwinhausError):
    """The answer is not one of this API: another server, or a proxy, may have given it."""


class AnsweredError(TwinhausError):
    """The server answered with an error for which there is no class of its own."""


class Invalid(AnsweredError):
    """400: the request breaks the contract, or a twin its model. `errors` leads from each path to its messages."""

    @property
    def errors(self) -> dict[str, list[str]]:
        """From the path of each fault, such as `contents.levelNumber`, to what is wrong there."""
        found = self.problem.get("errors")
        return dict(found) if isinstance(found, dict) else {}

    def __str__(self) -> str:
        faults = [f"\n  {path}: {message}" for path, all_ in self.errors.items() for message in all_]
        return super().__str__() + "".join(faults)


class Unauthorized(AnsweredError):
    """401: there is no token, or the server does not take it; or the client's credentials are wrong."""


class Forbidden(AnsweredError):
    """403: the client lacks the scope for this; the message names it."""


class NotFound(AnsweredError):
    """404: there is no such thing, or this client may not see it."""


class Conflict(AnsweredError):
    """409: the change contradicts what is stored; the message names what is in the way."""


class PreconditionFailed(AnsweredError):
    """412: it is not in the state that If-Match or If-None-Match asks for. Read it again, and decide again."""


class TooLarge(AnsweredError):
    """413: the body is over the server's limit."""


class UnsupportedMediaType(AnsweredError):
    """415: the server does not take a body of this kind here."""


class TooManyRequests(AnsweredError):
    """429: the server limits this client, and did so longer than the client may wait."""


class Unavailable(AnsweredError):
    """502, 503, 504: the server cannot answer just now, and did not for as long as the client may wait."""


class ServerFault(AnsweredError):
    """500: a fault of the server. Report it, with the request's id."""


class CannotExpress(ValueError):
    """The contract's list filters have no way to say this; the message says what to do instead."""


_BY_STATUS: dict[int, type[AnsweredError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    413: TooLarge,
    415: UnsupportedMediaType,
    429: TooManyRequests,
    500: ServerFault,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def error_of(response: httpx.Response, *, retry_after_seconds: float | None = None) -> TwinhausError:
    """The error that an answer stands for. Its body has been read."""
    kind = _kind(response.status_code) if response.is_error else UnexpectedAnswer
    problem = _problem_of(response)
    words = _words_of(problem) or response.text[:_TOO_LONG] or response.reason_phrase
    return kind(
        f"{response.request.method} {response.request.url.path}: {response.status_code} {words}",
        status=response.status_code,
        problem=problem,
        request_id=response.headers.get("X-Request-Id"),
        retry_after_seconds=retry_after_seconds,
    )


def error_of_problem(problem: Any, what: str) -> TwinhausError:
    """The error of a problem document that came inside an answer."""
    known = problem if isinstance(problem, dict) else {}
    status = known.get("status")
    request_id = str(known.get("instance", "")).rpartition(":")[2] or None
    return _kind(status)(f"{what}: {_words_of(known)}", status=status, problem=known, request_id=request_id)


def _kind(status: Any) -> type[TwinhausError]:
    return _BY_STATUS.get(status, AnsweredError)


def _problem_of(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words_of(problem: dict[str, Any]) -> str | None:
    for key in ("detail", "error_description", "title", "error"):
        if isinstance(words := problem.get(key), str):
            return words
    return None


def broken_off(request: str, reason: Exception) -> Interrupted:
    """The error of a streamed answer whose connection broke."""
    return Interrupted(f"{request}: the answer broke off: {reason}")
