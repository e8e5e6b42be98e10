"""A small store for the tests of `changes.py`."""

import pytest
from tests.unit.verbs import MODELS, Verbs

from twinhaus.storage.memory import MemoryStore
from twinhaus.testing.store_contract.graph import EPOCH


@pytest.fixture
def verbs() -> Verbs:
    """The models, in a store whose clock stands still."""
    verbs = Verbs(MemoryStore(clock=lambda: EPOCH))
    verbs.add_models(*MODELS)
    return verbs
