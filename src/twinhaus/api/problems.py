"""Errors as problem documents (RFC 9457): the one table of statuses, and the headers some of them carry."""

from starlette.responses import Response

from twinhaus.auth.tokens import InvalidToken
from twinhaus.errors import (
    Conflict,
    Forbidden,
    ForeignOrigin,
    Invalid,
    NotFound,
    OutsideLocations,
    PreconditionFailed,
    TooLarge,
    TwinhausError,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
    UnsupportedPatch,
    by_path,
)
from twinhaus.strictjson import JsonObject, write

MEDIA_TYPE = "application/problem+json"

_STATUSES: tuple[tuple[type[TwinhausError], int, str], ...] = (
    (Invalid, 400, "The request is not valid"),
    (Unauthorized, 401, "Not authenticated"),
    (Forbidden, 403, "Not allowed"),
    (ForeignOrigin, 403, "Not allowed"),
    (OutsideLocations, 403, "Not allowed"),
    (NotFound, 404, "Not found"),
    (Conflict, 409, "Conflict"),
    (PreconditionFailed, 412, "Precondition failed"),
    (TooLarge, 413, "Body too large"),
    (UnsupportedMediaType, 415, "Unsupported media type"),
    (Unavailable, 503, "Not available just now"),
)


def problem(error: BaseException, request_id: str) -> Response:
    """The answer to an error. What is not one of ours is a 500 that says nothing of its cause."""
    for kind, status, title in _STATUSES:
        if isinstance(error, kind):
            return _response(
                error.code, status, title, error.detail, request_id, _headers(error), _errors(error)
            )
    return _response(
        "internal-error", 500, "Internal error", "Something went wrong here.", request_id, {}, None
    )


def method_not_allowed(allowed: str, request_id: str) -> Response:
    """405, with the methods this path does have."""
    detail = f"This path answers {allowed}."
    return _response(
        "method-not-allowed", 405, "Method not allowed", detail, request_id, {"Allow": allowed}, None
    )


def malformed_request(request_id: str) -> Response:
    """400 to what is not HTTP."""
    return _unasked("malformed-request", 400, "The request is not valid", "This is not HTTP/1.1.", request_id)


def head_too_large(bytes_max: int, request_id: str) -> Response:
    """431 (RFC 6585 §5)."""
    detail = f"A request's line and headers have at most {bytes_max} bytes."
    return _unasked("head-too-large", 431, "Headers too large", detail, request_id)


def head_too_late(seconds_max: float, request_id: str) -> Response:
    """408 (RFC 9110 §15.5.9)."""
    detail = f"A request's line and headers may take {seconds_max:g} seconds to come."
    return _unasked("head-too-late", 408, "Request timeout", detail, request_id)


def body_too_late(seconds_max: float, request_id: str) -> Response:
    """408 (RFC 9110 §15.5.9)."""
    detail = f"Nothing more of the body came for {seconds_max:g} seconds."
    return _unasked("body-too-late", 408, "Request timeout", detail, request_id)


def _unasked(code: str, status: int, title: str, detail: str, request_id: str) -> Response:
    """To what reaches no route, and nothing else that gives answers their ids."""
    return _response(code, status, title, detail, request_id, {"X-Request-Id": request_id}, None)


def _errors(error: BaseException) -> dict[str, list[str]] | None:
    return by_path(error.faults) if isinstance(error, Invalid) else None


def _headers(error: TwinhausError) -> dict[str, str]:
    match error:
        case InvalidToken():
            return {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{error.detail}"'}
        case Unauthorized():
            return {"WWW-Authenticate": "Bearer"}
        case Forbidden():
            return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{error.missing_scope}"'}
        case UnsupportedPatch():
            return {"Accept-Patch": error.accepted}  # RFC 5789 §2.2
        case Unavailable():
            return {"Retry-After": str(error.retry_after_seconds)}
        case _:
            return {}


def _response(
    code: str,
    status: int,
    title: str,
    detail: str,
    request_id: str,
    headers: dict[str, str],
    errors: dict[str, list[str]] | None,
) -> Response:
    document: JsonObject = {
        "type": f"urn:twinhaus:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:twinhaus:request:{request_id}",
    }
    if errors:
        document["errors"] = errors
    return Response(write(document), status, headers, MEDIA_TYPE)
