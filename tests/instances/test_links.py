"""What an answer leads to is of the same instance, by whatever way it was named."""

from urllib.parse import urljoin

import httpx
import pytest
from tests.api.asking import put, relate
from tests.instances.ways import OWN, WAYS, Tenants, addressed
from tests.serving import LEVEL

from twinhaus.api.routes import PREFIXES
from twinhaus.api.sites import folder_of
from twinhaus_client import ClientCredentials, TwinhausClient


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", PREFIXES)
@pytest.mark.parametrize(
    "made", [("/clients", {"name": "linked", "scopes": ["twins:read"]}), ("/signing-keys", None)]
)
def test_a_location_leads_to_what_was_made(
    way: str, api: str, made: tuple[str, dict[str, object] | None], tenants: Tenants
) -> None:
    """Its `Location`, as any client resolves it, is deleted in the graph it was made in."""
    path, body = made
    with tenants.client("acme", way) as http:
        answer = http.post(api + path, json=body)
        assert answer.status_code == 201, answer.text
        location = urljoin(str(answer.url), answer.headers["location"])
        assert http.delete(location).status_code == 204
        assert answer.json()["id"] not in [one["id"] for one in http.get(path).json()]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", PREFIXES)
def test_a_link_leads_to_the_next_page(way: str, api: str, tenants: Tenants) -> None:
    """A `Link`, as any client resolves it, goes on in the graph where the list began."""
    with tenants.client("acme", way) as http:
        for twin_id in ("linked-1", "linked-2"):
            put(http, twin_id, LEVEL)
        for target in ("linked-1", "linked-2"):
            relate(http, "linked-1", "isPartOf", target)
        page = http.get(f"{api}/twins/linked-1/relationships/outgoing?pageSize=1")
        following = http.get(urljoin(str(page.url), page.links["next"]["url"]))
        assert [one["targetId"] for one in page.json() + following.json()] == ["linked-1", "linked-2"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [OWN, "acme"])
@pytest.mark.parametrize("api", PREFIXES)
def test_the_contract_names_the_servers_of_the_instance(
    way: str, name: str, api: str, tenants: Tenants
) -> None:
    """A program that is given nothing but the OpenAPI document gets a token and a list of that graph."""
    credentials = tenants.credentials[name]
    with addressed(tenants.url, name, way) as http:
        document = http.get(f"{api}/openapi.json")
        flow = document.json()["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
        granted = http.post(
            urljoin(str(document.url), flow["tokenUrl"]),
            data={"grant_type": "client_credentials"},
            auth=(credentials.client_id, credentials.client_secret),
        )
        assert granted.status_code == 200, granted.text
        token = {"Authorization": f"Bearer {granted.json()['access_token']}"}
        servers = [server["url"] for server in document.json()["servers"]]
        for server in servers:
            url = urljoin(str(document.url), server.rstrip("/") + "/twins/count")
            assert http.post(url, json={}, headers=token).status_code == 200, url
    before = f"/instances/{name}" if name and way == "path" else ""
    assert servers == [f"{before}/api/v3", before or "/"]


@pytest.mark.parametrize("name", [OWN, "acme"])
@pytest.mark.parametrize("way", ["host", "path"])
def test_the_page_finds_its_parts(name: str, way: str, tenants: Tenants) -> None:
    """Its scripts and its document are below the same host and path: a browser can send no header."""
    with addressed(tenants.url, name, way) as http:
        page = http.get("/docs/api/")
        assert page.status_code == 200
        for part in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "../../openapi.json"):
            assert part in page.text or part == "../../openapi.json"
            assert http.get(urljoin(str(page.url), part)).status_code == 200


@pytest.mark.parametrize("name", [OWN, "acme"])
@pytest.mark.parametrize("way", ["host", "path"])
@pytest.mark.parametrize("api", PREFIXES)
def test_the_documentation_is_below_the_instance(name: str, way: str, api: str, tenants: Tenants) -> None:
    """It begins below the same host and path, and so do the links from there."""
    with addressed(tenants.url, name, way) as http:
        start = http.get(f"{api}/docs", follow_redirects=True)
        assert start.status_code == 200
        assert start.url.path == f"{http.base_url.path.rstrip('/')}{api}/docs/"
        for link in ("tutorial.html", "how-to/import.html", "api/index.html"):
            assert f'href="{link}"' in start.text
            assert http.get(urljoin(str(start.url), link)).status_code == 200


@pytest.mark.parametrize("api", PREFIXES)
def test_the_python_client_needs_a_base_url(api: str, tenants: Tenants) -> None:
    """The instance's is enough for tokens and for all else."""
    own = tenants.credentials["acme"]
    auth = ClientCredentials(own.client_id, own.client_secret)
    with TwinhausClient(f"{tenants.url}/instances/acme{api}", auth=auth) as client:
        client.twins.put({"id": f"client{len(api)}", "modelId": LEVEL})
        assert client.twins.get(f"client{len(api)}").id == f"client{len(api)}"
    with tenants.client("beta") as http:
        assert http.get(f"/twins/client{len(api)}").status_code == 404


def test_an_unknown_path_leads_to_the_contract_of_the_instance(tenants: Tenants) -> None:
    """The problem names the document that lists what there is, as it is reached from there."""
    for prefix in ("", "/instances/acme"):
        detail = httpx.get(f"{tenants.url}{prefix}/nothing").json()["detail"]
        assert f" {prefix}/api/v3/openapi.json " in detail
        assert httpx.get(f"{tenants.url}{prefix}/api/v3/openapi.json").status_code == 200


@pytest.mark.skipif(not (folder_of("explorer") / "index.html").is_file(), reason="The explorer is not built.")
def test_an_instance_without_a_slash_leads_to_its_page(tenants: Tenants) -> None:
    """Below the slash the page's links are right. Where there is no such instance there is nothing to be led to."""
    with httpx.Client(base_url=tenants.url) as http:
        led = http.get("/instances/acme")
        assert led.status_code == 307
        assert urljoin(str(led.url), led.headers["location"]) == f"{tenants.url}/instances/acme/"
        assert (
            http.get("/instances/acme", follow_redirects=True).headers["content-type"].startswith("text/html")
        )
        for unknown in ("/instances/nobody", "/instances/", "/instances/ACME"):
            assert http.get(unknown).json()["type"] == "urn:twinhaus:problem:no-instance"
        assert http.get("/instances").status_code == 404
        assert http.post("/instances/acme").status_code == 405
