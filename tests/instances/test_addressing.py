"""A request names its instance by host, path or header; all lead to the same graph, and nothing leads elsewhere."""

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.api.asking import get, list_ids, put
from tests.instances.ways import OWN, WAYS, Tenants, addressed
from tests.serving import LEVEL, TIMEOUT_SECONDS

from twinhaus.api.instances import HEADER

HOSTILE = ("..", "ACME", "acm%C3%A9", "%61cme", "xn--acme", "acme.db", "a_b", "-", "a" * 33)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", ["", "/api/v3"])
def test_each_way_leads_to_the_same_graph(way: str, api: str, tenants: Tenants) -> None:
    """What is put in one way is got in each, under both prefixes, and in no other graph."""
    twin_id = f"way-{way}{len(api)}"
    with tenants.client("acme", way) as http:
        assert http.put(f"{api}/twins", json={"id": twin_id, "modelId": LEVEL}).status_code == 200
    for other in WAYS:
        with tenants.client("acme", other) as http:
            assert http.get(f"{api}/twins/{twin_id}").json()["id"] == twin_id
        with tenants.client("beta", other) as http:
            assert http.get(f"{api}/twins/{twin_id}").status_code == 404
    with tenants.client(OWN) as http:
        assert http.get(f"{api}/twins/{twin_id}").status_code == 404


def test_without_a_name_it_is_the_deployments_own_graph(tenants: Tenants) -> None:
    """As on a server without instances; a host that does not fit is no name."""
    with tenants.client(OWN) as http:
        put(http, "own-1", LEVEL)
        http.headers["Host"] = "api.of.example.com"
        assert get(http, "own-1")["id"] == "own-1"
    for name in ("acme", "beta"):
        with tenants.client(name) as http:
            assert http.get("/twins/own-1").status_code == 404


def test_ids_are_of_their_graph(tenants: Tenants) -> None:
    """The same id is another twin in each; changing one changes no other."""
    for name in (OWN, "acme", "beta"):
        with tenants.client(name) as http:
            put(http, "same", LEVEL, name=f"of {name}")
    with tenants.client("beta") as http:
        assert http.delete("/twins/same").status_code == 204
    for name in (OWN, "acme"):
        with tenants.client(name) as http:
            assert get(http, "same")["contents"]["name"] == f"of {name}"


@pytest.mark.parametrize("way", WAYS)
def test_an_unknown_instance_is_a_404(way: str, tenants: Tenants) -> None:
    """With a problem of its own kind, whether a token is sent or not, and for open routes too."""
    with addressed(tenants.url, "nobody", way) as http:
        token = {"Authorization": f"Bearer {tenants.token('acme')}"}
        for answer in (
            http.post("/twins", json={}),
            http.post("/twins", json={}, headers=token),
            http.post("/oauth2/token", data={"grant_type": "client_credentials"}),
            http.get("/openapi.json"),
            http.get("/.well-known/jwks.json"),
        ):
            assert answer.status_code == 404, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:twinhaus:problem:no-instance"
            assert answer.json()["detail"] == 'There is no instance "nobody".'


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("way", WAYS)
def test_what_can_be_no_name_is_a_404(way: str, name: str, tenants: Tenants) -> None:
    """Another casing, an encoding, a path: it is not an instance, nor taken for none, nor repeated."""
    path = f"/instances/{name}/twins" if way == "path" else "/twins"
    headers = {"host": {"Host": f"{name}.example.com"}, "header": {HEADER: name}}.get(way, {})
    status, body = sent_as_it_is(tenants.url, path, headers)
    # To a host's name casing is nothing, and a label more is another pattern's.
    if way == "host" and name in ("ACME", "..", "acme.db"):
        assert status == 401
    else:
        assert (status, body["detail"]) == (404, "There is no such instance here.")


def sent_as_it_is(url: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """A list without a token, its path as it is given: other clients would resolve `..`."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS)
    with closing(connection):
        connection.request("POST", path, b"{}", {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_ways_that_disagree_are_a_400(tenants: Tenants) -> None:
    """The problem says so; two that agree are fine."""
    with tenants.client("acme", "path") as http:
        for headers in ({HEADER: "beta"}, {"Host": "beta.example.com"}, {HEADER: ""}):
            answer = http.post("/twins", json={}, headers=headers)
            assert answer.status_code == 400, answer.text
            assert "different instances" in answer.json()["errors"][HEADER][0]
        assert (
            http.post("/twins", json={}, headers={HEADER: "acme", "Host": "acme.example.com"}).status_code
            == 200
        )
    with tenants.client("acme", "header") as http:
        twice = [*http.headers.items(), (HEADER, "beta")]
        assert httpx.post(f"{tenants.url}/twins", json={}, headers=twice).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_the_servers_own_routes_ask_no_instance(path: str, tenants: Tenants) -> None:
    """A balancer that sends some host gets the server's state; before them no path can name an instance."""
    for headers in (
        {},
        {"Host": "nobody.example.com"},
        {HEADER: "nobody"},
        {HEADER: "a", "Host": "b.example.com"},
    ):
        assert httpx.get(tenants.url + path, headers=headers).status_code == 200
    for name in ("acme", "nobody"):
        answer = httpx.get(f"{tenants.url}/instances/{name}{path}")
        assert answer.status_code == 404
        assert (
            answer.json()["detail"]
            == f"{path} is of the server as a whole; ask for it without /instances/{name}."
        )


def test_metrics_name_no_instance(tenants: Tenants) -> None:
    """They are open to everyone, and say only how many instances are open."""
    with tenants.client("acme") as http:
        list_ids(http)
    shown = httpx.get(f"{tenants.url}/metrics").text
    assert "acme" not in shown
    assert "twinhaus_instances_open " in shown
    assert float(shown.partition("\ntwinhaus_instances_open ")[2].partition("\n")[0]) >= 1
    assert 'route="/twins"' in shown


def test_paths_that_are_none_open_no_instance(tenants: Tenants) -> None:
    """Where a path leads nowhere, or has no such method, it does not matter whether there is the instance."""
    for path in ("/instances/nobody/nothing", "/instances/a/instances/b/twins"):
        answer = httpx.get(tenants.url + path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:twinhaus:problem:not-found"
    assert httpx.delete(f"{tenants.url}/instances/nobody/export").status_code == 405
