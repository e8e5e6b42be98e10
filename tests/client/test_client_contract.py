"""The client has all that the contract has, and reads what Willow's own server sends."""

import asyncio
import inspect
import re

import httpx
import pytest
from tests.client.asking import Ask, Kind, asking
from tests.client.stage import Answer, stage
from tests.client.surface import first_call, group_of, operations

from twinhaus.api.routes import ROUTES
from twinhaus_client import (
    AsyncTwinhausClient,
    Call,
    ClientCredentials,
    Relationship,
    TwinhausClient,
    model,
)
from twinhaus_client.api import Api
from twinhaus_client.errors import AnsweredError, Invalid, ServerFault, TooLarge, UnexpectedAnswer

# Not asked for by programs: pages for people, and keys for servers. Tokens are fetched unasked.
OTHERS = {"/", "/.well-known/jwks.json", "/oauth2/token"}
PAGES = ("/docs", "/explorer")


def test_every_route_is_an_operation() -> None:
    """Whatever a program can ask the server for, the client has, under its method and path."""
    calls = [first_call(found) for _, _, found in operations()]
    missing = []
    for route in ROUTES:
        path = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route.path)))
        if (
            route.path not in OTHERS
            and not route.path.startswith(PAGES)
            and not any(call.method == route.method and path.fullmatch(call.path) for call in calls)
        ):
            missing.append(f"{route.method} {route.path}")
    assert missing == []


def test_every_operation_says_what_it_does() -> None:
    """Each has a docstring, and both clients have it under the same name with the same parameters."""
    with TwinhausClient("http://127.0.0.1") as client:
        clients = (client, AsyncTwinhausClient("http://127.0.0.1"))
        for group, name, found in operations():
            blocking, awaited = (getattr(group_of(one, group), name) for one in clients)
            assert found.__doc__
            assert blocking.__doc__ == awaited.__doc__ == found.__doc__
            assert inspect.signature(blocking) == inspect.signature(awaited)


# As the public reference prints it, with `Id` for a relationship's id.
PUBLISHED = {
    "content": [
        {
            "id": "TW-DD-II-L01",
            "modelId": "dtmi:com:willowinc:Level;1",
            "lastUpdateTime": "2024-08-30T03:49:30.4062816+00:00",
            "contents": {"code": "L01", "Id": "mine"},
            "incomingRelationships": [
                {
                    "Id": "Room-L01-100_isPartOf_TW-DD-II-L01",
                    "targetId": "TW-DD-II-L01",
                    "sourceId": "Room-L01-100",
                    "name": "isPartOf",
                }
            ],
            "outgoingRelationships": [],
        }
    ],
    "continuationToken": None,
}


def test_willows_own_server_is_understood(kind: Kind) -> None:
    """Its base URL has its token endpoint below it, and its relationships spell their id `Id`."""
    token = Answer(
        200, {"token_type": "Bearer", "expires_in": "3599", "ext_expires_in": 3599, "access_token": "t"}
    )
    with stage(token, Answer(200, PUBLISHED)) as played:
        auth = ClientCredentials("me", "secret")
        with asking(kind, f"{played.url}/api/v3", auth=auth) as ask:
            (twin,) = ask(lambda api: api.twins.list(model("Level"), include_incoming=True))
        assert played.paths() == ["POST /api/v3/oauth2/token", "POST /api/v3/twins"]
    (link,) = twin.incoming_relationships
    assert link == Relationship(
        "Room-L01-100", "isPartOf", "TW-DD-II-L01", id="Room-L01-100_isPartOf_TW-DD-II-L01"
    )
    assert twin.contents == {"code": "L01", "Id": "mine"}
    assert twin.updated.isoformat() == "2024-08-30T03:49:30.406281+00:00"


ODD = {
    "a page of a proxy": (Answer(200, b"<html>Hello</html>"), UnexpectedAnswer, "not JSON"),
    "another shape": (Answer(200, ["L1"]), UnexpectedAnswer, "Expected a twin"),
    "a member too few": (Answer(200, {"id": "L1"}), UnexpectedAnswer, "modelId"),
    "a redirection": (Answer(302, b"", {"Location": "/elsewhere"}), UnexpectedAnswer, "302"),
    "a fault of the server": (
        Answer(500, {"detail": "Something went wrong here."}),
        ServerFault,
        "Something",
    ),
    "too large": (Answer(413, b"nginx says no"), TooLarge, "nginx says no"),
    "an error without words": (Answer(418, b""), AnsweredError, "418"),
    "an Invalid without errors": (Answer(400, {"title": "Bad", "errors": ["?"]}), Invalid, "Bad"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_answers_are_errors(name: str, kind: Kind) -> None:
    """Whatever a server or something before it answers, it is an error of this package that tells of it."""
    answer, expected, said = ODD[name]
    with stage(answer) as played, asking(kind, played.url) as ask, pytest.raises(expected, match=said):
        ask(lambda api: api.twins.get("L1"))


def test_a_call_of_ones_own_is_sent(ask: Ask) -> None:
    """What this client does not have can be described and sent by it all the same."""
    call = Call("GET", "/.well-known/jwks.json", lambda response: response.json()["keys"])
    assert ask(lambda api: api.send(call))


def test_an_http_client_of_ones_own_is_used_and_kept() -> None:
    """A proxy, certificates and headers are those of the httpx client that is given, which stays open."""
    headers = {"X-Own": "yes"}

    async def ask(url: str) -> None:
        async with httpx.AsyncClient(headers=headers) as own:
            async with AsyncTwinhausClient(url, http=own) as client:
                await client.service.health()
            assert not own.is_closed

    with stage(Answer(200, {"status": "ok"})) as played:
        with httpx.Client(headers=headers) as own:
            with TwinhausClient(played.url, http=own) as client:
                client.service.health()
            assert not own.is_closed
        asyncio.run(ask(played.url))
        assert [asked.headers["X-Own"] for asked in played.asked] == ["yes", "yes"]


def test_the_api_is_what_both_clients_are() -> None:
    """What works with one client works with the other, but for `await`."""
    assert issubclass(TwinhausClient, Api)
    assert issubclass(AsyncTwinhausClient, Api)
