"""Tokens: where they come from, how long they are kept, and when they are renewed."""

import asyncio
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests import serving
from tests.client.asking import Kind, asking
from tests.client.stage import HANG_UP, Answer, Asked, Script, stage
from tests.serving import Served

from twinhaus_client import AsyncTwinhausClient, ClientCredentials, Twin, TwinhausClient
from twinhaus_client.auth import token_call
from twinhaus_client.conversation import Send
from twinhaus_client.errors import Forbidden, Unauthorized, UnexpectedAnswer

CREDENTIALS = ClientCredentials("me", "p&ss=wörd %")
LEVEL = {"id": "L1", "modelId": "dtmi:com:willowinc:Level;1"}
EXPIRED = Answer(401, {"type": "urn:twinhaus:problem:invalid-token", "detail": "The token has expired."})


def issuer(*, seconds: int = 3_599, refused: frozenset[str] = frozenset()) -> Script:
    """Hands out tokens t1, t2 and so on; takes those that are not refused."""
    numbers = count(1)

    def answer(asked: Asked) -> Answer:
        if "/oauth2/token" in asked.path:
            token = f"t{next(numbers)}"
            return Answer(200, {"token_type": "Bearer", "expires_in": seconds, "access_token": token})
        sent = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        return EXPIRED if sent in refused else Answer(200, LEVEL)

    return answer


def get(api: TwinhausClient) -> Twin:
    """Any request."""
    return api.twins.get("L1")


@pytest.mark.parametrize("base", ["", "/", "/api/v3", "/api/v3/"])
def test_a_token_is_fetched_below_the_base_url(base: str, kind: Kind) -> None:
    """The token comes from the base URL's own oauth2/token, by a form, once for many requests."""
    with stage(issuer()) as played, asking(kind, played.url + base, auth=CREDENTIALS) as ask:
        ask(get)
        ask(get)
        below = base.rstrip("/")
        assert played.paths() == [
            f"POST {below}/oauth2/token",
            f"GET {below}/twins/L1",
            f"GET {below}/twins/L1",
        ]
        assert played.asked[0].form == {
            "grant_type": "client_credentials",
            "client_id": "me",
            "client_secret": "p&ss=wörd %",
        }
        assert [asked.headers["Authorization"] for asked in played.asked[1:]] == ["Bearer t1"] * 2


@pytest.mark.parametrize("answered", [{"id_token": "s3cret"}, "s3cret", b"access_token=s3cret"])
def test_no_error_shows_a_token(answered: Any, kind: Kind) -> None:
    """Where a token endpoint answers in another shape, what it says stays out of the error and of its cause."""
    with stage(Answer(200, answered)) as played, asking(kind, played.url, auth=CREDENTIALS) as ask:
        with pytest.raises(UnexpectedAnswer, match="access_token") as raised:
            ask(get)
        assert "s3cret" not in "".join(traceback.format_exception(raised.value))


def test_no_repr_shows_a_secret() -> None:
    """Neither of the call for a token, nor of the step that sends one."""
    call = token_call(ClientCredentials("me", "s3cret"))
    assert call.body is not None
    assert "s3cret" not in repr(call)
    assert "s3cret" not in repr(Send("GET", "/", None, {"Authorization": "Bearer s3cret"}, call.body))


def test_another_issuer_can_be_named(kind: Kind) -> None:
    """Credentials may name the token endpoint of another server, and a scope; a query in its URL stays."""
    with stage(issuer()) as issuing, stage(Answer(200, LEVEL)) as played:
        auth = ClientCredentials(
            "me", "secret", "api://twins/.default", f"{issuing.url}/tenant/oauth2/token?p=1"
        )
        with asking(kind, played.url, auth=auth) as ask:
            ask(get)
        assert issuing.paths() == ["POST /tenant/oauth2/token?p=1"]
        assert issuing.asked[0].form["scope"] == "api://twins/.default"


def test_a_token_is_renewed_before_it_expires(kind: Kind) -> None:
    """A minute before its end a token is not used any more."""
    now = 1_000.0
    with (
        stage(issuer(seconds=3_599)) as played,
        asking(kind, played.url, auth=CREDENTIALS, clock=lambda: now) as ask,
    ):
        ask(get)
        now += 3_538
        ask(get)
        now += 1
        ask(get)
        assert [asked.headers.get("Authorization") for asked in played.asked] == [
            None, "Bearer t1", "Bearer t1", None, "Bearer t2",
        ]  # fmt: skip


def test_a_short_token_is_used_for_most_of_its_life(kind: Kind) -> None:
    """A token of ten seconds is used for nine, and not renewed with every request."""
    now = 0.0
    with (
        stage(issuer(seconds=10)) as played,
        asking(kind, played.url, auth=CREDENTIALS, clock=lambda: now) as ask,
    ):
        ask(get)
        now = 8.9
        ask(get)
        now = 9.0
        ask(get)
        assert sum(asked.method == "POST" for asked in played.asked) == 2


def test_a_refused_token_is_renewed_once(kind: Kind) -> None:
    """A 401 fetches one new token, with which the request is sent again."""
    with (
        stage(issuer(refused=frozenset({"t1"}))) as played,
        asking(kind, played.url, auth=CREDENTIALS) as ask,
    ):
        assert ask(get).id == "L1"
        assert [asked.headers.get("Authorization") for asked in played.asked] == [
            None, "Bearer t1", None, "Bearer t2",
        ]  # fmt: skip


def test_a_token_that_is_refused_again_is_an_error(kind: Kind) -> None:
    """A second 401 is raised, and says what the server said."""
    with (
        stage(issuer(refused=frozenset({"t1", "t2"}))) as played,
        asking(kind, played.url, auth=CREDENTIALS) as ask,
    ):
        with pytest.raises(Unauthorized, match=r"The token has expired\.") as raised:
            ask(get)
        assert raised.value.code == "invalid-token"
        assert len(played.asked) == 4


def test_wrong_credentials_are_told_in_the_words_of_the_server(
    kind: Kind, served: Served, auth: ClientCredentials
) -> None:
    """A secret that is wrong is Unauthorized, with the error of RFC 6749; and is asked about just once."""
    wrong = ClientCredentials(auth.client_id, "wrong")
    with (
        asking(kind, served.url, auth=wrong) as ask,
        pytest.raises(Unauthorized, match="its secret is wrong") as raised,
    ):
        ask(get)
    assert raised.value.code == "invalid_client"


def test_a_token_endpoint_in_trouble_is_asked_again(kind: Kind) -> None:
    """Fetching a token is tried again as any reading is."""
    with (
        stage(HANG_UP, Answer(503), issuer()) as played,
        asking(kind, played.url, auth=CREDENTIALS, sleep=lambda _: None) as ask,
    ):
        ask(get)
        assert len(played.asked) == 4


def test_a_token_of_ones_own_is_sent(kind: Kind) -> None:
    """A text is sent as it is, and not renewed."""
    with stage(EXPIRED) as played, asking(kind, played.url, auth="mine") as ask:
        with pytest.raises(Unauthorized):
            ask(get)
        assert [asked.headers["Authorization"] for asked in played.asked] == ["Bearer mine"]


def test_a_function_provides_tokens(kind: Kind) -> None:
    """A function is asked for each request, and once more where its token was refused."""
    numbers = count(1)
    with (
        stage(Answer(200, LEVEL), EXPIRED, Answer(200, LEVEL)) as played,
        asking(kind, played.url, auth=lambda: f"own-{next(numbers)}") as ask,
    ):
        ask(get)
        ask(get)
        assert [asked.headers["Authorization"] for asked in played.asked] == [
            "Bearer own-1", "Bearer own-2", "Bearer own-3",
        ]  # fmt: skip


def test_an_awaited_function_provides_tokens() -> None:
    """The asynchronous client awaits a function that wants it."""

    async def provide() -> str:
        await asyncio.sleep(0)
        return "later"

    async def ask(url: str) -> None:
        async with AsyncTwinhausClient(url, auth=provide) as client:
            await client.twins.get("L1")

    with stage(Answer(200, LEVEL)) as played:
        asyncio.run(ask(played.url))
        assert played.asked[0].headers["Authorization"] == "Bearer later"


def test_without_auth_nothing_is_sent(kind: Kind) -> None:
    """A server with `--auth none` is asked without a token."""
    with stage(Answer(200, LEVEL)) as played, asking(kind, played.url) as ask:
        ask(get)
        assert "Authorization" not in played.asked[0].headers


def test_many_at_once_share_one_token() -> None:
    """Twenty requests at the same time fetch one token, in both clients."""

    async def ask(url: str) -> None:
        async with AsyncTwinhausClient(url, auth=CREDENTIALS) as client:
            await asyncio.gather(*(client.twins.get("L1") for _ in range(20)))

    with stage(issuer()) as played:
        asyncio.run(ask(played.url))
        assert played.paths().count("POST /oauth2/token") == 1
    with stage(issuer()) as played, TwinhausClient(played.url, auth=CREDENTIALS) as client:
        with ThreadPoolExecutor(20) as threads:
            list(threads.map(client.twins.get, ["L1"] * 20))
        assert played.paths().count("POST /oauth2/token") == 1


def test_credentials_come_from_the_file_that_twinhaus_writes(tmp_path: Path) -> None:
    """`twinhaus clients add … > client.json` writes what `from_file` reads."""
    path = tmp_path / "client.json"
    path.write_text('{"client_id": "me", "client_secret": "s", "scopes": ["twins:read"]}')
    assert ClientCredentials.from_file(path) == ClientCredentials("me", "s")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"client_id": "me"}', "me:s"])
def test_a_file_without_credentials_is_named(tmp_path: Path, text: str) -> None:
    """A file that is empty, as after a command that failed, or holds something else, is refused by its name."""
    path = tmp_path / "client.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"client\.json does not hold what `twinhaus clients add` prints"):
        ClientCredentials.from_file(path)


def test_secrets_are_not_shown() -> None:
    """Neither a log line nor a traceback with the value in it tells the secret."""
    assert "p&ss" not in repr(CREDENTIALS)


def test_a_missing_scope_is_named(kind: Kind, served: Served) -> None:
    """Who may not do something is told which scope it takes."""
    held = serving.add_client(served.store, f"reader-{kind}", "twins:read")
    auth = ClientCredentials(held.client_id, held.client_secret)
    with asking(kind, served.url, auth=auth) as ask, pytest.raises(Forbidden, match="twins:write"):
        ask(lambda api: api.twins.delete("BLDG-1"))
