"""The composition root: settings in, a running application out."""

import asyncio
import ctypes
import gc
import resource
from collections.abc import Mapping
from contextlib import ExitStack, suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from twinhaus.api.call import BULKS_IN_ALL_MAX, BULKS_MAX, Deployment
from twinhaus.api.compressed import Compressed
from twinhaus.api.crossorigin import open_to_origins
from twinhaus.api.deployments import Deployments, OpenInstance
from twinhaus.api.envelope import Envelope
from twinhaus.api.routes import router
from twinhaus.api.tending import tend
from twinhaus.auth.guard import Guard
from twinhaus.auth.issuerkeys import IssuerKeys
from twinhaus.auth.issuers import Issuers
from twinhaus.auth.tokens import Claims, ensure_signing_key, read_keys
from twinhaus.auth.trust import Trust
from twinhaus.engines import open_store, open_with_instances
from twinhaus.errors import TwinhausError
from twinhaus.observability import configure_logging
from twinhaus.settings import Settings, load_settings
from twinhaus.storage.places import Places
from twinhaus.storage.store import Store

_FILES_OF_SERVER = 1_024
_FILES_OF_INSTANCE = 12  # Three where it is only open; two for each connection more.
# Options of the C library's `mallopt`, by their numbers: how much free memory is kept, and from which size on a piece
# is asked of the system by itself. It would come to these once it had freed a piece of 32 MiB.
_MALLOC_OPTIONS = {-1: 64 * 1024**2, -3: 32 * 1024**2}


def deploy(
    settings: Settings,
    store: Store,
    issuer_keys: Mapping[str, IssuerKeys],
    instance: str | None = None,
    bulk_places: Places | None = None,
) -> Deployment:
    """Everything that handlers share, on an open store: that of an instance, or the one without a name."""
    if not store.read(lambda reader: reader.signing_keys()).result():
        store.write(ensure_signing_key).result()
    keys, identity, continuation_key = store.read(
        lambda reader: (read_keys(reader), reader.secret("identity"), reader.secret("continuation"))
    ).result()
    # A store is its own issuer and audience unless told otherwise, so a token of one is worthless at another.
    own_name = f"urn:twinhaus:{identity[:16].hex()}"
    claims = Claims(
        _named(settings.issuer, instance) or own_name, _named(settings.audience, instance) or own_name
    )
    guard = Guard(store, keys, claims, _issuers(settings, issuer_keys, instance))
    places = Places(BULKS_MAX, within=bulk_places)
    return Deployment(settings, store, guard, continuation_key, instance, places)


def _named(setting: str, instance: str | None) -> str:
    """An issuer or audience is of a whole deployment; each of its instances has another, below it."""
    return f"{setting}/instances/{instance}" if setting and instance else setting


def _issuer_keys(settings: Settings) -> Mapping[str, IssuerKeys]:
    """The keys of the other issuers whose tokens are good here, kept once for all instances."""
    return {
        issuer: IssuerKeys(
            issuer,
            keys_seconds=settings.trusted_keys_seconds,
            retry_seconds=settings.trusted_retry_seconds,
        )
        for issuer in settings.trusted_issuers
    }


def _issuers(settings: Settings, keys: Mapping[str, IssuerKeys], instance: str | None) -> Issuers:
    """The other issuers for one graph: none, where no audience says that a token is for this one."""
    audiences = settings.trusted_audiences_of(instance)
    trust = Trust(
        scope_claims=settings.trusted_scope_claims,
        scope_prefix=settings.trusted_scope_prefix,
        locations_claim=settings.trusted_locations_claim,
        require_locations=settings.trusted_require_locations,
    )
    return Issuers(keys if audiences else {}, audiences, trust)


def open_deployments(settings: Settings, resources: ExitStack) -> Deployments:
    """The deployments of a server: one is open, those of instances are opened as they are asked for.

    What they are made of is let go of with the resources. Raises BadSetting, NoInstance, and as the engines do.
    """
    issuer_keys = _issuer_keys(settings)
    store, instances = (open_store(settings), None) if settings.instance else open_with_instances(settings)
    resources.callback(store.close)
    own = deploy(settings, store, issuer_keys, settings.instance or None)
    store.read(lambda reader: reader.registry).result()  # Before the first request has to wait for it.
    if instances is None:
        return Deployments(own)
    resources.callback(instances.close)
    bulk_places = Places(BULKS_IN_ALL_MAX)

    def open_instance(name: str) -> OpenInstance:
        opened = instances.open(name)
        try:
            return OpenInstance(opened, deploy(settings, opened, issuer_keys, name, bulk_places))
        except BaseException:
            opened.close()
            raise

    return Deployments(
        own,
        open_instance,
        open_max=settings.instances_open_max,
        idle_seconds=settings.instance_idle_seconds,
    )


class Application:
    """The ASGI application. Its stores are opened and closed with the server's lifespan."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._inner: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._inner is not None:
            await self._inner(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        with ExitStack() as resources:
            try:
                deployments = open_deployments(self._settings, resources)
            except TwinhausError as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            routed: ASGIApp = router(deployments)
            if self._settings.compress_bytes_min:
                routed = Compressed(routed, self._settings.compress_bytes_min)
            self._inner = Envelope(routed)
            if self._settings.cors_origins:
                self._inner = open_to_origins(self._inner, self._settings.cors_origins)
            # The models stay; for the collector to walk through those of a large ontology stops the server for 10 ms.
            gc.collect()
            gc.freeze()
            tending = asyncio.create_task(tend(deployments.own.store))
            await send({"type": "lifespan.startup.complete"})
            await receive()
            tending.cancel()
            await deployments.close()
        await send({"type": "lifespan.shutdown.complete"})


def from_environment() -> Application:
    """The application of a server process: what `twinhaus serve` starts, once for each worker."""
    settings = load_settings()
    configure_logging(settings.log_level)
    _allow_files(settings.instances_open_max)
    _keep_memory()
    return Application(settings)


def _allow_files(instances_max: int) -> None:
    """Let this process open as many files as so many instances need, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_OF_SERVER + _FILES_OF_INSTANCE * instances_max
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _keep_memory() -> None:
    """Keep what an answer has taken for the next one: to ask the system for a megabyte anew, page by page, takes as
    long as to read it from a database. Only the GNU C library can be told; others do as they do.
    """
    with suppress(AttributeError, OSError):
        set_option = ctypes.CDLL(None).mallopt
        for option, value in _MALLOC_OPTIONS.items():
            set_option(option, value)
