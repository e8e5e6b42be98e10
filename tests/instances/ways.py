"""A server with instances, and the ways to name one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from click.testing import CliRunner
from tests import serving
from tests.serving import Credentials

from twinhaus.cli import main

HOST = "{instance}.example.com"
WAYS = ("host", "path", "header")
OWN = ""  # The graph without a name.


@dataclass(frozen=True, slots=True)
class Tenants:
    """A server, and the credentials of a client with every scope of each graph, by the instance's name."""

    url: str
    store: str
    credentials: dict[str, Credentials]

    def token(self, name: str) -> str:
        """An access token of a graph, which its own token endpoint gives out."""
        return serving.get_token(f"{self.url}/instances/{name}" if name else self.url, self.credentials[name])

    @contextmanager
    def client(self, name: str, way: str = "path", *, token_of: str | None = None) -> Iterator[httpx.Client]:
        """A client that names a graph in one way, with a token of it or of another."""
        with addressed(self.url, name, way) as http:
            http.headers["Authorization"] = f"Bearer {self.token(name if token_of is None else token_of)}"
            yield http


@contextmanager
def addressed(url: str, name: str, way: str = "path") -> Iterator[httpx.Client]:
    """A client without a token that names an instance in one way."""
    headers, base = {}, url
    if name and way == "host":
        headers["Host"] = HOST.format(instance=name)
    elif name and way == "header":
        headers["X-Twinhaus-Instance"] = name
    elif name:
        base = f"{url}/instances/{name}"
    with httpx.Client(base_url=base, headers=headers, timeout=serving.TIMEOUT_SECONDS) as http:
        yield http


def create(store: str, name: str) -> Credentials:
    """A new instance with the starter models, and a client of it with every scope."""
    told = json.loads(_command("create", name, "--starter", "--client", "first", "--store", store))
    return Credentials(told["client_id"], told["client_secret"])


def remove(store: str, name: str) -> None:
    """Remove an instance, as a command does, whatever has it open."""
    _command("remove", name, "--yes", "--store", store)


def _command(*words: str) -> str:
    """What a command says, run in this process: to servers it is another one."""
    done = CliRunner().invoke(main, ["instances", *words])
    assert done.exit_code == 0, done.output
    return done.stdout
