"""The explorer: a page that asks the API as any client does, and what it has to know before anyone signs in."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.responses import Response

from twinhaus import strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.sites import Site, folder_of, send_file, to_folder
from twinhaus.settings import Settings

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self'{issuers}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ABSENT = (
    "The explorer has not been built here. In a checkout, `make explorer` builds it, with Node.js 20 or newer. The API "
    "works without; docs/ describes it."
)


async def show_page(call: Call) -> Response:
    """GET /: the page itself."""
    return send_file(_site(call.deployment.settings), call, "")


async def lead_to_page(call: Call) -> Response:
    """GET /instances/{instance}: to the page of that instance, where it has one; its links are right below a slash."""
    page = await show_page(call)
    if page.status_code == HTTPStatus.NOT_FOUND:
        return page
    return to_folder(call.request.scope["instance_prefix"].rpartition("/")[2])


async def show_file(call: Call) -> Response:
    """GET /explorer/{file}: what the page is made of."""
    return send_file(_site(call.deployment.settings), call, call.request.path_params["file"])


async def show_settings(call: Call) -> Response:
    """GET /explorer/settings.json: how people sign in, and what locations follow. Nothing in it is secret."""
    settings = call.deployment.settings
    containment = await call.read_briefly(lambda reader: reader.containment)
    told = {
        "auth": settings.auth,
        "containment": list(containment),
        "issuers": [
            {"issuer": issuer, "clientId": settings.explorer_client_id, "scope": settings.explorer_scope}
            for issuer in _issuers(settings)
        ],
    }
    return JsonText(strictjson.write(told), headers={"Cache-Control": "no-cache"})


def _issuers(settings: Settings) -> tuple[str, ...]:
    return settings.trusted_issuers if settings.explorer_client_id else ()


def _site(settings: Settings) -> Site:
    """The page may ask this server, and those where people sign in."""
    origins = (urlsplit(issuer) for issuer in _issuers(settings))
    allowed = "".join(f" {one.scheme}://{one.netloc}" for one in origins)
    return Site(folder_of("explorer"), policy=_POLICY.format(issuers=allowed), absent=_ABSENT)
