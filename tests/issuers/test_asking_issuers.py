"""How another issuer is asked for its keys: by discovery, within limits, and only itself."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.issuers.handmade import (
    CONFIGURATION,
    Answer,
    HandmadeIssuer,
    body,
    document,
    running_site,
    status,
)

from twinhaus.auth import webdocument
from twinhaus.auth.issuerkeys import discover_keys
from twinhaus.auth.webdocument import DOCUMENT_BYTES_MAX, Unreachable, fetch_document


def test_keys_are_found_by_discovery(issuer: HandmadeIssuer) -> None:
    """The document of the issuer says where its keys are."""
    assert set(discover_keys(issuer.url)) == {"one"}
    assert issuer.site.asked == [CONFIGURATION, "/keys"]


@pytest.mark.parametrize("path", ["/", "/realms/house", "/realms/house/"])
def test_an_issuer_may_have_a_path(issuer: HandmadeIssuer, path: str) -> None:
    """The document is below it, and a slash at its end is of its name (OpenID Connect Discovery §4.1)."""
    name = issuer.url + path
    found = {"issuer": name, "jwks_uri": f"{issuer.url}/keys"}
    issuer.site.answers = {
        path.removesuffix("/") + CONFIGURATION: document(found),
        "/keys": issuer.site.answers["/keys"],
    }
    assert set(discover_keys(name)) == {"one"}


@pytest.mark.parametrize("name", ["", "/", "/x", None])
def test_a_document_of_another_issuer_is_refused(issuer: HandmadeIssuer, name: str | None) -> None:
    """Its `issuer` must be the configured one, to the letter."""
    value = None if name is None else f"{issuer.url}{name or '.example'}"
    issuer.site.answers[CONFIGURATION] = document({"issuer": value, "jwks_uri": f"{issuer.url}/keys"})
    with pytest.raises(Unreachable):
        discover_keys(issuer.url)
    assert issuer.site.asked == [CONFIGURATION]


@pytest.mark.parametrize("scheme", ["http://127.0.0.2", "file:///etc/passwd", "//", "", "https", "http://["])
def test_keys_elsewhere_are_not_asked_for(issuer: HandmadeIssuer, scheme: str) -> None:
    """Keys on another host, port or scheme are not fetched."""
    with running_site() as (other, site):
        for url in (f"{other}/keys", issuer.url.replace("http://127.0.0.1", scheme), scheme, None, 7):
            issuer.site.answers[CONFIGURATION] = document({"issuer": issuer.url, "jwks_uri": url})
            with pytest.raises(Unreachable):
                discover_keys(issuer.url)
        assert site.asked == []
    assert set(issuer.site.asked) == {CONFIGURATION}


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirects_are_not_followed(issuer: HandmadeIssuer, code: int) -> None:
    """Neither to another host nor on the same one."""
    with running_site() as (other, site):
        for place in (f"{other}/keys", "/elsewhere"):
            issuer.site.answers["/keys"] = status(code, Location=place)
            with pytest.raises(Unreachable, match=str(code)):
                discover_keys(issuer.url)
        assert site.asked == []
    assert "/elsewhere" not in issuer.site.asked


@pytest.mark.parametrize(
    "answer", [body(b""), body(b"[]"), body(b"<html>"), body(b'{"a":1,"a":2}'), status(500)]
)
def test_what_is_no_document_is_refused(issuer: HandmadeIssuer, answer: Answer) -> None:
    """Anything but 200 with one JSON object."""
    for path in (CONFIGURATION, "/keys"):
        before = issuer.site.answers[path]
        issuer.site.answers[path] = answer
        with pytest.raises(Unreachable):
            discover_keys(issuer.url)
        issuer.site.answers[path] = before


def test_an_oversized_document_is_refused(issuer: HandmadeIssuer) -> None:
    """At 256 KiB it is read, a byte longer it is not, whatever length it announces."""
    fitting = b'{"keys":[]}'.ljust(DOCUMENT_BYTES_MAX)
    issuer.site.answers["/keys"] = body(fitting)
    assert fetch_document(f"{issuer.url}/keys") == {"keys": []}
    issuer.site.answers["/keys"] = body(fitting + b" ")
    with pytest.raises(Unreachable, match="more than"):
        fetch_document(f"{issuer.url}/keys")

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b" " * 65_536)

    issuer.site.answers["/keys"] = _until_cut_off(endless)
    with pytest.raises(Unreachable, match="more than"):
        fetch_document(f"{issuer.url}/keys")


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_answer_is_cut_off(
    issuer: HandmadeIssuer, first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is for all of the answer, so that a byte now and then does not prolong it."""
    monkeypatch.setattr(webdocument, "FETCH_SECONDS_MAX", 0.3)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while first and not stopped.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()
        stopped.wait(10)

    stopped = threading.Event()
    issuer.site.answers["/keys"] = _until_cut_off(drip)
    with pytest.raises(Unreachable):
        fetch_document(f"{issuer.url}/keys")
    stopped.set()


def _until_cut_off(answer: Answer) -> Answer:
    def run(handler: BaseHTTPRequestHandler) -> None:
        try:
            answer(handler)
        except OSError:
            handler.close_connection = True

    return run


def test_nobody_there(issuer: HandmadeIssuer) -> None:
    """A port where nothing listens, and a host that is none."""
    with running_site() as (url, _):
        pass
    for unreachable in (url, "http://nobody.invalid", "http://127.0.0.1:99999", "http://a..b"):
        with pytest.raises(Unreachable):
            fetch_document(f"{unreachable}/keys")


@contextmanager
def tls_server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server with a certificate that only its own file vouches for."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    both = tmp_path / "both.pem"
    both.write_bytes(
        file.read_bytes()
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body(b'{"keys":[]}')(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # A handshake that fails is the point.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", file
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_certificates_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that nobody vouches for is refused; SSL_CERT_FILE names who vouches."""
    with tls_server(tmp_path) as (url, certificate):
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            fetch_document(f"{url}/keys")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch_document(f"{url}/keys") == {"keys": []}
