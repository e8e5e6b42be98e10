"""The documentation as a server shows it: files of one folder and no others, told to browsers with all care."""

import gzip
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from twinhaus.api.routes import PREFIXES
from twinhaus.api.sites import folder_of
from twinhaus.testing.server import running_server

SITE = folder_of("docs")
ASSETS = {path.suffix: f"assets/{path.name}" for path in (SITE / "assets").iterdir()}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server without anything in its store; pages need nothing of it."""
    with (
        running_server(tmp_path_factory.mktemp("pages") / "store.db") as server,
        httpx.Client(base_url=server.url) as client,
    ):
        yield client


def as_sent(http: httpx.Client, path: str) -> int:
    """The status for a path that no client has tidied up."""
    connection = HTTPConnection(urlsplit(str(http.base_url)).netloc)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_documentation_begins_at_docs(http: httpx.Client, prefix: str) -> None:
    """It leads to the start page, which is what was built, and which leads on to a page that tries the API."""
    start = http.get(f"{prefix}/docs", follow_redirects=True)
    assert start.url.path == f"{prefix}/docs/"
    assert start.content == (SITE / "index.html").read_bytes()
    assert "swagger-ui" in http.get(str(start.url.join("api/index.html"))).text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("how-to/import.html", "text/html; charset=utf-8"),
        (ASSETS[".css"], "text/css; charset=utf-8"),
        (ASSETS[".js"], "text/javascript; charset=utf-8"),
        (ASSETS[".json"], "application/json"),
        (ASSETS[".svg"], "image/svg+xml"),
        ("deploy/Dockerfile", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_is_told_with_care(http: httpx.Client, name: str, media_type: str) -> None:
    """Its type is its own and not to be guessed, and its policy lets it load nothing from elsewhere."""
    answer = http.get(f"/docs/{name}")
    assert answer.content == (SITE / name).read_bytes()
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy.pop("default-src") == policy.pop("frame-ancestors") == "'none'"
    assert set(policy.values()) == {"'self'", "'none'"}


def test_a_page_is_asked_for_again_and_what_it_is_shown_with_is_not(http: httpx.Client) -> None:
    """A page's address stays when it changes; that of an asset does not."""
    assert http.get("/docs/tutorial.html").headers["cache-control"] == "no-cache"
    assert "immutable" in http.get(f"/docs/{ASSETS['.css']}").headers["cache-control"]


def test_what_a_client_has_is_not_sent_again(http: httpx.Client) -> None:
    """Its tag, sent back, is answered by 304 without a body; another tag by the page."""
    page = http.get("/docs/tutorial.html")
    tag = page.headers["etag"]
    for sent, status in ((tag, 304), (f'"x", {tag}', 304), ("*", 304), ('W/"x"', 200), ("x", 200)):
        again = http.get("/docs/tutorial.html", headers={"If-None-Match": sent})
        assert (again.status_code, again.headers["etag"]) == (status, tag)
        assert again.content == (page.content if status == 200 else b"")


def test_pages_are_compressed(http: httpx.Client) -> None:
    """For clients that take them so, under the same tag, which is weak."""
    with http.stream("GET", "/docs/tutorial.html", headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert gzip.decompress(packed) == (SITE / "tutorial.html").read_bytes()
    plain = http.get("/docs/tutorial.html", headers={"Accept-Encoding": "identity"})
    assert answer.headers["etag"] == plain.headers["etag"]
    assert plain.headers["etag"].startswith('W/"')


@pytest.mark.parametrize("name", ["", "tutorial.html", "nothing.html"])
def test_head_tells_what_get_does(http: httpx.Client, name: str) -> None:
    """The same status and headers, and no body."""
    got, head = http.get(f"/docs/{name}"), http.head(f"/docs/{name}")
    assert head.content == b""
    assert head.status_code == got.status_code
    for header in ("content-type", "content-length", "etag", "content-security-policy"):
        assert head.headers.get(header) == got.headers.get(header)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_folder_leads_to_its_index(http: httpx.Client, prefix: str) -> None:
    """Only below the slash at its end are its relative links right."""
    answer = http.get(f"{prefix}/docs/explanation/adr")
    assert answer.status_code == 307
    assert str(answer.url.join(answer.headers["location"])).endswith(f"{prefix}/docs/explanation/adr/")
    assert http.get(f"{prefix}/docs/explanation/adr/").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../openapi.yaml",
        "..",
        "../",
        "how-to/../index.html",
        "./index.html",
        "%2e%2e/openapi.yaml",
        "..%2fopenapi.yaml",
        "..%5copenapi.yaml",
        "..\\openapi.yaml",
        "how-to/..%2f..%2fopenapi.yaml",
        "%69ndex.html",
        "/index.html",
        "//example.com",
        "/etc/passwd",
        "how-to//import.html",
        "how-to",
        "how-to/",
        "tutorial.html/",
        "tutorial.html/x",
        ".hidden",
        "index.html%00.css",
        "index.html;.css",
        "x" * 5_000,
        "%ff",
    ],
)
def test_nothing_else_is_served(http: httpx.Client, name: str) -> None:
    """No name leads out of the folder, and each file has one name."""
    for prefix in PREFIXES:
        assert as_sent(http, f"{prefix}/docs/{name}") == 404


@pytest.mark.parametrize(("name", "home"), [("nothing", "./"), ("how-to/nothing.html", "../")])
def test_a_browser_is_told_by_a_page(http: httpx.Client, name: str, home: str) -> None:
    """What is not there is a problem to programs, and to people a page that leads back."""
    assert http.get(f"/docs/{name}").json()["type"] == "urn:twinhaus:problem:not-found"
    page = http.get(f"/docs/{name}", headers=BROWSER)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert f'href="{home}"' in page.text
    assert page.url.join(home).path == "/docs/"
