"""What the server shows of itself: the documentation's pages, the contract, and a page to try it with."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.responses import Response
from swagger_ui_bundle import swagger_ui_path

from twinhaus import strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.sites import Site, folder_of, send_file, to_folder
from twinhaus.errors import NotFound

_SITE = Site(
    folder_of("docs"),
    policy=(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    absent=(
        "The documentation has not been built here. In a checkout, `make docs` builds it; the texts themselves are in "
        "the folder docs. The API can be tried at docs/api/ all the same."
    ),
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>twinhaus API</title>
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<nav class="swagger-ui"><p class="wrapper"><a href="../index.html">Documentation</a></p></nav>
<div id="contract"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
"""
_START = 'SwaggerUIBundle({url: "../../openapi.json", dom_id: "#contract", deepLinking: true, validatorUrl: null});\n'
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
_SECURITY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
}
_BEFORE, _ROOT = b"@before@", b"@root@"  # In the template: what stands before a path, and the root there.
_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


async def show_openapi(call: Call) -> Response:
    """GET /openapi.json: `contract/openapi.yaml`, as JSON."""
    return JsonText(_openapi(call.request.scope["instance_prefix"]))


async def show_start(call: Call) -> Response:
    """GET /docs."""
    return to_folder("docs")


async def show_page(call: Call) -> Response:
    """GET /docs/{page}: what was built of `docs/` and of the contract, and comes with the package."""
    return send_file(_SITE, call, call.request.path_params["page"])


async def try_api(call: Call) -> Response:
    """GET /docs/api/: Swagger UI, which reads the contract and sends requests."""
    return Response(_PAGE, headers=_SECURITY, media_type="text/html")


async def show_asset(call: Call) -> Response:
    """GET /docs/api/{asset}: what that page is made of, all from this server."""
    name = call.path_parameter("asset")
    if name == "index.html":
        return await try_api(call)
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
    import yaml  # No server needs it to start, and few are asked for the document.

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
