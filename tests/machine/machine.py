"""The state machine: each rule sends a request, asks the mirror for the answer, and compares the two."""

from typing import Any

import httpx
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
from tests.machine import faults, listing, requests
from tests.machine.conversation import NO_CONDITION, agree, path, send, stamp_of, tag_of
from tests.machine.graph import relationship_of
from tests.machine.mirror import Answer, Condition, Mirror, refused
from tests.machine.requests import IDS, Request, capitalised, capitalised_throughout
from tests.machine.traversal import Traversal

from twinhaus.strictjson import Json

PAGE_SIZE_MAX = 1000
LISTS_AT_FIRST = 3
COMPARISONS_MAX = 12
BEGINNING = (False, *(True,) * 8)  # A failing example becomes simpler by what it does not begin with.
Drawn = st.DataObject


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
        everything = {"filter": {"propertyFilter": {"field": "id", "operator": "isNotNull"}}}
        answer = self.send("DELETE", "/twins?cascade=true", everything)
        assert answer.status_code == 200

    @initialize(target=traversals, drawn=st.data())
    def populate(self, drawn: Drawn) -> Any:
        """Most runs begin with most of the twins, with some relationships, and with lists of which a page is read."""
        for twin_id in IDS:
            if drawn.draw(st.sampled_from(BEGINNING)):
                self.put_twin(drawn, (twin_id,))
        for _ in IDS:
            if self.mirror.graph.twins and drawn.draw(st.sampled_from(BEGINNING)):
                self.put_relationship(drawn)
        return multiple(*(one for _ in range(LISTS_AT_FIRST) for one in self.begin(drawn, st.just(1))))

    @rule(drawn=st.data())
    def put_twin(self, drawn: Drawn, ids: tuple[str, ...] = IDS) -> None:
        request = drawn.draw(requests.twins(ids))
        condition = drawn.draw(requests.conditions(self.mirror, self.tag_of(request["id"])))
        body = capitalised(request) if drawn.draw(st.booleans()) else request
        response = self.send("PUT", "/twins", body, condition=condition)
        self.agree_on_write(response, self.mirror.put_twin(request, condition, stamp_of(response)))

    @rule(drawn=st.data())
    def patch_twin(self, drawn: Drawn) -> None:
        twin_id = drawn.draw(requests.twin_ids(self.mirror.graph))
        patch = drawn.draw(requests.patches(self.mirror, twin_id))
        condition = drawn.draw(requests.conditions(self.mirror, self.tag_of(twin_id)))
        body = [capitalised(one) for one in patch] if drawn.draw(st.booleans()) else patch
        response = self.send("PATCH", path(twin_id), body, condition=condition)
        self.agree_on_write(response, self.mirror.patch_twin(twin_id, patch, condition, stamp_of(response)))

    @rule(drawn=st.data())
    def delete_twin(self, drawn: Drawn) -> None:
        twin_id = drawn.draw(requests.twin_ids(self.mirror.graph))
        condition = drawn.draw(requests.conditions(self.mirror, self.tag_of(twin_id)))
        cascade = drawn.draw(st.booleans())
        response = self.send("DELETE", f"{path(twin_id)}?cascade={str(cascade).lower()}", condition=condition)
        self.agree_on_write(response, self.mirror.delete_twin(twin_id, condition, cascade=cascade))

    @rule(drawn=st.data(), cascade=st.booleans(), dry_run=st.booleans())
    def delete_twins(self, drawn: Drawn, cascade: bool, dry_run: bool) -> None:
        wanted = drawn.draw(listing.filters(self.mirror))
        flags = f"cascade={str(cascade).lower()}&dryRun={str(dry_run).lower()}"
        response = self.send("DELETE", f"/twins?{flags}", {"filter": wanted})
        self.agree_on_write(response, self.mirror.delete_twins(wanted, cascade=cascade, dry_run=dry_run))

    @rule(drawn=st.data())
    def put_relationship(self, drawn: Drawn) -> None:
        request = drawn.draw(requests.relationships(self.mirror.graph))
        body = capitalised(request) if drawn.draw(st.booleans()) else request
        tag = self.mirror.graph.tags.get(relationship_of(request)["id"])
        condition = drawn.draw(requests.conditions(self.mirror, tag))
        response = self.send("PUT", "/twins/relationships", body, condition=condition)
        answer = self.mirror.put_relationship(request, condition, tag_of(response))
        self.agree_on_write(response, answer)

    @rule(drawn=st.data())
    def delete_relationship(self, drawn: Drawn) -> None:
        twin_id, relationship_id = drawn.draw(requests.known_relationships(self.mirror.graph))
        condition = drawn.draw(requests.conditions(self.mirror, self.mirror.graph.tags.get(relationship_id)))
        url = path(twin_id, "relationships", relationship_id)
        response = self.send("DELETE", url, condition=condition)
        self.agree_on_write(response, self.mirror.delete_relationship(twin_id, relationship_id, condition))

    @rule(drawn=st.data(), dry_run=st.booleans())
    def delete_relationships(self, drawn: Drawn, dry_run: bool) -> None:
        wanted = drawn.draw(listing.relationships(self.mirror))
        url = f"/twins/relationships?dryRun={str(dry_run).lower()}"
        response = self.send("DELETE", url, {"filter": wanted})
        self.agree_on_write(response, self.mirror.delete_relationships(wanted, dry_run=dry_run))

    @rule(drawn=st.data())
    def get_relationships(self, drawn: Drawn) -> None:
        twin_id, relationship_id = drawn.draw(requests.known_relationships(self.mirror.graph))
        condition = drawn.draw(requests.conditions(self.mirror, self.mirror.graph.tags.get(relationship_id)))
        one = self.send("GET", path(twin_id, "relationships", relationship_id), condition=condition)
        agree(one, self.mirror.get_relationship(twin_id, relationship_id, condition))
        for direction, end in (("outgoing", "sourceId"), ("incoming", "targetId")):
            response = self.send("GET", path(twin_id, "relationships", direction))
            agree(response, self.mirror.list_relationships(twin_id, end))

    @rule(drawn=st.data(), both=st.booleans())
    def get_twin(self, drawn: Drawn, both: bool) -> None:
        twin_id = drawn.draw(requests.twin_ids(self.mirror.graph))
        condition = drawn.draw(requests.conditions(self.mirror, self.tag_of(twin_id)))
        response = self.send(
            "GET", f"{path(twin_id)}?includeRelationships={str(both).lower()}", condition=condition
        )
        tag = response.headers.get("ETag", "")
        agree(response, self.mirror.get_twin(twin_id, condition, both=both, tag=tag))

    @rule(drawn=st.data(), both=st.booleans())
    def find_twins(self, drawn: Drawn, both: bool) -> None:
        ids = drawn.draw(st.lists(requests.twin_ids(self.mirror.graph), max_size=6))
        response = self.send("POST", f"/twins/ids?includeRelationships={str(both).lower()}", ids)
        agree(response, self.mirror.find_twins(ids, both=both))

    @rule(drawn=st.data())
    def count_twins(self, drawn: Drawn) -> None:
        request = drawn.draw(listing.lists(self.mirror, listing.page_sizes()))
        agree(self.send("POST", "/twins/count", request), self.mirror.count_twins(request))

    @rule(drawn=st.data())
    def compare(self, drawn: Drawn) -> None:
        """There are more comparisons than other filters, and most need a certain twin to make a difference."""
        comparisons = listing.comparisons(self.mirror)
        for comparison in drawn.draw(st.lists(comparisons, min_size=1, max_size=COMPARISONS_MAX)):
            request = {"propertyFilter": comparison}
            agree(self.send("POST", "/twins/count", request), self.mirror.count_twins(request))

    @rule(drawn=st.data())
    def show_graph(self, drawn: Drawn) -> None:
        request = drawn.draw(requests.graphs(self.mirror.graph))
        body = capitalised_throughout(request) if drawn.draw(st.booleans()) else request
        agree(self.send("POST", "/twins/graph", body), self.mirror.show_graph(request))

    @rule(target=traversals, drawn=st.data())
    def begin_list(self, drawn: Drawn) -> Any:
        return multiple(*self.begin(drawn, listing.page_sizes()))

    @rule(target=traversals, traversal=consumes(traversals), size=st.none() | listing.page_sizes())
    def continue_list(self, traversal: Traversal, size: int | None) -> Any:
        """By the token alone; the page size may change."""
        body: Request = {"continuationToken": traversal.token} | ({} if size is None else {"pageSize": size})
        if found := faults.faults_of_list(body):
            agree(self.send("POST", "/twins", body), refused(400, found))
            return traversal
        traversal.size = size or traversal.size
        return multiple(*self.turn_page(traversal, body))

    @rule(target=traversals, traversal=consumes(traversals), how=st.sampled_from(("same", "other", "spoilt")))
    def continue_list_by_token_and_filters(self, traversal: Traversal, how: str) -> Any:
        """The filters may be sent again, but not others."""
        body = traversal.request | {"continuationToken": traversal.token, "pageSize": traversal.size}
        if how == "same":
            return multiple(*self.turn_page(traversal, body))
        spoilt = {"continuationToken": f"{traversal.token}A"}
        other = body | {"locationFilter": {"locationId": "elsewhere"}}
        response = self.send("POST", "/twins", spoilt if how == "spoilt" else other)
        agree(response, refused(400, {"continuationToken"}))
        return traversal

    @rule(traversal=consumes(traversals))
    def read_list_to_its_end(self, traversal: Traversal) -> None:
        while self.turn_page(traversal, {"continuationToken": traversal.token}):
            pass

    def begin(self, drawn: Drawn, page_sizes: st.SearchStrategy[int]) -> list[Traversal]:
        """A list, if it has a second page; nothing where it ends with the first, or is refused."""
        request = drawn.draw(listing.lists(self.mirror, page_sizes))
        body = capitalised_throughout(request) if drawn.draw(st.booleans()) else request
        if found := faults.faults_of_list(request):
            agree(self.send("POST", "/twins", body), refused(400, found))
            return []
        traversal = Traversal.of(request, self.mirror.graph)
        self.under_way.append(traversal)
        return self.turn_page(traversal, body)

    def turn_page(self, traversal: Traversal, body: Request) -> list[Traversal]:
        """The same list again, unless this was its last page."""
        response = self.send("POST", "/twins", body)
        token = response.json().get("continuationToken")
        agree(response, traversal.answer(self.mirror.graph, token))
        page, _ = traversal.next_page(self.mirror.graph)
        traversal.note_page(page, token)
        if token is None:
            self.under_way.remove(traversal)
        return [] if token is None else [traversal]

    @invariant()
    def the_graph_is_the_same(self) -> None:
        """After each write, and told by one list."""
        if not self.is_written:
            return
        self.is_written = False
        include = {"outgoingRelationships": True, "incomingRelationships": True}
        response = self.send("POST", "/twins", {"pageSize": PAGE_SIZE_MAX, "include": include})
        graph = self.mirror.graph
        content = [graph.shown(twin, outgoing=True, incoming=True) for twin in graph.twins.values()]
        agree(response, Answer(200, {"content": content, "continuationToken": None}))

    def tag_of(self, twin_id: str) -> str | None:
        """The tag of a twin, if it is there."""
        twin = self.mirror.graph.twins.get(twin_id)
        return None if twin is None else twin.tag

    def agree_on_write(self, response: httpx.Response, answer: Answer) -> None:
        """The answer is the one foretold; what it changed may be a list under way."""
        agree(response, answer)
        self.is_written = True
        for traversal in self.under_way:
            traversal.note_change(self.mirror.graph)

    def send(
        self, method: str, url: str, body: Json = None, *, condition: Condition = NO_CONDITION
    ) -> httpx.Response:
        return send(self.http, method, url, body, condition=condition)
