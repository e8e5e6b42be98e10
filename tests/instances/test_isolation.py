"""What is of one instance is worthless in another: tokens, clients, secrets, continuation tokens, models, the trail."""

from collections.abc import Iterator
from itertools import permutations

import jwt
import pytest
from tests import serving
from tests.api.asking import list_page, list_twins, put
from tests.api.bulk import NDJSON, ByHand, bulk, lines
from tests.engines import Engine
from tests.instances.ways import HOST, OWN, WAYS, Tenants, addressed, create
from tests.serving import LEVEL

from twinhaus.api.call import BULKS_MAX
from twinhaus.api.routes import PREFIXES, ROUTES, Route
from twinhaus.auth.scopes import SCOPES
from twinhaus.testing.server import running_server

GRAPHS = (OWN, "acme", "beta")
PAIRS = list(permutations(GRAPHS, 2))
SCOPED = [route for route in ROUTES if route.scope is not None]
OPEN_TO_TENANTS = [route for route in ROUTES if route.scope is None and not route.is_of_server]


@pytest.fixture(scope="module")
def with_one_issuer(engine: Engine) -> Iterator[Tenants]:
    """A server whose issuer and audience are set, for all of its graphs."""
    with engine.new_store() as store:
        serving.make_store(store)
        credentials = {OWN: serving.add_client(store, "first", *SCOPES)}
        credentials |= {name: create(store, name) for name in ("acme", "beta")}
        issuer = "https://twins.example.com"
        with running_server(store, instance_host=HOST, issuer=issuer, audience=f"{issuer}/api") as server:
            yield Tenants(server.url, store, credentials)


def path_of(route: Route) -> str:
    """A path of the route, about things that no graph has."""
    path = route.path
    for name in ("twin_id", "relationship_id", "model_id", "client_id", "key_id"):
        path = path.replace(f"{{{name}}}", "nothing")
    return path


@pytest.mark.parametrize(("there", "theirs"), PAIRS)
@pytest.mark.parametrize("way", WAYS)
def test_a_token_is_worthless_elsewhere(there: str, theirs: str, way: str, tenants: Tenants) -> None:
    """Every route that needs a scope refuses the token of another graph as it refuses any that is not valid."""
    with tenants.client(there, way, token_of=theirs) as http:
        for prefix in PREFIXES:
            for route in SCOPED:
                answer = http.request(route.method, prefix + path_of(route))
                assert answer.status_code == 401, route
                assert answer.json()["type"] == "urn:twinhaus:problem:invalid-token"
                assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("there", GRAPHS)
def test_a_token_is_good_at_home(there: str, tenants: Tenants) -> None:
    """By every way, on every route that needs a scope: whatever is refused, it is not the token."""
    for way in WAYS:
        with tenants.client(there, way) as http:
            for route in SCOPED:
                if (
                    route.path != "/signing-keys" or route.method != "POST"
                ):  # Which would add a key each time.
                    answer = http.request(route.method, path_of(route))
                    assert answer.status_code not in (401, 403, 500), route


@pytest.mark.parametrize(("there", "theirs"), PAIRS)
def test_nor_is_it_where_all_have_one_issuer(there: str, theirs: str, with_one_issuer: Tenants) -> None:
    """With an issuer and an audience for the whole deployment each instance has its own, and its own keys."""
    with with_one_issuer.client(there, token_of=theirs) as http:
        for route in SCOPED:
            assert http.request(route.method, path_of(route)).status_code == 401, route
    with with_one_issuer.client(there) as http:
        assert http.post("/twins", json={}).status_code == 200


def test_issuers_and_audiences_differ(with_one_issuer: Tenants) -> None:
    """Those of an instance are below the deployment's, so that whoever verifies a token knows whose it is."""
    for name in GRAPHS:
        claims = jwt.decode(with_one_issuer.token(name), options={"verify_signature": False})
        below = f"/instances/{name}" if name else ""
        assert claims["iss"] == f"https://twins.example.com{below}"
        assert claims["aud"] == f"https://twins.example.com/api{below}"


@pytest.mark.parametrize("name", GRAPHS)
def test_each_has_keys_of_its_own(name: str, tenants: Tenants) -> None:
    """Its key set verifies its own tokens, and no key of it is in another's."""
    with addressed(tenants.url, name) as http:
        keys = jwt.PyJWKSet.from_dict(http.get("/.well-known/jwks.json").json())
    token = tenants.token(name)
    kid = jwt.get_unverified_header(token)["kid"]
    jwt.decode(token, keys[kid], algorithms=["RS256"], options={"verify_aud": False})
    for other in GRAPHS:
        if other != name:
            with addressed(tenants.url, other) as http:
                others = http.get("/.well-known/jwks.json").json()["keys"]
            assert not {key["kid"] for key in others} & {key.key_id for key in keys.keys}


@pytest.mark.parametrize(("there", "theirs"), PAIRS)
def test_a_secret_opens_only_its_own(there: str, theirs: str, tenants: Tenants) -> None:
    """Credentials of one graph get no token at another's endpoint."""
    credentials = tenants.credentials[theirs]
    with addressed(tenants.url, there) as http:
        answer = http.post(
            "/oauth2/token", data=serving.FORM, auth=(credentials.client_id, credentials.client_secret)
        )
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert (
        answer.headers["www-authenticate"] == f'Basic realm="{f"twinhaus {there}" if there else "twinhaus"}"'
    )


@pytest.mark.parametrize(("there", "theirs"), PAIRS)
def test_a_continuation_token_leads_on_only_at_home(there: str, theirs: str, tenants: Tenants) -> None:
    """Of lists and of the audit trail: elsewhere it is no token at all."""
    with tenants.client(theirs) as http:
        for number in range(2):
            put(http, f"page-{number}", LEVEL)
        token = list_page(http, pageSize=1)["continuationToken"]
        audit_token = http.get("/audit", params={"pageSize": 1}).json()["continuationToken"]
    assert token is not None
    assert audit_token is not None
    with tenants.client(there) as http:
        for answer in (
            http.post("/twins", json={"continuationToken": token}),
            http.get("/audit", params={"continuationToken": audit_token}),
        ):
            assert answer.status_code == 400
            assert answer.json()["type"] == "urn:twinhaus:problem:bad-continuation-token"


def test_a_list_is_followed_in_its_own_graph(tenants: Tenants) -> None:
    """By each way the pages of a list are of the graph it began in; a token goes on by another way, too."""
    with tenants.client("acme") as http:
        for number in range(5):
            put(http, f"list-{number}", LEVEL)
    for way in WAYS:
        with tenants.client("acme", way) as http:
            page = list_page(http, pageSize=2)
            assert {"list-0", "list-4"} <= {twin["id"] for twin in list_twins(http, pageSize=2)}
        for other in WAYS:
            with tenants.client("acme", other) as http:
                assert list_page(http, continuationToken=page["continuationToken"])["content"]


def test_each_has_models_of_its_own(tenants: Tenants) -> None:
    """A model that one adds, or takes out of service, is as before in the others, which began with the same."""
    model = {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:com:example:OnlyHere;1", "@type": "Interface"}
    with tenants.client("acme") as http:
        assert http.post("/models", json=model).status_code == 201
        patch = [{"op": "replace", "path": "/decommissioned", "value": True}]
        assert http.patch("/models/dtmi:com:willowinc:Chiller;1", json=patch).status_code in (200, 204)
        put(http, "of-new-model", "dtmi:com:example:OnlyHere;1")
    for name in (OWN, "beta"):
        with tenants.client(name) as http:
            assert http.get("/models/dtmi:com:example:OnlyHere;1").status_code == 404
            assert http.get("/models/dtmi:com:willowinc:Chiller;1").json()["decommissioned"] is False


def test_each_has_clients_and_a_trail_of_its_own(tenants: Tenants) -> None:
    """An administrator sees and changes those of the own graph, whatever their names."""
    with tenants.client("acme") as http:
        added = http.post("/clients", json={"name": "reader", "scopes": ["twins:read"]})
        assert added.status_code == 201
        put(http, "trail-1", LEVEL)
        assert any(entry["id"] == "trail-1" for entry in http.get("/audit").json()["content"])
    for name in (OWN, "beta"):
        with tenants.client(name) as http:
            assert [client["name"] for client in http.get("/clients").json()] == ["first"]
            assert http.get(f"/clients/{added.json()['id']}").status_code == 404
            assert not any(entry["id"] == "trail-1" for entry in http.get("/audit").json()["content"])


def test_an_entity_tag_is_of_one_graphs_twin(tenants: Tenants) -> None:
    """The tag of a twin matches no other graph's twin of that id, which changed at another time."""
    with tenants.client("acme") as http:
        put(http, "tagged", LEVEL)
        tag = http.get("/twins/tagged").headers["etag"]
    with tenants.client("beta") as http:
        put(http, "tagged", LEVEL)
        answer = http.put("/twins", json={"id": "tagged", "modelId": LEVEL}, headers={"If-Match": tag})
        assert answer.status_code == 412


def test_open_routes_tell_nothing_of_who_asks(tenants: Tenants) -> None:
    """They need no token, and heed none: one of another graph does no harm, and does no good."""
    assert {route.path for route in OPEN_TO_TENANTS} == {
        "/oauth2/token",
        "/.well-known/jwks.json",
        "/openapi.json",
        "/",
        "/explorer/settings.json",
        "/explorer/{file:path}",
        "/docs",
        "/docs/api/",
        "/docs/api/{asset}",
        "/docs/{page:path}",
    }
    with tenants.client("acme", token_of="beta") as http, addressed(tenants.url, "acme") as anyone:
        assert http.get("/.well-known/jwks.json").json() == anyone.get("/.well-known/jwks.json").json()


def test_what_one_does_holds_up_no_other(tenants: Tenants) -> None:
    """As many bulk requests as one graph may have at a time leave the places of the others free."""
    body = lines({"id": "bulk-1", "modelId": LEVEL})
    token = tenants.token("acme")
    under_way = [ByHand(tenants.url, "/instances/acme/twins/bulk", token=token) for _ in range(BULKS_MAX)]
    try:
        for one in under_way:
            one.send(body)
            assert next(one.told())["outcome"] in ("created", "unchanged")
        with tenants.client("acme") as http:
            assert http.post("/twins/bulk", content=body, headers={"Content-Type": NDJSON}).status_code == 503
        for name in (OWN, "beta"):
            with tenants.client(name) as http:
                assert bulk(http, body)[-1]["summary"]["rejected"] == 0
    finally:
        for one in under_way:
            one.finish()
            list(one.told())
            one.cut()
