"""A list under way, page by page, while the graph changes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.machine.graph import Graph, Twin
from tests.machine.mirror import Answer

PAGE_SIZE_DEFAULT = 100


@dataclass
class Traversal:
    """What was asked, and where it stands: after which birth, with which token.

    `given` are the births of the twins it gave so far, `throughout` of those that have matched at every moment since it
    began, `ever` of those that have matched at any.
    """

    request: dict[str, Any]
    size: int
    throughout: set[int]
    ever: set[int]
    given: Counter[int] = field(default_factory=Counter)
    after: int = 0
    token: str | None = None

    @classmethod
    def of(cls, request: dict[str, Any], graph: Graph) -> "Traversal":
        """Before its first page."""
        births = {twin.birth for twin in graph.matching(request)}
        return cls(request, request.get("pageSize", PAGE_SIZE_DEFAULT), births, set(births))

    def note_change(self, graph: Graph) -> None:
        """The graph is another now."""
        births = {twin.birth for twin in graph.matching(self.request)}
        self.throughout &= births
        self.ever |= births

    def next_page(self, graph: Graph) -> tuple[list[Twin], bool]:
        """The twins that match now, in the order of their creation, from where the last page ended; is there more?"""
        remaining = [twin for twin in graph.matching(self.request) if twin.birth > self.after]
        return remaining[: self.size], len(remaining) > self.size

    def answer(self, graph: Graph, token: str | None) -> Answer:
        """What the server should answer now; only it knows what token it will give, if it has to give one."""
        page, more = self.next_page(graph)
        include = self.request.get("include") or {}
        outgoing, incoming = (bool(include.get(f"{way}Relationships")) for way in ("outgoing", "incoming"))
        content = [graph.shown(twin, outgoing=outgoing, incoming=incoming) for twin in page]
        return Answer(200, {"content": content, "continuationToken": (token or "one") if more else None})

    def note_page(self, page: list[Twin], token: str | None) -> None:
        """A page was given. With the last one, every twin that matched throughout has come once, and no other twice."""
        self.given.update(twin.birth for twin in page)
        self.after = max((twin.birth for twin in page), default=self.after)
        self.token = token
        assert set(self.given.values()) <= {1}, "a twin came twice"
        assert self.given.keys() <= self.ever, "a twin came that never matched"
        assert token or self.throughout <= self.given.keys(), "a twin was left out"
