"""How long the keys of another issuer are kept, when it is asked again, and what holds while it is down."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler

import pytest
from tests.issuers.handmade import CONFIGURATION, HandmadeIssuer, jwk, status

from twinhaus.auth.issuerkeys import OUTAGE_SECONDS_MAX, IssuerKeys, IssuerUnavailable


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of `keys`."""
    return Clock()


@pytest.fixture
def keys(issuer: HandmadeIssuer, clock: Clock) -> IssuerKeys:
    """The issuer's keys: kept for ten minutes, and not asked for more often than every ten seconds."""
    return IssuerKeys(issuer.url, keys_seconds=600, retry_seconds=10, clock=clock)


def has(keys: IssuerKeys, kid: str) -> bool:
    """Whether the issuer has a key of this id, as far as we know."""
    return asyncio.run(keys.find(kid)) is not None


def test_keys_are_kept(issuer: HandmadeIssuer, keys: IssuerKeys, clock: Clock) -> None:
    """They are fetched once for as long as they are current, and then once more; a key that is gone is none."""
    assert has(keys, "one")
    clock.now += 599
    assert has(keys, "one")
    assert issuer.site.asked.count("/keys") == 1
    issuer.publish(jwk(issuer.key, "two"))
    clock.now += 1
    assert not has(keys, "one")
    assert has(keys, "two")
    assert issuer.site.asked.count("/keys") == 2


def test_an_unknown_key_is_asked_for(issuer: HandmadeIssuer, keys: IssuerKeys, clock: Clock) -> None:
    """At once where the issuer was not asked a moment ago."""
    assert has(keys, "one")
    issuer.publish(jwk(issuer.key, "one"), jwk(issuer.key, "two"))
    clock.now += 10
    assert has(keys, "two")
    assert has(keys, "one")


def test_unknown_keys_do_not_hammer_the_issuer(
    issuer: HandmadeIssuer, keys: IssuerKeys, clock: Clock
) -> None:
    """However many tokens name keys that are none, it is asked every ten seconds at most."""
    for number in range(200):
        assert not has(keys, f"none-{number}")
        clock.now += 0.1
    assert issuer.site.asked.count("/keys") == 2


def test_many_ask_once(issuer: HandmadeIssuer, keys: IssuerKeys) -> None:
    """Tokens that come while the issuer is being asked wait for the same answer, and the event loop for none."""
    go_on = threading.Event()
    answer = issuer.site.answers["/keys"]

    def wait(handler: BaseHTTPRequestHandler) -> None:
        assert go_on.wait(10)
        answer(handler)

    issuer.site.answers["/keys"] = wait

    async def run() -> int:
        asked = [asyncio.create_task(keys.find("one")) for _ in range(20)]
        given_up = asyncio.create_task(keys.find("one"))
        await asyncio.sleep(0)
        given_up.cancel()
        go_on.set()  # The loop came here although nobody has been answered.
        return sum(key is not None for key in await asyncio.gather(*asked))

    assert asyncio.run(run()) == 20
    assert issuer.site.asked.count("/keys") == 1


def test_known_keys_outlive_an_outage(issuer: HandmadeIssuer, keys: IssuerKeys, clock: Clock) -> None:
    """For a day; an unknown key cannot be told from a bad one, which the error says."""
    assert has(keys, "one")
    issuer.site.answers["/keys"] = status(500)
    clock.now += 700
    assert has(keys, "one")
    with pytest.raises(IssuerUnavailable):
        has(keys, "two")
    clock.now += 1
    with pytest.raises(IssuerUnavailable):  # Not asked again, and still not known.
        has(keys, "two")
    clock.now += OUTAGE_SECONDS_MAX
    with pytest.raises(IssuerUnavailable):
        has(keys, "one")
    issuer.publish(jwk(issuer.key, "one"))
    clock.now += 10
    assert has(keys, "one")


def test_nobody_waits_for_an_issuer_that_is_down(
    issuer: HandmadeIssuer, keys: IssuerKeys, clock: Clock
) -> None:
    """Once it was asked in vain, tokens of known keys are good while it is asked again; then its new keys count."""
    assert has(keys, "one")
    issuer.site.answers["/keys"] = status(500)
    clock.now += 600
    assert has(keys, "one")
    issuer.publish(jwk(issuer.key, "two"))
    go_on, answer = threading.Event(), issuer.site.answers["/keys"]

    def wait(handler: BaseHTTPRequestHandler) -> None:
        assert go_on.wait(10)
        answer(handler)

    issuer.site.answers["/keys"] = wait
    clock.now += 10

    async def run() -> None:
        for _ in range(3):
            assert await keys.find("one") is not None
        go_on.set()  # We came here although it has not answered.
        assert await keys.find("two") is not None
        assert await keys.find("one") is None

    asyncio.run(run())


def test_an_issuer_that_is_down_from_the_start(
    issuer: HandmadeIssuer, keys: IssuerKeys, clock: Clock
) -> None:
    """Nothing is known, and as soon as it is back all is well."""
    answer = issuer.site.answers.pop(CONFIGURATION)
    with pytest.raises(IssuerUnavailable):
        has(keys, "one")
    issuer.site.answers[CONFIGURATION] = answer
    clock.now += 10
    assert has(keys, "one")
