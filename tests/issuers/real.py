"""The real issuer of `canaille_server.py`, and servers of ours that trust it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests import serving

from twinhaus.testing.server import running_server

AUDIENCE = "https://twinhaus.example"
PASSWORD = _SECRET = "only-for-tests"
_PROGRAM = Path(__file__).with_name("canaille_server.py")


@dataclass(frozen=True, slots=True)
class Issuer:
    """A running issuer."""

    url: str
    process: "subprocess.Popen[str]"

    def do(self, command: str) -> None:
        """Let it obey, and wait until it has."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def token(self, client_id: str) -> str:
        """An access token for one of its clients, found and fetched as any client does."""
        document = httpx.get(f"{self.url}/.well-known/openid-configuration").json()
        answer = httpx.post(document["token_endpoint"], data=serving.FORM, auth=(client_id, _SECRET))
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def stop(self) -> None:
        """Nothing listens there afterwards."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer for the length of a block."""
    command = [sys.executable, "-W", "ignore", str(_PROGRAM), AUDIENCE, _SECRET]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    issuer = Issuer(process.stdout.readline().strip(), process)
    try:
        yield issuer
    finally:
        issuer.stop()


@contextmanager
def trusting(store: str | Path, issuer: str, **settings: str) -> Iterator[httpx.Client]:
    """A client of a server of ours that trusts an issuer."""
    settings = {"trusted_issuers": issuer, "trusted_audiences": AUDIENCE, **settings}
    with running_server(store, **settings) as server, serving.client(server.url) as http:
        yield http


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
