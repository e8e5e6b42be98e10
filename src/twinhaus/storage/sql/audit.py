"""The audit trail in SQL: entries added by a transaction, and found again."""

from collections.abc import Callable, Iterator
from typing import Any

from twinhaus.audit import ITSELF, Action, Author, Entry, Kind
from twinhaus.query.audit import AuditQuery
from twinhaus.storage.sql.connection import ReadConnection, Statement
from twinhaus.storage.sql.words import Words

# What the columns hold; a number that is given to a word stays with it.
KINDS = {Kind.TWIN: 1, Kind.RELATIONSHIP: 2, Kind.MODEL: 3, Kind.CLIENT: 4, Kind.SIGNING_KEY: 5}
ACTIONS = {
    Action.CREATED: 1,
    Action.REPLACED: 2,
    Action.DELETED: 3,
    Action.DECOMMISSIONED: 4,
    Action.RESTORED: 5,
}
_KIND_OF = {number: kind for kind, number in KINDS.items()}
_ACTION_OF = {number: action for action, number in ACTIONS.items()}
_COMMON_KINDS = (Kind.TWIN, Kind.RELATIONSHIP)
REMOVED_AT_ONCE = 64  # Old entries: enough to keep up with single writes, and hardly noticed by any.

_CONDITIONS = {
    "after": "audit.instant > :after",
    "before": "audit.instant < :before",
    "id": "audit.id = :id",
    "request": "audit.request = :request AND audit.request <> ''",
    "no_request": "audit.request = :no_request",
    "author": "audit.author = (SELECT number FROM author WHERE client_id = :author)",
    "rare_kind": "audit.kind = :rare_kind AND audit.kind > 2",
    "kind": "audit.kind = :kind",
    "action": "audit.action = :action",
}
# The first that is asked for leads: a thing and a request have few entries, a client may have millions.
_INDEXED = ("id", "request", "rare_kind", "author")


def compile_audit(words: Words, query: AuditQuery, *, limit: int) -> tuple[str, dict[str, Any]]:
    """The statement that finds the newest entries, and its parameters. Which index leads is said, not left to chance:
    each yields entries in their order, so a page ends where it is full.
    """
    request = "no_request" if query.request_id == "" else "request"
    kind = "kind" if query.kind in _COMMON_KINDS else "rare_kind"
    asked = {
        "after": query.after,
        "before": query.before,
        "id": query.id,
        request: query.request_id,
        "author": query.client_id,
        kind: None if query.kind is None else KINDS[query.kind],
        "action": None if query.action is None else ACTIONS[query.action],
    }
    parameters = {name: value for name, value in asked.items() if value is not None}
    leading = next((f"audit_by_{name}" for name in _INDEXED if name in parameters), None)
    conditions = " AND ".join(_CONDITIONS[name] for name in parameters)
    text = f"""SELECT audit.instant, (SELECT client_id FROM author WHERE number = audit.author), audit.request,
            audit.action, audit.kind, audit.id
        FROM audit {words.led_by(leading)}
        {"WHERE" if conditions else ""} {conditions}
        ORDER BY audit.instant DESC LIMIT :limit"""
    return text, {**parameters, "limit": limit}


def find_entries(connection: ReadConnection, query: AuditQuery, *, limit: int) -> Iterator[Entry]:
    """The newest entries that the query selects, newest first."""
    for instant, client_id, request_id, action, kind, id_ in connection.rows(
        *compile_audit(connection.dialect.words, query, limit=limit)
    ):
        yield Entry(instant, Author(client_id, request_id), _ACTION_OF[action], _KIND_OF[kind], id_)


class Trail:
    """What one transaction adds to the audit trail: an entry for each change, under whoever it is done for."""

    def __init__(
        self, next_instant: Callable[[], int], write: Callable[[Entry], None], kept_ticks: int
    ) -> None:
        """`kept_ticks` is how long entries are kept; 0 is for ever."""
        self.author = ITSELF
        self._next_instant = next_instant
        self._write = write
        self._kept_ticks = kept_ticks
        self._offered: int | None = None
        self._added = 0
        self._newest = 0

    def offer(self, instant: int) -> None:
        """An instant was handed out: that of the next change, so that its entry says the same as what it changed."""
        self._offered = instant

    def add(self, action: Action, kind: Kind, id_: str) -> int:
        """Returns the instant of the entry."""
        self._newest = self._next_instant() if self._offered is None else self._offered
        self._offered = None
        self._added += 1
        self._write(Entry(self._newest, self.author, action, kind, id_))
        return self._newest

    def forget(self) -> None:
        """Something was undone: what an instant was handed out for."""
        self._offered = None

    def trim(self) -> Iterator[Statement]:
        """Where entries were added, remove old ones: more than were added, so that it catches up, but never many."""
        if self._kept_ticks and self._added:
            before = self._newest - self._kept_ticks
            yield "remove_entries", {"before": before, "most": max(REMOVED_AT_ONCE, 2 * self._added)}
            self._added = 0
