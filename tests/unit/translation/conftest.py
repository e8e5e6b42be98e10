"""A store with the starter models."""

import pytest
from tests.unit.translation.bringing import starter_store

from twinhaus.storage.store import Store


@pytest.fixture
def store() -> Store:
    """With the starter models, and no twins."""
    return starter_store()
