"""Every route: method, path, the scope it needs, and its handler. The one place where requests are let through."""

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as PathRoute
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from twinhaus.api import (
    audit,
    bulk,
    clients,
    documentation,
    explorer,
    export,
    graph,
    many_twins,
    models,
    oauth,
    relationships,
    service,
    signing_keys,
    twins,
)
from twinhaus.api.call import Call, Deployment, header
from twinhaus.api.deployments import Deployments, Place
from twinhaus.api.instances import host_pattern, instance_of, split_path
from twinhaus.api.problems import method_not_allowed, problem
from twinhaus.auth.guard import Admission
from twinhaus.auth.scopes import ADMIN, ANONYMOUS, MODELS_WRITE, TWINS_READ, TWINS_WRITE
from twinhaus.errors import ForeignOrigin, NotFound, TwinhausError, Unauthorized, Unavailable
from twinhaus.members import Faults
from twinhaus.settings import is_loopback

_LOG = logging.getLogger(__name__)
Handler = Callable[[Call], Awaitable[Response]]
_OPEN = Admission(ANONYMOUS)
PREFIXES = ("", "/api/v3")  # The same API at both.


class Route(Struct, frozen=True):
    """One row of the table. A route without a scope is open to everyone.

    Its query parameters are those of the contract, and any other is refused, but by open routes: who asks those, such
    as a balancer, a browser or an OAuth client (RFC 6749 §3.2), adds some.
    """

    method: str
    path: str
    scope: str | None
    handler: Handler
    parameters: tuple[str, ...] = ()
    is_of_server: bool = False  # Of the server as a whole, whatever instance a request may name.


ROUTES = (
    Route("PUT", "/twins", TWINS_WRITE, twins.put_twin),
    Route("POST", "/twins", TWINS_READ, twins.list_twins),
    Route("POST", "/twins/count", TWINS_READ, twins.count_twins),
    Route("POST", "/twins/ids", TWINS_READ, twins.find_twins, ("includeRelationships",)),
    Route("POST", "/twins/graph", TWINS_READ, graph.show_graph),
    Route("PATCH", "/twins", TWINS_WRITE, many_twins.patch_twins, ("dryRun",)),
    Route("DELETE", "/twins", TWINS_WRITE, many_twins.delete_twins, ("dryRun", "cascade")),
    Route("PUT", "/twins/relationships", TWINS_WRITE, relationships.put_relationship),
    Route("DELETE", "/twins/relationships", TWINS_WRITE, many_twins.delete_relationships, ("dryRun",)),
    Route("POST", "/twins/bulk", TWINS_WRITE, bulk.put_twins, ("atomic", "dryRun")),
    Route("POST", "/twins/relationships/bulk", TWINS_WRITE, bulk.put_relationships, ("atomic", "dryRun")),
    Route("GET", "/export", TWINS_READ, export.export, ("format", "of")),
    Route("GET", "/twins/{twin_id}", TWINS_READ, twins.get_twin, ("includeRelationships",)),
    Route("PATCH", "/twins/{twin_id}", TWINS_WRITE, twins.patch_twin),
    Route("DELETE", "/twins/{twin_id}", TWINS_WRITE, twins.delete_twin, ("cascade",)),
    Route(
        "GET",
        "/twins/{twin_id}/relationships/outgoing",
        TWINS_READ,
        relationships.list_outgoing,
        relationships.PAGE_PARAMETERS,
    ),
    Route(
        "GET",
        "/twins/{twin_id}/relationships/incoming",
        TWINS_READ,
        relationships.list_incoming,
        relationships.PAGE_PARAMETERS,
    ),
    Route(
        "GET",
        "/twins/{twin_id}/relationships/{relationship_id}",
        TWINS_READ,
        relationships.get_relationship,
    ),
    Route(
        "DELETE",
        "/twins/{twin_id}/relationships/{relationship_id}",
        TWINS_WRITE,
        relationships.delete_relationship,
    ),
    Route("GET", "/models", TWINS_READ, models.list_models, ("rootModel", "includeModelDefinitions")),
    Route("POST", "/models", MODELS_WRITE, models.add_models),
    Route("GET", "/models/{model_id}", TWINS_READ, models.get_model),
    Route("PATCH", "/models/{model_id}", MODELS_WRITE, models.patch_model),
    Route("DELETE", "/models/{model_id}", MODELS_WRITE, models.delete_model),
    Route("GET", "/models/{model_id}/schema", TWINS_READ, models.show_schema),
    Route("GET", "/clients", ADMIN, clients.list_clients),
    Route("POST", "/clients", ADMIN, clients.add_client),
    Route("GET", "/clients/{client_id}", ADMIN, clients.show_client),
    Route("PATCH", "/clients/{client_id}", ADMIN, clients.edit_client),
    Route("DELETE", "/clients/{client_id}", ADMIN, clients.remove_client),
    Route("POST", "/clients/{client_id}/secret", ADMIN, clients.renew_secret),
    Route("GET", "/signing-keys", ADMIN, signing_keys.list_keys),
    Route("POST", "/signing-keys", ADMIN, signing_keys.add_key),
    Route("DELETE", "/signing-keys/{key_id}", ADMIN, signing_keys.retire_key),
    Route("GET", "/audit", ADMIN, audit.list_audit, audit.PARAMETERS),
    Route("POST", "/oauth2/token", None, oauth.issue_token),
    Route("GET", "/.well-known/jwks.json", None, oauth.list_keys),
    Route("GET", "/healthz", None, service.is_alive, is_of_server=True),
    Route("GET", "/readyz", None, service.is_ready, is_of_server=True),
    Route("GET", "/metrics", None, service.show_metrics, is_of_server=True),
    Route("GET", "/", None, explorer.show_page),
    Route("GET", "/explorer/settings.json", None, explorer.show_settings),
    Route("GET", "/explorer/{file:path}", None, explorer.show_file),
    Route("GET", "/openapi.json", None, documentation.show_openapi),
    Route("GET", "/docs", None, documentation.show_start),
    Route("GET", "/docs/api/", None, documentation.try_api),
    Route("GET", "/docs/api/{asset}", None, documentation.show_asset),
    Route("GET", "/docs/{page:path}", None, documentation.show_page),
)

# Where people begin who leave out the last slash; not part of the API.
_INSTANCE = Route("GET", "/instances/{instance}", None, explorer.lead_to_page)


class _Path:
    """The routes of one path: picks the one for the method, asks who is calling, and answers errors as problems."""

    def __init__(self, deployments: Deployments, hosts: re.Pattern[str] | None, routes: list[Route]) -> None:
        self._deployments = deployments
        self._hosts = hosts
        self._template = routes[0].path
        self._by_method = {route.method: route for route in routes}
        if "GET" in self._by_method:
            self._by_method["HEAD"] = self._by_method["GET"]
        self._allowed = ", ".join(self._by_method)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["template"] = self._template
        route = self._by_method.get(scope["method"])
        if route is None:
            await method_not_allowed(self._allowed, scope["request_id"])(scope, receive, send)
            return
        try:
            place = await self._place(scope, route)
        except TwinhausError as error:
            await problem(error, scope["request_id"])(scope, receive, send)
            return
        try:
            response = await self._answer(Request(scope, receive), route, place)
            await response(scope, receive, send)
        finally:
            if place is not None:
                self._deployments.give_back(place)

    async def _place(self, scope: Scope, route: Route) -> Place | None:
        """The instance that is asked, in use until it is given back; None for the deployment's own graph.

        Raises Invalid, NotFound, Unavailable.
        """
        prefix = scope["instance_prefix"]
        if route.is_of_server:
            if prefix:
                raise NotFound(f"{route.path} is of the server as a whole; ask for it without {prefix}.")
            return None
        name = instance_of(scope, prefix, self._hosts)
        return None if name is None else await self._deployments.take(name)

    async def _answer(self, request: Request, route: Route, place: Place | None) -> Response:
        deployment = place.deployment if place else self._deployments.own
        try:
            admit = partial(_admit, request, route, deployment)
            call = Call(request, await admit(), deployment, route.scope, route.parameters, admit)
            if route.scope is not None and not route.parameters and request.scope["query_string"]:
                _refuse_parameters(call)
            return await route.handler(call)
        except Unavailable as error:
            # The client is told to wait; whoever runs the server must hear why.
            reason = error.__cause__ or error
            _LOG.warning("request %s: %s: %s", request.scope["request_id"], error.code, reason)
            return problem(await self._explained(error, place), request.scope["request_id"])
        except TwinhausError as error:
            return problem(error, request.scope["request_id"])

    async def _explained(self, error: Unavailable, place: Place | None) -> TwinhausError:
        """What to say of an error: waiting helps nobody where the instance was removed meanwhile."""
        try:
            if place is not None:
                await self._deployments.insist_on(place)
        except TwinhausError as gone:
            return gone
        return error


async def _admit(request: Request, route: Route, deployment: Deployment) -> Admission:
    """Who is calling. Raises Unauthorized, and Forbidden where the route's scope is missing."""
    if route.scope is None:
        return _OPEN
    if deployment.settings.auth == "none":
        _insist_on_here(request)
        return _OPEN
    scheme, _, token = header(request, b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    return await deployment.guard.admit(token.strip(), route.scope)


def _insist_on_here(request: Request) -> None:
    """Where nobody has to say who they are, a page of another site could ask through its reader's browser, and so could
    one whose name leads here (DNS rebinding). Raises ForeignOrigin.
    """
    for name in (b"host", b"origin"):
        sent = header(request, name)
        host = urlsplit(sent if "//" in sent else f"//{sent}").hostname
        if sent and not is_loopback(host or ""):
            raise ForeignOrigin


def _refuse_parameters(call: Call) -> None:
    """Where a route has none, its handler does not look for any. Raises Invalid."""
    faults = Faults()
    call.parameters(faults)
    faults.raise_any()


def router(deployments: Deployments) -> ASGIApp:
    """The table as an ASGI application. Paths are matched as they were sent, so that `%2F` stays part of an id.

    Scope gains `instance_prefix`: what stood before the path where that names an instance.
    """
    by_path: dict[str, list[Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, []).append(route)
    hosts = host_pattern(deployments.own.settings.instance_host)
    paths = {
        prefix + path: _Path(deployments, hosts, routes)
        for prefix in PREFIXES
        for path, routes in by_path.items()
    }
    parameterised = Router(
        [PathRoute(path, found) for path, found in paths.items()], redirect_slashes=False, default=_not_found
    )

    plain = {path: found for path, found in paths.items() if "{" not in path}
    # Only where a prefix has been taken off can nothing be left of a path.
    plain[""] = _Path(deployments, hosts, [_INSTANCE])

    def route_request(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        scope["instance_prefix"], scope["path"] = split_path(scope["path"])
        # Most requests go to a path without parameters, and a look-up finds it faster than a search.
        return plain.get(scope["path"], parameterised)(scope, receive, send)

    return route_request


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    contract = f"{scope['instance_prefix']}{PREFIXES[1]}/openapi.json"
    error = NotFound(f"There is nothing at this path; {contract} lists what there is.")
    await problem(error, scope["request_id"])(scope, receive, send)
