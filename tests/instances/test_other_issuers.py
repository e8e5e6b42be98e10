"""A token of another issuer says by its audience which graph it is good for; else it is good for none with a name."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests import serving
from tests.engines import Engine
from tests.instances.ways import HOST, OWN, WAYS, addressed, create
from tests.issuers.handmade import CONFIGURATION, HandmadeIssuer, running_site

from twinhaus.testing.server import running_server

GRAPHS = (OWN, "acme", "beta")


@dataclass(frozen=True, slots=True)
class Trusting:
    """A server that trusts an issuer."""

    url: str
    issuer: HandmadeIssuer

    def status(self, name: str, audience: object, way: str = "path") -> int:
        """What a list in a graph is answered with, for a token with this audience."""
        token = self.issuer.token(claims={"aud": audience})
        with addressed(self.url, name, way) as http:
            return http.post("/twins", json={}, headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture(scope="module")
def make_trusting(engine: Engine) -> Iterator["Maker"]:
    """Starts a server on a store with two instances."""
    with engine.new_store() as store, running_site() as (url, site):
        serving.make_store(store)
        for name in ("acme", "beta"):
            create(store, name)
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        yield Maker(store, HandmadeIssuer(url, site, key))


@dataclass(frozen=True, slots=True)
class Maker:
    """Where servers are started."""

    store: str
    issuer: HandmadeIssuer

    def run(self, audiences: str) -> Iterator[Trusting]:
        """A server that trusts tokens with these audiences."""
        with running_server(
            self.store, instance_host=HOST, trusted_issuers=self.issuer.url, trusted_audiences=audiences
        ) as server:
            yield Trusting(server.url, self.issuer)


@pytest.fixture
def by_name(make_trusting: Maker) -> Iterator[Trusting]:
    """A server whose tokens name their instance."""
    yield from make_trusting.run("twins,api://twins/{instance}")


@pytest.fixture
def without_names(make_trusting: Maker) -> Iterator[Trusting]:
    """A server whose tokens have one audience for all."""
    yield from make_trusting.run("twins")


def test_the_audience_names_the_instance(by_name: Trusting) -> None:
    """A token is good in the graph that its audience stands for, and worthless in the others."""
    audiences = {OWN: "twins", "acme": "api://twins/acme", "beta": "api://twins/beta"}
    for theirs, audience in audiences.items():
        for there in GRAPHS:
            for way in WAYS:
                assert by_name.status(there, audience, way) == (200 if there == theirs else 401)


@pytest.mark.parametrize(
    "audience",
    ["api://twins/{instance}", "api://twins/", "api://twins/acme/", "api://twins/ACME", [], "other"],
)
def test_another_audience_names_none(audience: object, by_name: Trusting) -> None:
    """It must be the one of the instance to the letter."""
    for there in GRAPHS:
        assert by_name.status(there, audience) == 401


def test_an_issuer_may_name_several(by_name: Trusting) -> None:
    """A token for two instances is good in both, and nowhere else: so its issuer has decided."""
    audience = ["api://twins/acme", "api://twins/beta"]
    assert [by_name.status(there, audience) for there in GRAPHS] == [401, 200, 200]


def test_without_a_name_in_the_audience_no_instance_takes_them(without_names: Trusting) -> None:
    """Tokens that do not say which instance they are for are good for the graph without a name alone."""
    assert [without_names.status(there, "twins") for there in GRAPHS] == [200, 401, 401]


def test_the_issuer_is_asked_once_for_all(by_name: Trusting) -> None:
    """However many instances want its keys, they are fetched once."""
    site = by_name.issuer.site
    site.asked.clear()
    for _ in range(3):
        assert by_name.status("acme", "api://twins/acme") == by_name.status("beta", "api://twins/beta") == 200
    assert site.asked.count(CONFIGURATION) == 1
