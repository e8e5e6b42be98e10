"""Operations on the service itself."""

from twinhaus_client.calls import Call, JsonObject
from twinhaus_client.groups import Group, S_co, operation
from twinhaus_client.reading import json_object, text


class Service(Group[S_co]):
    """The server as a program; none of this needs a token."""

    @operation
    def health(self) -> Call[JsonObject]:
        """Says that the process runs."""
        return Call("GET", "/healthz", json_object)

    @operation
    def readiness(self) -> Call[JsonObject]:
        """Says that the store answers. Raises Unavailable."""
        return Call("GET", "/readyz", json_object)

    @operation
    def metrics(self) -> Call[str]:
        """Its counters, as Prometheus reads them."""
        return Call("GET", "/metrics", text)

    @operation
    def openapi(self) -> Call[JsonObject]:
        """The contract."""
        return Call("GET", "/openapi.json", json_object)
