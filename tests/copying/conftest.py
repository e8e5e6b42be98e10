"""A filled store of each engine, and where copies of it will be."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.copies import PAIRS, Pair, engine_called, pair_of
from tests.copying.filled import fill
from tests.engines import ENGINES

from twinhaus.transfer import copying


@pytest.fixture(scope="session")
def filled(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A store with something of everything in each engine; to be copied by the engine's own means, not changed."""
    with ExitStack() as stack:
        stores = {name: stack.enter_context(engine_called(request, name).new_store()) for name in ENGINES}
        for store in stores.values():
            fill(store)
        yield stores


@pytest.fixture(params=PAIRS, ids=" to ".join)
def pair(request: pytest.FixtureRequest, filled: dict[str, str]) -> Iterator[Pair]:
    """Two stores, of each engine in turn, the first of them filled."""
    source, target = (engine_called(request, name) for name in request.param)
    with pair_of(source.copied(filled[source.name]), target) as new:
        yield new


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction takes the rows of a few twins."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(copying, "_PIECE_ROWS", 7)
