"""A client of twinhaus, and of every server of the Willow twin API v3."""

from twinhaus_client.administration import AuditEntry, Client, SigningKey
from twinhaus_client.async_client import AsyncTwinhausClient
from twinhaus_client.auth import ClientCredentials
from twinhaus_client.calls import Call, Page
from twinhaus_client.client import TwinhausClient
from twinhaus_client.filters import (
    Field,
    Filter,
    dtmi,
    located_in,
    model,
    related,
    updated_after,
    updated_before,
)
from twinhaus_client.graphs import GraphTwin, Related
from twinhaus_client.operations.bulk import BulkLine
from twinhaus_client.pages import AsyncPages, Pages
from twinhaus_client.retries import Retries
from twinhaus_client.values import Deleted, Direction, Model, Patched, Relationship, Twin
from twinhaus_client.version import __version__

__all__ = [
    "AsyncPages",
    "AsyncTwinhausClient",
    "AuditEntry",
    "BulkLine",
    "Call",
    "Client",
    "ClientCredentials",
    "Deleted",
    "Direction",
    "Field",
    "Filter",
    "GraphTwin",
    "Model",
    "Page",
    "Pages",
    "Patched",
    "Related",
    "Relationship",
    "Retries",
    "SigningKey",
    "Twin",
    "TwinhausClient",
    "__version__",
    "dtmi",
    "located_in",
    "model",
    "related",
    "updated_after",
    "updated_before",
]
