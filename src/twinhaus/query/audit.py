"""What is asked of the audit trail, and what it means. Stores are held to `selects` as they are to `evaluate.py`."""

from msgspec import Struct

from twinhaus.audit import Action, Entry, Kind


class AuditQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries strictly after and strictly before these instants, in ticks, by this client, of this request, and so on;
    all at once, and None filters nothing.
    """

    after: int | None = None
    before: int | None = None
    client_id: str | None = None
    request_id: str | None = None
    action: Action | None = None
    kind: Kind | None = None
    id: str | None = None


def selects(query: AuditQuery, entry: Entry) -> bool:
    """Whether an entry is one that the query asks for."""
    return (
        (query.after is None or entry.instant > query.after)
        and (query.before is None or entry.instant < query.before)
        and query.client_id in (None, entry.author.client_id)
        and query.request_id in (None, entry.author.request_id)
        and query.action in (None, entry.action)
        and query.kind in (None, entry.kind)
        and query.id in (None, entry.id)
    )
