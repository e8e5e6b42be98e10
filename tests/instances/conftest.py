"""A server whose deployment has two instances, beside its graph without a name."""

from collections.abc import Iterator

import pytest
from tests import serving
from tests.engines import Engine
from tests.instances.ways import HOST, OWN, Tenants, create

from twinhaus.auth.scopes import SCOPES
from twinhaus.testing.server import running_server


@pytest.fixture(scope="session")
def tenants(engine: Engine) -> Iterator[Tenants]:
    """Its graphs are "", acme and beta, each with the starter models. Tests name twins so that they do not meet."""
    with engine.new_store() as store:
        serving.make_store(store)
        credentials = {OWN: serving.add_client(store, "first", *SCOPES)}
        credentials |= {name: create(store, name) for name in ("acme", "beta")}
        with running_server(store, instance_host=HOST) as server:
            yield Tenants(server.url, store, credentials)
