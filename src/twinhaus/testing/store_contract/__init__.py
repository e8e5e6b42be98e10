"""What every store promises, as tests: subclass `StoreContract` and supply a store.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self, clock: SetClock) -> Iterator[Store]:
            store = MyStore(clock=clock)
            yield store
            store.close()

The store is empty, and takes its time from `clock`.
"""

from twinhaus.testing.store_contract.audit import AuditContract
from twinhaus.testing.store_contract.dates import DateContract
from twinhaus.testing.store_contract.filters import FilterContract
from twinhaus.testing.store_contract.graph import SetClock
from twinhaus.testing.store_contract.identity import IdentityContract
from twinhaus.testing.store_contract.jobs import JobContract
from twinhaus.testing.store_contract.locations import LocationContract
from twinhaus.testing.store_contract.models import ModelContract
from twinhaus.testing.store_contract.orphans import OrphanContract
from twinhaus.testing.store_contract.pages import PageContract
from twinhaus.testing.store_contract.relationships import RelationshipContract
from twinhaus.testing.store_contract.streams import StreamContract
from twinhaus.testing.store_contract.twins import TwinContract

__all__ = ["SetClock", "StoreContract"]


class StoreContract(
    JobContract, TwinContract, ModelContract, OrphanContract, RelationshipContract, LocationContract, FilterContract,
    DateContract, PageContract, StreamContract, IdentityContract, AuditContract,
):  # fmt: skip
    """Every promise of `storage/store.py`. A subclass overrides the fixture `store`."""
