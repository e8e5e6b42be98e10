"""`twinhaus demo`: a sample portfolio on a real server, asked over HTTP as any client would."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from rich.console import Console
from rich.syntax import Syntax

from twinhaus import changes, ontology
from twinhaus.audit import Author
from twinhaus.auth.clients import add_client
from twinhaus.auth.scopes import TWINS_READ, TWINS_WRITE
from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.acting import ActingStore
from twinhaus.storage.store import Store
from twinhaus.testing.buildings import write_ndjson
from twinhaus.testing.server import Server, running_server
from twinhaus.transfer import formats
from twinhaus.transfer.importer import import_lines

TWINS = 2_000
FOLDER = Path(".demo")
_TIMEOUT_SECONDS = 30
_SHOWN_TWINS = 2
_SHOWN_CHARACTERS = 700

_SEED_TWIN = {
    "id": "TW-DD-II-L01",
    "modelId": "dtmi:com:willowinc:Level;1",
    "lastUpdateTime": "2024-08-30T03:49:30.4062816+00:00",
    "contents": {
        "levelNumber": 0,
        "mappedIds": [
            {
                "exactType": "ExternalIdentity",
                "scope": "CONNECTOR",
                "scopeId": "CONxxxxxxxxxxx",
                "value": "TW-CC-II-L01",
            },
            {
                "exactType": "FloorLevelIdentity",
                "scope": "BUILDING",
                "scopeId": "BLDGxxxxxxxxxxxxxxx",
                "value": "0",
            },
            {
                "exactType": "ExternalIdentity",
                "scope": "ORG",
                "scopeId": "ORG2xxxxxxxxxxx",
                "value": "urn:willowinc:twin:id:TW-DD-II-L01",
            },
        ],
        "name": "Floor_1",
        "uniqueID": "a360cf30-c112-40a1-b4b4-f65da82fa9e8",
        "externalID": "FLRPXxxxxxxxxxxxxxxxx",
        "code": "L01",
        "siteID": "104bd33c-a697-4027-b6a6-677e30a53d09",
        "alternateClassification": {
            "brickSchema": {"version": "1.3", "code": "dtmi:org:brickschema:schema:Brick:Floor;1"}
        },
        "externalIds": {"mappingKey": "msrc:///CON5xxxxxxxxxxxxxxxx@willow-source/twin/TW-DD-II-L01"},
        "area": {"$metadata": {"$lastUpdateTime": "2024-08-30T03:49:30.4062816Z"}},
    },
}


def _lists(imported_at: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """One list for each filter, and one of all that go together."""
    return (
        (
            "By model, with subclasses: every sensor",
            {"modelFilter": {"modelIds": ["dtmi:com:willowinc:Sensor;1"]}},
        ),
        (
            "By relationship: what an air handler feeds",
            {
                "relationshipFilter": {
                    "relationshipDirection": "Outgoing",
                    "relationshipNames": ["isFedBy"],
                    "relatedModelFilter": {"modelIds": ["dtmi:com:willowinc:AirHandlingUnit;1"]},
                }
            },
        ),
        ("By location, at any depth: all of the building", {"locationFilter": {"locationId": "BLDG-1"}}),
        ("By date: changed since the import", {"dateFilter": {"lastUpdatedAfter": imported_at}}),
        (
            "By property: a level by its code, or an area of more than 500",
            {
                "propertyFilter": {
                    "filterConditionOperator": "Or",
                    "filters": [
                        {"field": "code", "operator": "equals", "value": "L01"},
                        {"field": "area.grossArea", "operator": ">", "value": 500},
                    ],
                }
            },
        ),
        (
            "Combined: the building's VAV temperatures, with relationships",
            {
                "modelFilter": {"modelIds": ["dtmi:com:willowinc:Sensor;1"]},
                "locationFilter": {"locationId": "BLDG-1"},
                "relationshipFilter": {
                    "relationshipDirection": "Outgoing",
                    "relationshipNames": ["isCapabilityOf"],
                    "relatedModelFilter": {"modelIds": ["dtmi:com:willowinc:VAVBox;1"]},
                },
                "propertyFilter": {"field": "name", "operator": "contains", "value": "temp"},
                "include": {"outgoingRelationships": True},
            },
        ),
    )


class Demo:
    """One run: it prints what it sends, and what comes back."""

    def __init__(self, console: Console, folder: Path) -> None:
        self._console = console
        self._folder = folder
        self._store = folder / "store.db"

    def run(self, *, keep_serving: bool, port: int) -> None:
        """Prepare a store, serve it, show the filters; then stop, or go on serving until interrupted."""
        client_id, secret, imported_at = self._prepare()
        # Whatever instance the environment names, the demo has none.
        with running_server(self._store, "--instance", "", "--port", str(port)) as server:
            self._say(f"The server is up at {server.url}")
            token = self._get_token(server, client_id, secret)
            if keep_serving:
                self._invite(server, client_id, secret, token)
                with suppress(KeyboardInterrupt):
                    server.process.wait()
                return
            self._title("PUT /twins: the contract's own example")
            self._show(_SEED_TWIN, self._send(server, token, "PUT", "/twins", _SEED_TWIN))
            for title, request in _lists(imported_at):
                self._list(server, token, title, request)
        self._say(
            "\nThat was the demo. `twinhaus demo --keep-serving`, or `make serve`, keeps this server up."
        )

    def _prepare(self) -> tuple[str, str, str]:
        """A fresh store with the starter models and a portfolio.

        Returns a client's id and secret, and when the first building was imported.
        """
        shutil.rmtree(self._folder, ignore_errors=True)
        twins, relationships = write_ndjson(self._folder / "portfolio", twins=TWINS)
        store = ActingStore(open_store(Settings(store=str(self._store))), Author("cli:demo"))
        try:
            added = store.write(
                lambda transaction: changes.add_models(transaction, ontology.documents())
            ).result()
            self._say(f"Loaded {len(added)} starter models")
            for kind, path in ((formats.TWINS, twins), (formats.RELATIONSHIPS, relationships)):
                self._say(f"Imported {_import(store, path, kind)} {kind.name} from {path}")
            client, secret = store.write(
                lambda tx: add_client(tx, "demo", (TWINS_READ, TWINS_WRITE))
            ).result()
            last = store.read(lambda reader: reader.find_twin("BLDG-1")).result()
        finally:
            store.close()
        assert last is not None
        return client.id, secret, json.loads(last.document)["lastUpdateTime"]

    def _get_token(self, server: Server, client_id: str, secret: str) -> str:
        self._title("POST /oauth2/token")
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        request = Request(f"{server.url}/oauth2/token", urlencode(form).encode(), method="POST")  # noqa: S310
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310  Our own server.
            granted = json.load(answer)
        self._say(f"A {granted['token_type']} token for {granted['expires_in']} seconds")
        return str(granted["access_token"])

    def _list(self, server: Server, token: str, title: str, request: dict[str, Any]) -> None:
        self._title(f"POST /twins: {title}")
        pages = list(self._pages(server, token, request))
        total = sum(len(page["content"]) for page in pages)
        first = {**pages[0], "content": pages[0]["content"][:_SHOWN_TWINS]}
        self._show(request, first)
        self._say(f"{total} twins on {len(pages)} pages, each followed to the next by its continuation token")
        if not total:
            raise SystemExit(f"{title}: no twin was found, and some should be")

    def _pages(self, server: Server, token: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        page = self._send(server, token, "POST", "/twins", request)
        yield page
        while page["continuationToken"]:
            page = self._send(
                server, token, "POST", "/twins", {"continuationToken": page["continuationToken"]}
            )
            yield page

    def _send(
        self, server: Server, token: str, method: str, path: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = Request(server.url + path, json.dumps(body).encode(), headers, method=method)  # noqa: S310
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310  Our own server.
            found: dict[str, Any] = json.load(answer)
        return found

    def _invite(self, server: Server, client_id: str, secret: str, token: str) -> None:
        body = '{"modelFilter":{"modelIds":["dtmi:com:willowinc:Level;1"]},"pageSize":2}'
        self._say("\nTry it (the token is good for an hour):\n")
        self._plain(
            f"curl -s -X POST {server.url}/twins -H 'Content-Type: application/json' "
            f"-H 'Authorization: Bearer {token}' -d '{body}'"
        )
        self._say("\nAnother token:\n")
        self._plain(
            f"curl -s {server.url}/oauth2/token -d grant_type=client_credentials "
            f"-d client_id={client_id} -d client_secret={secret}"
        )
        path = self._keep(client_id, secret)
        # What stands after # stays in the browser; the page takes it out of the address at once.
        signed_in = urlencode({"client_id": client_id, "client_secret": secret})
        self._say("\nThe explorer, signed in:\n")
        self._plain(f"{server.url}/#sign-in?{signed_in}")
        self._plain(f"\nFrom Python: client/README.md; the client's id and secret are in {path}")
        self._say(f"\nThe documentation: {server.url}/docs    Stop with Ctrl-C.")

    def _keep(self, client_id: str, secret: str) -> Path:
        """The file with the demo's client, as `twinhaus clients add` would write it, for its user alone."""
        path = self._folder / "client.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"client_id": client_id, "client_secret": secret}))
        return path

    def _show(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        for what in (json.dumps(request, indent=2), json.dumps(answer, indent=2)):
            shown = what if len(what) <= _SHOWN_CHARACTERS else f"{what[:_SHOWN_CHARACTERS]}\n  …"
            self._console.print(Syntax(shown, "json", background_color="default", word_wrap=True))

    def _title(self, text: str) -> None:
        self._console.rule(f"[bold]{text}", align="left")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False)

    def _plain(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def _import(store: Store, path: Path, kind: formats.Kind) -> int:
    """How many lines were taken; the demo's own lines must all be legal."""
    lines = 0
    with path.open("rb") as file:
        for progress in import_lines(store, file, formats.Ndjson(kind)):
            for outcome in progress.outcomes:
                if outcome.change is None:
                    raise SystemExit(f"{path}, line {outcome.line}: {outcome.faults}")
            lines += len(progress.outcomes)
    return lines
