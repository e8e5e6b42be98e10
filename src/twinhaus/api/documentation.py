"""The contract as the server shows it: the OpenAPI document, and a page to read it with, both served from here."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from starlette.responses import Response
from swagger_ui_bundle import swagger_ui_path

from twinhaus import strictjson
from twinhaus.api.call import Call
from twinhaus.errors import NotFound

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>twinhaus API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="contract"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = (
    'SwaggerUIBundle({url: "openapi.json", dom_id: "#contract", deepLinking: true, validatorUrl: null});\n'
)
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
_SECURITY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
}
_BEFORE, _ROOT = b"@before@", b"@root@"  # In the template: what stands before a path, and the root there.
_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


async def show_openapi(call: Call) -> Response:
    """GET /openapi.json: `contract/openapi.yaml`, as JSON."""
    return Response(_openapi(call.request.scope["instance_prefix"]), media_type="application/json")


async def show_page(call: Call) -> Response:
    """GET /docs."""
    return Response(_PAGE, headers=_SECURITY, media_type="text/html")


async def show_asset(call: Call) -> Response:
    """GET /docs/{asset}: what the page is made of, all from this server."""
    name = call.path_parameter("asset")
    if name == "start.js":
        return Response(_START, headers=_SECURITY, media_type="text/javascript")
    if name not in _ASSETS:
        raise NotFound(f'The page has no part called "{name}".')
    headers = {**_SECURITY, "Cache-Control": "public, max-age=86400"}
    return Response(_asset(name), headers=headers, media_type=_MEDIA_TYPES[Path(name).suffix])


def _openapi(before: str) -> bytes:
    """The document as those need it whose paths have this before them: its servers, and where tokens are."""
    return _template().replace(_ROOT, before.encode() or b"/").replace(_BEFORE, before.encode())


@lru_cache(maxsize=1)
def _template() -> bytes:
    installed = files(__package__) / "openapi.yaml"
    # An installed package carries the contract; a checkout has it beside the sources.
    source = installed if installed.is_file() else Path(__file__).parents[3] / "contract" / "openapi.yaml"
    document: dict[str, Any] = yaml.safe_load(source.read_text("utf-8"))
    oauth2 = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    for holder, key in (*((server, "url") for server in document["servers"]), (oauth2, "tokenUrl")):
        holder[key] = _ROOT.decode() if holder[key] == "/" else _BEFORE.decode() + holder[key]
    return strictjson.write(document)


@lru_cache(maxsize=len(_ASSETS))
def _asset(name: str) -> bytes:
    content: bytes = (swagger_ui_path / name).read_bytes()
    return content
