"""The reference store keeps the contract."""

import pytest

from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Store
from twinhaus.testing.store_contract import SetClock, StoreContract


class TestMemoryStore(StoreContract):
    """In memory."""

    @pytest.fixture
    def store(self, clock: SetClock) -> Store:
        return MemoryStore(clock=clock)
