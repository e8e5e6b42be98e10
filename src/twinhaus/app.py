"""The composition root: settings in, a running application out."""

import gc
from contextlib import closing
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from twinhaus.api.call import Deployment
from twinhaus.api.envelope import Envelope
from twinhaus.api.routes import router
from twinhaus.auth.guard import Guard
from twinhaus.auth.issuerkeys import IssuerKeys
from twinhaus.auth.issuers import Issuers
from twinhaus.auth.tokens import Claims, KeyRing, ensure_signing_key
from twinhaus.auth.trust import Trust
from twinhaus.errors import TwinhausError
from twinhaus.observability import configure_logging
from twinhaus.settings import BadSetting, Settings, load_settings
from twinhaus.storage.address import is_misleading, is_postgres_url, is_url, without_password
from twinhaus.storage.sql.database import READERS_DEFAULT as DATABASE_READERS
from twinhaus.storage.sql.database import Database, opening
from twinhaus.storage.sql.postgres_schema import DEFAULT_SCHEMA, has_tables
from twinhaus.storage.sql.postgres_store import PostgresStore
from twinhaus.storage.sql.sqlite_store import READERS_DEFAULT as FILE_READERS
from twinhaus.storage.sql.sqlite_store import SqliteStore
from twinhaus.storage.store import Store


def open_store(settings: Settings) -> Store:
    """The store a deployment works on, made first where there is none. Raises BadSetting, and as the engines do."""
    if settings.spool_folder and not Path(settings.spool_folder).is_dir():
        raise BadSetting(f"spool_folder: there is no folder {settings.spool_folder}.")
    if is_url(settings.store):
        return _open_database(settings)
    return SqliteStore(
        Path(settings.store),
        containment=settings.containment,
        readers=settings.readers or FILE_READERS,
        query_timeout_seconds=settings.query_timeout_seconds,
        busy_timeout_seconds=settings.busy_timeout_seconds,
        audit_days=settings.audit_days,
    )


def has_store(settings: Settings) -> bool:
    """Whether there is a store already. Who only looks makes none. Raises BadSetting, and as the engines do."""
    if not is_url(settings.store):
        return Path(settings.store).exists()
    database = _database(settings)
    with opening(without_password(settings.store), database), closing(database.connect()) as connection:
        is_there = has_tables(connection, DEFAULT_SCHEMA)
    database.close()
    return is_there


def _database(settings: Settings) -> Database:
    if not is_postgres_url(settings.store):
        shown = without_password(settings.store)
        raise BadSetting(
            f"store: {shown} is no path, and no URL that begins with postgresql:// or postgres://."
        )
    if is_misleading(settings.store):
        raise BadSetting("store: the URL has an @ or a / in its password; write them as %40 and %2F.")
    return Database(settings.store, readers=settings.readers or DATABASE_READERS)


def _open_database(settings: Settings) -> Store:
    database = _database(settings)
    with opening(without_password(settings.store), database):
        return PostgresStore(
            database,
            containment=settings.containment,
            query_timeout_seconds=settings.query_timeout_seconds,
            busy_timeout_seconds=settings.busy_timeout_seconds,
            audit_days=settings.audit_days,
            let_go=database.close,
        )


def deploy(settings: Settings, store: Store) -> Deployment:
    """Everything the handlers share, on an open store."""
    store.write(ensure_signing_key).result()
    keys, identity, continuation_key = store.read(
        lambda reader: (reader.signing_keys(), reader.secret("identity"), reader.secret("continuation"))
    ).result()
    # A store is its own issuer and audience unless told otherwise, so a token of one is worthless at another.
    own_name = f"urn:twinhaus:{identity[:16].hex()}"
    claims = Claims(settings.issuer or own_name, settings.audience or own_name)
    store.read(lambda reader: reader.registry).result()  # Loaded before the first request has to wait for it.
    guard = Guard(store, KeyRing(keys), claims, _issuers(settings))
    return Deployment(settings, store, guard, continuation_key)


def _issuers(settings: Settings) -> Issuers:
    """The other issuers whose tokens are good here."""
    keys = {
        issuer: IssuerKeys(
            issuer,
            keys_seconds=settings.trusted_keys_seconds,
            retry_seconds=settings.trusted_retry_seconds,
        )
        for issuer in settings.trusted_issuers
    }
    trust = Trust(
        scope_claims=settings.trusted_scope_claims,
        scope_prefix=settings.trusted_scope_prefix,
        locations_claim=settings.trusted_locations_claim,
        require_locations=settings.trusted_require_locations,
    )
    return Issuers(keys, settings.trusted_audiences, trust)


class Application:
    """The ASGI application. Its store is opened and closed with the server's lifespan."""

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
        try:
            store = self._open()
        except TwinhausError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        store.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _open(self) -> Store:
        store = open_store(self._settings)
        try:
            self._inner = Envelope(router(deploy(self._settings, store)))
            # The models stay; for the collector to walk through those of a large ontology stops the server for 10 ms.
            gc.collect()
            gc.freeze()
        except BaseException:
            store.close()
            raise
        return store


def from_environment() -> Application:
    """The application of a server process: what `twinhaus serve` starts, once for each worker."""
    settings = load_settings()
    configure_logging(settings.log_level)
    return Application(settings)
