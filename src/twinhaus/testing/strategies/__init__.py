"""Hypothesis strategies: models, twins of them, relationships, writes and queries.

Everything is small and drawn from small pools, so that filters often hit, writes often collide, and a page often ends
where something interesting begins.
"""

from twinhaus.testing.strategies.contents import contents
from twinhaus.testing.strategies.models import ModelSet, model_sets
from twinhaus.testing.strategies.queries import (
    conditions,
    includes,
    page_sizes,
    queries,
    relationship_filters,
)
from twinhaus.testing.strategies.values import EPOCH, RELATIONSHIP_NAMES, TWIN_IDS
from twinhaus.testing.strategies.writes import (
    AddModels,
    DeleteRelationship,
    DeleteTwin,
    DeleteTwins,
    PatchTwin,
    PutRelationship,
    PutTwin,
    RemoveModels,
    SetDecommissioned,
    Write,
    perform,
    populations,
    writes,
)

__all__ = [
    "EPOCH", "RELATIONSHIP_NAMES", "TWIN_IDS", "AddModels", "DeleteRelationship", "DeleteTwin", "DeleteTwins",
    "ModelSet", "PatchTwin", "PutRelationship", "PutTwin", "RemoveModels", "SetDecommissioned", "Write", "conditions",
    "contents", "includes", "model_sets", "page_sizes", "perform", "populations", "queries", "relationship_filters",
    "writes",
]  # fmt: skip
