"""What is hidden from a client takes the same way through the store as what does not exist, so that no clock tells them
apart but by the depth of an index.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests import serving
from tests.api.models import willow
from tests.overheard import Overheard

from twinhaus import changes, instants, mass_changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.errors import TwinhausError
from twinhaus.graph import Direction
from twinhaus.patches import Patch
from twinhaus.query.cursor import RelationshipTraversal
from twinhaus.query.graph import GraphQuery, graph_text
from twinhaus.query.plan import Include, Query, RelationshipFilter, RelationshipQuery
from twinhaus.storage.restricted import restricted_transaction
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.writing.transaction import SqlTransaction
from twinhaus.storage.store import Transaction

PLACE, HIDDEN, UNKNOWN = "Room-seen", "Room-hidden", "Room-unknown"
ROOM = willow("Room")
HIDDEN_PART = "Sensor-hidden"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A room that the client sees, and one that it does not, with a sensor."""
    path = tmp_path_factory.mktemp("same") / "store.db"
    serving.make_store(
        path,
        twins=[
            {"id": PLACE, "modelId": ROOM},
            {"id": HIDDEN, "modelId": ROOM},
            {"id": HIDDEN_PART, "modelId": willow("Sensor")},
        ],
        relationships=[{"sourceId": HIDDEN_PART, "name": "isCapabilityOf", "targetId": HIDDEN}],
    )
    return path


Job = Callable[[Transaction, str], object]
JOBS: dict[str, Job] = {
    "find": lambda seen, id_: seen.find_twin(id_),
    "find its model": lambda seen, id_: seen.find_model_of(id_),
    "find with relationships": lambda seen, id_: seen.find_documents((id_,), Include(True, True)),
    "relationships": lambda seen, id_: seen.neighbours(id_, Direction.EITHER),
    "a page of relationships": lambda seen, id_: seen.list_relationships(
        RelationshipTraversal(id_, Direction.INCOMING)
    ),
    "a relationship": lambda seen, id_: seen.find_relationship(f"{HIDDEN_PART}_isCapabilityOf_{id_}"),
    "follow": lambda seen, id_: seen.related((id_,), RelationshipFilter()),
    "graph": lambda seen, id_: graph_text(GraphQuery("Top", id_), seen),
    "list by location": lambda seen, id_: seen.list_twins(
        Query(location_id=id_), Include(), after=0, limit=9
    ),
    "count by location": lambda seen, id_: seen.count_twins(Query(location_id=id_)),
    "put": lambda seen, id_: changes.put_twin(seen, TwinDraft(id_, ROOM, {})),
    "patch": lambda seen, id_: changes.patch_twin(seen, id_, Patch(())),
    "delete": lambda seen, id_: changes.delete_twin(seen, id_, cascade=True),
    "relate": lambda seen, id_: changes.put_relationship(seen, RelationshipDraft(PLACE, id_, "isPartOf", {})),
    "delete relationships": lambda seen, id_: mass_changes.delete_relationships(
        seen, RelationshipQuery(target=Query(location_id=id_)), dry_run=False
    ),
    "delete relationships by id": lambda seen, id_: mass_changes.delete_relationships(
        seen, RelationshipQuery(ids=(f"{HIDDEN_PART}_isCapabilityOf_{id_}",)), dry_run=False
    ),
    "delete a relationship": lambda seen, id_: changes.delete_relationship(
        seen, id_, f"{HIDDEN_PART}_isCapabilityOf_{id_}"
    ),
}


def statements(store: Path, job: Job, twin_id: str) -> list[str]:
    """What is asked of the engine for a twin; nothing that is written stays."""
    with closing(SqliteConnection(store, writable=True, busy_timeout_seconds=1)) as connection:
        overheard = Overheard(connection)
        transaction = SqlTransaction(overheard, ModelCache(), instants.now)
        connection.execute("BEGIN")
        with suppress(TwinhausError):
            job(restricted_transaction(transaction, (PLACE,)), twin_id)
        transaction.finish()
        connection.execute("ROLLBACK")
    return overheard.statements


@pytest.mark.parametrize("name", JOBS)
def test_the_same_statements_are_run(store: Path, name: str) -> None:
    """Read or written, a twin or a relationship that is hidden takes the same statements, in their order, as one that
    does not exist.
    """
    hidden, unknown = (statements(store, JOBS[name], twin_id) for twin_id in (HIDDEN, UNKNOWN))
    assert hidden == unknown
    assert hidden
