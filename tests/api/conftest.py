"""Two servers for all tests: one whose store is only read, one that is written to."""

from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest
from tests import serving
from tests.api import models, portfolio
from tests.engines import Engine
from tests.serving import Credentials, Served

from twinhaus import changes


@pytest.fixture(scope="session")
def read_only(engine: Engine) -> Iterator[Served]:
    """A server on the portfolio of `portfolio.py`. Tests leave it as it is."""
    with engine.new_store() as store:
        serving.make_store(
            store,
            models=models.DOCUMENTS,
            twins=portfolio.twins(),
            relationships=portfolio.relationships(),
        )
        with serving.serving(store) as served:
            yield served


@pytest.fixture(scope="session")
def written(engine: Engine) -> Iterator[Served]:
    """A server on a store with models and one twin of a model that was then decommissioned."""
    with engine.new_store() as store:
        serving.make_store(
            store, models=models.DOCUMENTS, twins=[{"id": "RETIRED-1", "modelId": models.RETIRED}]
        )
        with serving.opened(store) as direct:
            direct.write(lambda transaction: changes.decommission_model(transaction, models.RETIRED)).result()
        with serving.serving(store) as served:
            yield served


@pytest.fixture(scope="session")
def anyone(read_only: Served) -> Iterator[httpx.Client]:
    """A client without a token, of the server that is only read."""
    with serving.client(read_only.url) as http:
        yield http


@pytest.fixture(scope="session")
def two_scopes(read_only: Served) -> Credentials:
    """A client of that server with two of the five scopes."""
    return serving.add_client(read_only.store, "two", "twins:write", "twins:read")


@pytest.fixture
def reading(read_only: Served) -> httpx.Client:
    """A client of the server that is only read."""
    return read_only.http


@pytest.fixture
def writing(written: Served) -> httpx.Client:
    """A client of the server that is written to."""
    return written.http


_NUMBERS = count(1)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids that no other test uses."""
    return lambda: f"T-{next(_NUMBERS)}"
