"""Bad requests are refused with the right status and a problem that names the fault, and change nothing."""

import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from tests.api.asking import JSON_HEADERS, faults
from tests.api.bad_requests.around import AROUND
from tests.api.bad_requests.conditions import PROPERTY_FILTER
from tests.api.bad_requests.contents import CONTENTS
from tests.api.bad_requests.json_texts import NOT_JSON, NOT_OBJECTS, NOT_STORABLE
from tests.api.bad_requests.lists import LIST_SHAPE
from tests.api.bad_requests.patches import PATCHES
from tests.api.bad_requests.relationships import RELATIONSHIP
from tests.api.bad_requests.request import Bad
from tests.api.bad_requests.twins import TWIN_SHAPE
from tests.api.models import SAMPLER, willow
from tests.serving import Served

BAD_REQUESTS = [
    *NOT_JSON,
    *NOT_STORABLE,
    *NOT_OBJECTS,
    *TWIN_SHAPE,
    *CONTENTS,
    *RELATIONSHIP,
    *PATCHES,
    *LIST_SHAPE,
    *PROPERTY_FILTER,
    *AROUND,
]
EVERYTHING = b'{"include":{"incomingRelationships":true,"outgoingRelationships":true},"pageSize":1000}'
INTERNALS = re.compile(
    r"Traceback|File \"|\bline \d+, in\b|\w\.py:\d|twinhaus\.\w|<class|object at 0x|(?<!-)\bNone\b|NoneType|self\b"
    r"|SELECT|INSERT|UPDATE|sqlite|apsw|msgspec|starlette|uvicorn|json\.|dict\b|\w+(Error|Exception)\b"
)


def all_twins(http: httpx.Client) -> bytes:
    """Every twin with every relationship, to the byte."""
    answer = http.post("/twins", content=EVERYTHING, headers=JSON_HEADERS)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture(scope="module")
def untouched(read_only: Served) -> Iterator[bytes]:
    """All twins before any bad request, which must be the same after all of them."""
    before = all_twins(read_only.http)
    yield before
    assert all_twins(read_only.http) == before


def send(http: httpx.Client, bad: Bad) -> httpx.Response:
    """The request as the table has it; a chunked one does not announce its length."""
    content = iter((bad.content[:1000], bad.content[1000:])) if bad.chunked else bad.content
    return http.request(bad.method, bad.path, content=content, headers=bad.headers)


def assert_names_nothing_internal(text: str, sent: bytes) -> None:
    """No stack trace, SQL or internal name, but for what the client itself sent."""
    found = INTERNALS.search(text)
    assert found is None or found[0].encode() in sent, found


def test_the_table_is_long_and_without_repeats() -> None:
    """At least 170 requests, no two of them the same."""
    sent = {
        (bad.method, bad.path, bad.content, tuple(bad.headers.items()), bad.chunked) for bad in BAD_REQUESTS
    }
    assert len(sent) == len(BAD_REQUESTS) >= 170


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.name)
def test_bad_request_is_refused(reading: httpx.Client, untouched: bytes, bad: Bad) -> None:
    """It gets its status and a problem that names the fault at its path, once, and nothing has changed."""
    answer = send(reading, bad)
    assert answer.status_code == bad.status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert document["status"] == bad.status
    assert document["type"].startswith("urn:twinhaus:problem:")
    assert document["instance"].endswith(answer.headers["x-request-id"])
    errors: dict[str, list[str]] = document.get("errors", {})
    assert set(errors) == set(bad.at)
    assert all(len(messages) == len(set(messages)) for messages in errors.values()), errors
    words = [document["detail"], *(message for messages in errors.values() for message in messages)]
    assert bad.says in "\n".join(words)
    assert_names_nothing_internal(answer.text, bad.content)
    assert len(answer.content) < 4_000
    assert all_twins(reading) == untouched


@pytest.mark.parametrize("bad", BAD_REQUESTS[::9], ids=lambda bad: bad.name)
def test_the_same_under_the_other_prefix(reading: httpx.Client, untouched: bytes, bad: Bad) -> None:
    """Under /api/v3 a bad request is refused with the same words."""
    headers = {**bad.headers, "X-Request-Id": "same"}
    content = b"" if bad.status == 413 else bad.content
    answers = [
        reading.request(bad.method, prefix + bad.path, content=content, headers=headers)
        for prefix in ("", "/api/v3")
    ]
    assert answers[0].content == answers[1].content
    assert all_twins(reading) == untouched


# --- several faults at once


def test_every_fault_of_a_list_is_reported_at_once(reading: httpx.Client, untouched: bytes) -> None:
    """One refusal names every fault, in every filter, at any depth."""
    request = {
        "modelFilter": {"modelIds": ["x", willow("Level"), 5], "exactModelMatch": "no", "model": 1},
        "relationshipFilter": {
            "relationshipDirection": "Up",
            "relationshipNames": [7],
            "relatedModelFilter": {"modelIds": ["y"]},
        },
        "locationFilter": {"locationId": 8},
        "dateFilter": {"lastUpdatedAfter": "a", "lastUpdatedBefore": "b"},
        "propertyFilter": {
            "field": "a..b",
            "operator": "is",
            "value": [],
            "filterConditionOperator": "Nor",
            "filters": [
                {"field": "a", "operator": "like", "value": 1},
                {"filters": [{"field": "a", "operator": "in", "value": [1, {}, []]}]},
            ],
        },
        "include": {"outgoingRelationships": 0},
        "pageSize": 0,
        "continuationToken": 1,
        "top": 5,
    }
    found = faults(reading.post("/twins", json=request))
    assert found.keys() >= {
        "modelFilter.modelIds[0]",
        "modelFilter.modelIds[2]",
        "modelFilter.exactModelMatch",
        "modelFilter.model",
        "relationshipFilter.relationshipDirection",
        "relationshipFilter.relationshipNames[0]",
        "relationshipFilter.relatedModelFilter.modelIds[0]",
        "locationFilter.locationId",
        "dateFilter.lastUpdatedAfter",
        "dateFilter.lastUpdatedBefore",
        "propertyFilter.field",
        "propertyFilter.value",
        "propertyFilter.filterConditionOperator",
        "propertyFilter.filters[0].operator",
        "propertyFilter.filters[1].filters[0].value[1]",
        "propertyFilter.filters[1].filters[0].value[2]",
        "include.outgoingRelationships",
        "pageSize",
        "continuationToken",
        "top",
    }
    assert all_twins(reading) == untouched


def test_every_fault_of_a_twin_is_reported_at_once(reading: httpx.Client, untouched: bytes) -> None:
    """Faults of the headers, of the shape, and those that the model finds come together."""
    contents = {
        "text": 1,
        "count": "x",
        "tags": [1, "a", 2],
        "nested": {"x": 1},
        "unknown": 0,
        "colour": "blue",
    }
    body = {"id": "", "modelId": SAMPLER, "lastUpdateTime": "x", "ID": "y", "more": 1, "contents": contents}
    headers = {"If-Match": "x", "If-None-Match": '"a", y'}
    assert faults(reading.put("/twins", json=body, headers=headers)).keys() == {
        "if-match",
        "if-none-match",
        "id",
        "ID",
        "more",
        "lastUpdateTime",
        "contents.text",
        "contents.count",
        "contents.tags[0]",
        "contents.tags[2]",
        "contents.nested.x",
        "contents.unknown",
        "contents.colour",
    }
    assert all_twins(reading) == untouched


def test_every_fault_of_a_delete_is_reported_at_once(reading: httpx.Client, untouched: bytes) -> None:
    """Faults of the query and of the headers come together."""
    answer = reading.delete("/twins/S-1?cascade=perhaps", headers={"If-Match": "x"})
    assert faults(answer).keys() == {"cascade", "if-match"}
    assert all_twins(reading) == untouched


def test_every_fault_of_the_json_is_reported_at_once(reading: httpx.Client, untouched: bytes) -> None:
    """What JSON allows and the contract does not is named wherever it stands."""
    contents = b'{"a":{"b":1,"b":2},"c":[99999999999999999999,"\\u0000"]}'
    body = b'{"id":"\\ud800","id":"b","modelId":1e999,"contents":%b}' % contents
    answer = reading.put("/twins", content=body, headers=JSON_HEADERS)
    assert faults(answer).keys() == {"$", "modelId", "contents.a", "contents.c[0]", "contents.c[1]"}
    assert all_twins(reading) == untouched


# --- below HTTP


JUNK = [
    b"GARBAGE\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET /twins/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"POST /twins HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /twins HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /twins HTTP/1.1\r\nHost: x\r\nHost x\r\n\r\n",
]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_malformed_http_is_refused(read_only: Served, untouched: bytes, junk: bytes) -> None:
    """What is no HTTP, or too much, gets a 400 or 431 that tells nothing, or nothing at all, and the server goes on."""
    url = httpx.URL(read_only.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(junk)
        said = b""
        while part := connection.recv(65_536):
            said += part
    assert said == b"" or said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
    assert_names_nothing_internal(said.partition(b"\r\n\r\n")[2].decode(), junk)
    assert all_twins(read_only.http) == untouched
