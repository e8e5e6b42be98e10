"""What is tried again, how often, and after how long."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from tests.client.asking import Kind, asking
from tests.client.stage import HANG_UP, PROBLEM, Answer, stage

from twinhaus_client import ClientCredentials, Retries, Twin
from twinhaus_client.errors import (
    Interrupted,
    NotFound,
    PreconditionFailed,
    TooManyRequests,
    TransportError,
    Unavailable,
)

BUSY = Answer(503, {"type": PROBLEM, "detail": "Later, please."}, {"Retry-After": "7"})
TROUBLED = Answer(503, {"detail": "A proxy says so."})
LEVEL = {"id": "L1", "modelId": "dtmi:com:willowinc:Level;1", "contents": {}}
FOUND = Answer(200, LEVEL, {"ETag": '"1"'})
NO_CONTENT = Answer(204, b"")
PATCH = [{"op": "remove", "path": "/contents/code"}]

Question = Callable[[Any], Any]
GET: Question = lambda api: api.twins.get("L1")  # noqa: E731
READING: dict[str, tuple[Question, Answer]] = {
    "get": (GET, FOUND),
    "put": (lambda api: api.twins.put(Twin("L1", "dtmi:com:willowinc:Level;1")), FOUND),
    "delete": (lambda api: api.twins.delete("L1"), NO_CONTENT),
    "list": (lambda api: api.twins.list(), Answer(200, {"content": [LEVEL], "continuationToken": None})),
    "count": (lambda api: api.twins.count(), Answer(200, 1)),
    "get_many": (lambda api: api.twins.get_many(["L1"]), Answer(200, [LEVEL])),
    "graph": (lambda api: api.twins.graph("L1"), Answer(200, {"Twin": LEVEL})),
    "patch_if_match": (lambda api: api.twins.patch("L1", PATCH, if_match='"1"'), FOUND),
}
ONCE: dict[str, Question] = {
    "patch": lambda api: api.twins.patch("L1", PATCH),
    "bulk_put": lambda api: api.twins.bulk_put([LEVEL]),
    "add_client": lambda api: api.clients.add("me", ["twins:read"]),
    "add_signing_key": lambda api: api.signing_keys.add(),
}


@pytest.mark.parametrize("failure", [HANG_UP, TROUBLED, Answer(502), Answer(504), Answer(429)])
@pytest.mark.parametrize("name", READING)
def test_what_is_safe_is_tried_again(name: str, failure: Answer, kind: Kind) -> None:
    """What does no harm twice is asked again after a lost connection and after 429, 502, 503 and 504."""
    question, answer = READING[name]
    with stage(failure, failure, answer) as played, asking(kind, played.url, sleep=lambda _: None) as ask:
        ask(question)
        assert len(played.asked) == 3
        assert len(set(map(str, played.asked))) == 1


@pytest.mark.parametrize("failure", [HANG_UP, TROUBLED, Answer(502), Answer(504)])
@pytest.mark.parametrize("name", ONCE)
def test_what_is_not_safe_is_asked_once(name: str, failure: Answer, kind: Kind) -> None:
    """What may have been done is not asked again."""
    with stage(failure, FOUND) as played, asking(kind, played.url) as ask:
        with pytest.raises((TransportError, Unavailable)):
            ask(ONCE[name])
        assert len(played.asked) == 1


def test_what_was_certainly_not_done_is_tried_again(kind: Kind) -> None:
    """Where the server says when to come back it has changed nothing, so that even a bare PATCH is asked again."""
    slept: list[float] = []
    with stage(BUSY, FOUND) as played, asking(kind, played.url, sleep=slept.append) as ask:
        ask(ONCE["patch"])
        assert len(played.asked) == 2
    assert slept == [7]


def test_a_server_that_is_not_there_is_tried_again(kind: Kind) -> None:
    """What never left is sent again, whatever it is; and in the end it is said that there was no answer."""
    slept: list[float] = []
    with stage(FOUND) as played:
        url = played.url
    with asking(kind, url, sleep=slept.append) as ask, pytest.raises(TransportError) as raised:
        ask(ONCE["patch"])
    assert len(slept) == Retries().attempts - 1
    assert raised.value.status is None
    assert not raised.value.may_have_been_applied
    assert raised.value.__cause__ is not None


@pytest.mark.parametrize("question", [GET, lambda api: api.export()])
def test_an_answer_that_cannot_be_unpacked_is_none(question: Question, kind: Kind) -> None:
    """It is an error of ours, and not tried again: it would come again."""
    packed = Answer(200, b"not gzip", {"Content-Encoding": "gzip"})
    with stage(packed) as played, asking(kind, played.url) as ask:
        with pytest.raises((TransportError, Interrupted)):
            ask(question)
        assert len(played.asked) == 1


def test_attempts_are_numbered(kind: Kind) -> None:
    """After so many attempts the last error is raised, with all that the server said."""
    slept: list[float] = []
    with (
        stage(TROUBLED) as played,
        asking(kind, played.url, retries=Retries(attempts=3), sleep=slept.append) as ask,
    ):
        with pytest.raises(Unavailable) as raised:
            ask(GET)
        assert len(played.asked) == 3
    assert (raised.value.status, raised.value.request_id) == (503, "staged")
    assert raised.value.problem == {"detail": "A proxy says so."}
    assert "A proxy says so." in str(raised.value)


def test_pauses_grow_and_are_random(kind: Kind) -> None:
    """Each pause is a random part of a time that doubles, up to the longest."""
    slept: list[float] = []
    retries = Retries(attempts=7, first_seconds=1, longest_seconds=8, total_seconds=1_000)
    with (
        stage(TROUBLED) as played,
        asking(kind, played.url, retries=retries, sleep=slept.append) as ask,
        pytest.raises(Unavailable),
    ):
        ask(GET)
    for seconds, longest in zip(slept, (1, 2, 4, 8, 8, 8), strict=True):
        assert 0 <= seconds <= longest
    assert len(set(slept)) == len(slept)


@pytest.mark.parametrize("dated", [True, False])
def test_retry_after_may_be_a_date(dated: bool, kind: Kind) -> None:
    """A date in Retry-After is waited for by the server's clock, or by one's own where the server does not say."""
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    own = now + timedelta(hours=5) if dated else now
    slept: list[float] = []
    headers = {"Retry-After": format_datetime(now + timedelta(seconds=20), usegmt=True)}
    busy = Answer(429, None, {**headers, "Date": format_datetime(now, usegmt=True)} if dated else headers)
    with (
        stage(busy, FOUND) as played,
        asking(kind, played.url, sleep=slept.append, clock=own.timestamp) as ask,
    ):
        ask(GET)
    assert slept == [20]


@pytest.mark.parametrize("text", ["soon", "-5", "²", "", f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"])
def test_a_retry_after_that_is_none_is_as_if_absent(text: str, kind: Kind) -> None:
    """What cannot be read says nothing of how long to wait."""
    slept: list[float] = []
    busy = Answer(503, None, {"Retry-After": text})
    with stage(busy, FOUND) as played, asking(kind, played.url, sleep=slept.append) as ask:
        ask(GET)
    assert len(slept) == 1
    assert slept[0] <= Retries().first_seconds


def test_total_time_is_limited(kind: Kind) -> None:
    """No attempt is begun later than the total time allows; then the error says for how long the server is busy."""
    with (
        stage(Answer(429, {"detail": "Enough."}, {"Retry-After": "120"})) as played,
        asking(kind, played.url) as ask,
        pytest.raises(TooManyRequests) as raised,
    ):
        ask(GET)
    assert raised.value.retry_after_seconds == 120


def test_the_clock_counts(kind: Kind) -> None:
    """Time that passes in attempts counts as well as that in pauses."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += 35

    with (
        stage(TROUBLED) as played,
        asking(kind, played.url, sleep=sleep, clock=lambda: now) as ask,
    ):
        with pytest.raises(Unavailable):
            ask(GET)
        assert len(played.asked) == 3


def test_an_answer_after_a_lost_one_says_so(kind: Kind) -> None:
    """A DELETE that answers 404 after an attempt without an answer may have done its work, and the error says so."""
    gone = Answer(404, {"detail": "There is no such twin."})
    with stage(HANG_UP, gone) as played, asking(kind, played.url, sleep=lambda _: None) as ask:
        with pytest.raises(NotFound) as raised:
            ask(lambda api: api.twins.delete("L1"))
        assert raised.value.may_have_been_applied
        with pytest.raises(NotFound) as raised:
            ask(lambda api: api.twins.delete("L1"))
        assert not raised.value.may_have_been_applied


def test_a_lost_attempt_is_remembered_over_a_new_token(kind: Kind) -> None:
    """Also where the token had to be renewed between the attempt without an answer and the last one."""
    token = Answer(200, {"access_token": "t", "expires_in": 3_599})
    played_out = (token, HANG_UP, Answer(401, {}), token, Answer(404, {}))
    auth = ClientCredentials("me", "secret")
    with (
        stage(*played_out) as played,
        asking(kind, played.url, auth=auth, sleep=lambda _: None) as ask,
        pytest.raises(NotFound) as raised,
    ):
        ask(lambda api: api.twins.delete("L1"))
    assert raised.value.may_have_been_applied


def test_a_conditional_write_after_a_lost_one_says_so(kind: Kind) -> None:
    """So does a conditional PUT that answers 412."""
    with stage(HANG_UP, Answer(412, {})) as played, asking(kind, played.url, sleep=lambda _: None) as ask:
        with pytest.raises(PreconditionFailed) as raised:
            ask(lambda api: api.twins.put(Twin("L1", "dtmi:com:willowinc:Level;1"), if_match='"1"'))
        assert raised.value.may_have_been_applied


def test_one_attempt_is_one_attempt(kind: Kind) -> None:
    """Whoever retries by other means can have each request sent once."""
    with stage(BUSY) as played, asking(kind, played.url, retries=Retries(attempts=1)) as ask:
        with pytest.raises(Unavailable):
            ask(GET)
        assert len(played.asked) == 1
