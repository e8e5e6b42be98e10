"""Two servers for the tests of the client, and both clients of each."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from tests import serving
from tests.api import models, portfolio
from tests.client.asking import KINDS, Ask, Kind, asking
from tests.engines import Engine
from tests.serving import Served

from twinhaus_client import ClientCredentials


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Which of the two clients a test is about; each is about both."""
    found: Kind = request.param
    return found


@pytest.fixture(scope="session")
def served(engine: Engine) -> Iterator[Served]:
    """A server on the portfolio of `tests/api/portfolio.py`; tests may add to it."""
    with engine.new_store() as store:
        serving.make_store(
            store, models=models.DOCUMENTS, twins=portfolio.twins(), relationships=portfolio.relationships()
        )
        with serving.serving(store) as served:
            yield served


@pytest.fixture
def auth(served: Served) -> ClientCredentials:
    """A client with every scope."""
    return ClientCredentials(served.credentials.client_id, served.credentials.client_secret)


@pytest.fixture
def ask(kind: Kind, served: Served, auth: ClientCredentials) -> Iterator[Ask]:
    """Asks that server."""
    with asking(kind, served.url, auth=auth) as ask:
        yield ask


_NUMBERS = count(1)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids that no other test uses."""
    return lambda: f"C-{next(_NUMBERS)}"
