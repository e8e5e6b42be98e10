"""The state machine: each rule sends a request, asks the mirror for the answer, and compares the two."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from tests.api.asking import TWIN_TIME
from tests.machine import faults, listing, requests
from tests.machine.mirror import Answer, Condition, Mirror, Stamp, exact, refused
from tests.machine.requests import IDS, Request, capitalised, capitalised_throughout

from twinhaus.strictjson import Json

SIZE_MAX, DEFAULT_SIZE = 1000, 100
STRONG_TAG = re.compile(r'"[^"]+"')
NO_CONDITION = Condition()
BEGINNING = (False, *(True,) * 8)  # A failing example becomes simpler by what it does not begin with.
Drawn = st.DataObject


@dataclass
class Traversal:
    """A list under way: what was asked, where it stands, and the births of the twins that it gave so far, of those that
    have matched at every moment since it began, and of those that have matched at any.
    """

    request: Request
    size: int
    throughout: set[int]
    ever: set[int]
    given: Counter[int] = field(default_factory=Counter)
    after: int = 0
    token: str | None = None


class Machine(RuleBasedStateMachine):
    """A run: a graph that begins empty, and the steps that Hypothesis chooses."""

    traversals = Bundle("traversals")

    def __init__(self, http: httpx.Client) -> None:
        super().__init__()
        self.http = http
        self.mirror = Mirror()
        self.under_way: list[Traversal] = []
        self.is_written = False
        self.empty()

    def empty(self) -> None:
        """Leave nothing of the run before."""
        everything = self.http.post("/twins", json={"pageSize": SIZE_MAX}).json()["content"]
        for twin in everything:
            self.http.delete(path(twin["id"]), params={"cascade": "true"}).raise_for_status()

    @initialize(drawn=st.data())
    def begin(self, drawn: Drawn) -> None:
        """Most runs begin with most of the twins, and with some relationships."""
        for twin_id in IDS:
            if drawn.draw(st.sampled_from(BEGINNING)):
                self.put_twin(drawn, (twin_id,))
        for _ in IDS:
            if self.mirror.graph.twins and drawn.draw(st.sampled_from(BEGINNING)):
                self.put_relationship(drawn)

    @rule(drawn=st.data())
    def put_twin(self, drawn: Drawn, ids: tuple[str, ...] = IDS) -> None:
        request = drawn.draw(requests.twins(ids))
        condition = drawn.draw(requests.conditions(self.mirror, request["id"]))
        body = capitalised(request) if drawn.draw(st.booleans()) else request
        response = self.send("PUT", "/twins", body, condition=condition)
        self.agree_on_write(response, self.mirror.put_twin(request, condition, stamp_of(response)))

    @rule(drawn=st.data())
    def delete_twin(self, drawn: Drawn) -> None:
        twin_id = drawn.draw(requests.twin_ids(self.mirror.graph))
        condition = drawn.draw(requests.conditions(self.mirror, twin_id))
        cascade = drawn.draw(st.booleans())
        response = self.send("DELETE", f"{path(twin_id)}?cascade={str(cascade).lower()}", condition=condition)
        self.agree_on_write(response, self.mirror.delete_twin(twin_id, condition, cascade=cascade))

    @rule(drawn=st.data())
    def put_relationship(self, drawn: Drawn) -> None:
        request = drawn.draw(requests.relationships(self.mirror.graph))
        body = capitalised(request) if drawn.draw(st.booleans()) else request
        response = self.send("PUT", "/twins/relationships", body)
        self.agree_on_write(response, self.mirror.put_relationship(request))

    @rule(drawn=st.data())
    def delete_relationship(self, drawn: Drawn) -> None:
        twin_id, relationship_id = drawn.draw(requests.known_relationships(self.mirror.graph))
        response = self.send("DELETE", path(twin_id, "relationships", relationship_id))
        self.agree_on_write(response, self.mirror.delete_relationship(twin_id, relationship_id))

    @rule(drawn=st.data())
    def get_relationships(self, drawn: Drawn) -> None:
        twin_id, relationship_id = drawn.draw(requests.known_relationships(self.mirror.graph))
        one = self.send("GET", path(twin_id, "relationships", relationship_id))
        self.agree(one, self.mirror.get_relationship(twin_id, relationship_id))
        for direction, end in (("outgoing", "sourceId"), ("incoming", "targetId")):
            response = self.send("GET", path(twin_id, "relationships", direction))
            self.agree(response, self.mirror.list_relationships(twin_id, end))

    @rule(drawn=st.data(), both=st.booleans())
    def get_twin(self, drawn: Drawn, both: bool) -> None:
        twin_id = drawn.draw(requests.twin_ids(self.mirror.graph))
        condition = drawn.draw(requests.conditions(self.mirror, twin_id))
        response = self.send(
            "GET", f"{path(twin_id)}?includeRelationships={str(both).lower()}", condition=condition
        )
        self.agree(response, self.mirror.get_twin(twin_id, condition, both=both))

    @rule(drawn=st.data(), both=st.booleans())
    def find_twins(self, drawn: Drawn, both: bool) -> None:
        ids = drawn.draw(st.lists(requests.twin_ids(self.mirror.graph), max_size=6))
        response = self.send("POST", f"/twins/ids?includeRelationships={str(both).lower()}", ids)
        self.agree(response, self.mirror.find_twins(ids, both=both))

    @rule(drawn=st.data())
    def count_twins(self, drawn: Drawn) -> None:
        request = drawn.draw(listing.lists(self.mirror))
        self.agree(self.send("POST", "/twins/count", request), self.mirror.count_twins(request))

    @rule(drawn=st.data())
    def show_graph(self, drawn: Drawn) -> None:
        request = drawn.draw(requests.graphs(self.mirror.graph))
        body = capitalised_throughout(request) if drawn.draw(st.booleans()) else request
        self.agree(self.send("POST", "/twins/graph", body), self.mirror.show_graph(request))

    @rule(target=traversals, drawn=st.data())
    def begin_list(self, drawn: Drawn) -> Any:
        request = drawn.draw(listing.lists(self.mirror))
        body = capitalised_throughout(request) if drawn.draw(st.booleans()) else request
        if found := faults.faults_of_list(request):
            self.agree(self.send("POST", "/twins", body), refused(400, found))
            return multiple()
        births = {twin.birth for twin in self.mirror.graph.matching(request)}
        traversal = Traversal(request, request.get("pageSize", DEFAULT_SIZE), births, set(births))
        self.under_way.append(traversal)
        return self.turn_page(traversal, body)

    @rule(target=traversals, traversal=consumes(traversals), size=st.none() | listing.page_sizes())
    def continue_list(self, traversal: Traversal, size: int | None) -> Any:
        """By the token alone; the page size may change."""
        body = {"continuationToken": traversal.token} | ({} if size is None else {"pageSize": size})
        if faults.faults_of_list(body):
            self.agree(self.send("POST", "/twins", body), refused(400, {"pageSize"}))
            return traversal
        traversal.size = size or traversal.size
        return self.turn_page(traversal, body)

    @rule(target=traversals, traversal=consumes(traversals), how=st.sampled_from(("same", "other", "spoilt")))
    def continue_list_by_token_and_filters(self, traversal: Traversal, how: str) -> Any:
        """The filters may be sent again, but not others."""
        body = traversal.request | {"continuationToken": traversal.token, "pageSize": traversal.size}
        if how == "same":
            return self.turn_page(traversal, body)
        spoilt = {"continuationToken": f"{traversal.token}A"}
        other = body | {"locationFilter": {"locationId": "elsewhere"}}
        response = self.send("POST", "/twins", spoilt if how == "spoilt" else other)
        self.agree(response, refused(400, {"continuationToken"}))
        return traversal

    @rule(traversal=consumes(traversals))
    def read_list_to_its_end(self, traversal: Traversal) -> None:
        while traversal.token is not None:
            self.turn_page(traversal, {"continuationToken": traversal.token})

    def turn_page(self, traversal: Traversal, body: Request) -> Any:
        """The next page: the twins that match now, in the order of their creation, from where the last one ended."""
        remaining = [
            twin for twin in self.mirror.graph.matching(traversal.request) if twin.birth > traversal.after
        ]
        page, more = remaining[: traversal.size], len(remaining) > traversal.size
        include = traversal.request.get("include") or {}
        outgoing, incoming = (
            bool(include.get(f"{direction}Relationships")) for direction in ("outgoing", "incoming")
        )
        content = [self.mirror.graph.shown(twin, outgoing=outgoing, incoming=incoming) for twin in page]
        response = self.send("POST", "/twins", body)
        token = response.json().get("continuationToken")
        expected = token or "a token" if more else None
        self.agree(response, Answer(200, {"content": content, "continuationToken": expected}))
        births = {twin.body["id"]: twin.birth for twin in page}
        traversal.given.update(births[twin["id"]] for twin in response.json()["content"])
        traversal.after, traversal.token = max(births.values(), default=traversal.after), token
        if more:
            return traversal
        self.under_way.remove(traversal)
        assert set(traversal.given.values()) <= {1}, "a twin came twice"
        assert traversal.throughout <= traversal.given.keys() <= traversal.ever, (
            "a twin was left out, or added"
        )
        return multiple()

    @invariant()
    def the_graph_is_the_same(self) -> None:
        """After each write, and told by one list."""
        if not self.is_written:
            return
        self.is_written = False
        include = {"outgoingRelationships": True, "incomingRelationships": True}
        response = self.send("POST", "/twins", {"pageSize": SIZE_MAX, "include": include})
        graph = self.mirror.graph
        content = [graph.shown(twin, outgoing=True, incoming=True) for twin in graph.twins.values()]
        self.agree(response, Answer(200, {"content": content, "continuationToken": None}))

    def agree_on_write(self, response: httpx.Response, answer: Answer) -> None:
        """The answer is the one foretold; what it changed may be a list under way."""
        self.agree(response, answer)
        self.is_written = True
        for traversal in self.under_way:
            births = {twin.birth for twin in self.mirror.graph.matching(traversal.request)}
            traversal.throughout &= births
            traversal.ever |= births

    def agree(self, response: httpx.Response, answer: Answer) -> None:
        """The answer is the one foretold."""
        assert response.status_code == answer.status, f"expected {answer}"
        if answer.status >= 400:
            problem = response.json()
            assert problem["status"] == answer.status
            assert problem.get("errors", {}).keys() == answer.faults, f"expected faults at {answer.faults}"
            assert all(id_ in problem["detail"] for id_ in answer.named), (
                f"expected {answer.named} to be named"
            )
        elif answer.status == 200:
            assert exact(response.json()) == exact(answer.body), f"expected {exact(answer.body)}"
        else:
            assert not response.content
        assert response.headers.get("ETag") == answer.tag, f"expected the tag {answer.tag}"

    def send(
        self, method: str, url: str, body: Json = None, *, condition: Condition = NO_CONDITION
    ) -> httpx.Response:
        """A request, which a failing example shows with its answer."""
        headers = {condition.header: ", ".join(condition.tags)} if condition.header else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body)
        response = self.http.request(method, url, content=content, headers=headers)
        note(f"{method} {url} {headers} {content}\n  {response.status_code} {response.text}")
        return response


def path(*parts: str) -> str:
    """The path of a twin, or of what it has."""
    return "/".join(("/twins", *(quote(part, safe="") for part in parts)))


def stamp_of(response: httpx.Response) -> Stamp:
    """What the server set as it stored a twin, in the form that it promises."""
    if response.status_code != 200:
        return Stamp()
    stamp = Stamp(response.json()["lastUpdateTime"], response.headers["ETag"])
    assert TWIN_TIME.fullmatch(stamp.time)
    assert STRONG_TAG.fullmatch(stamp.tag)
    return stamp
