"""What a store promises. `testing/store_contract/` holds every store to it.

A store takes jobs: functions of a Reader or a Transaction, run to the end on a thread of the store's own, unless they
are brief. A read job sees one snapshot. A write job happens whole or not at all, and is durable once its future is
done.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Protocol, TypeVar

from msgspec import Struct

from twinhaus.audit import Author, Entry
from twinhaus.dtdl import Registry
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.query.audit import AuditQuery
from twinhaus.query.cursor import RelationshipPage, RelationshipTraversal
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query, RelationshipFilter
from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.streams import Stream
from twinhaus.storage.turns import Turn

Result = TypeVar("Result")


class Page(Struct, frozen=True):
    """Some twins of a list: their JSON texts joined by commas, the last one's number, and whether more follow."""

    body: bytes
    count: int
    last: int
    more: bool


class Expected(Struct, frozen=True):
    """Ids that a job is likely to ask for. A store may read those of several jobs at once; it changes no answer."""

    twin_ids: tuple[str, ...] = ()
    relationship_ids: tuple[str, ...] = ()
    model_ids: tuple[str, ...] = ()


NOTHING_EXPECTED = Expected()


class IdPage(Struct, frozen=True):
    """Some twins of a list: their ids, and the last one's number."""

    ids: tuple[str, ...]
    last: int


class Neighbour(Struct, frozen=True):
    """A relationship of a twin, with the model of the twin at its other end."""

    relationship: Relationship
    other_model_id: str


class StoredModel(Struct, frozen=True):
    """What a store knows of a model beside its text, which the registry has. `uploaded` is in ticks."""

    id: str
    uploaded: int
    is_decommissioned: bool


class Reader(Protocol):
    """One snapshot of the graph. The model of a twin may have been removed: the registry lacks it then."""

    @property
    def registry(self) -> Registry: ...
    @property
    def containment(self) -> tuple[str, ...]:
        """The names of the relationships that locations follow, from part to whole."""
        ...

    @property
    def turns(self) -> Sequence[Turn]:
        """How the pages came about that were listed so far."""
        ...

    def list_twins(self, query: Query, include: Include, *, after: int, limit: int) -> Page:
        """The next `limit` matching twins whose number is above `after`. Raises QueryTimeout."""
        ...

    def list_ids(self, query: Query, *, after: int, limit: int) -> IdPage:
        """The ids of the twins that `list_twins` would list; fewer than the limit where no more follow.

        Raises QueryTimeout.
        """
        ...

    def count_twins(self, query: Query) -> int:
        """How many twins match. Raises QueryTimeout."""
        ...

    def is_indexed(self, path: tuple[str, ...]) -> bool:
        """Whether an index tells what twins have on a path in contents; else twins are looked into, one by one."""
        ...

    def find_twin(self, twin_id: str) -> Twin | None: ...
    def find_documents(
        self,
        twin_ids: Collection[str],
        include: Include = WITHOUT_RELATIONSHIPS,
        *,
        within: tuple[str, ...] = (),
    ) -> dict[str, str]:
        """The JSON texts of the twins with these ids, in the order of the ids; those that are not there are left out.
        `within` as in a `Query`.
        """
        ...

    def related(
        self, twin_ids: Collection[str], wanted: RelationshipFilter, *, within: tuple[str, ...] = ()
    ) -> list[tuple[str, str]]:
        """Each of these twins with each twin that such a relationship leads to, once: pairs of ids, in the order in
        which the latter are listed.
        """
        ...

    def located_in(self, places: Collection[str], twin_ids: Collection[str]) -> frozenset[str]:
        """Which of the twins with these ids are located in one of these places, at any depth."""
        ...

    def find_model_of(self, twin_id: str) -> str | None:
        """The id of the model a twin is an instance of; None where there is no such twin."""
        ...

    def find_relationship(self, relationship_id: str) -> Relationship | None: ...
    def neighbours(self, twin_id: str, direction: Direction) -> list[Neighbour]:
        """Relationships in that direction, oldest first; for EITHER a loop on itself comes once."""
        ...

    def list_relationships(
        self, traversal: RelationshipTraversal, *, within: tuple[str, ...] = ()
    ) -> RelationshipPage:
        """The next page of a walk in one direction. `within` as in a `Query`. Raises QueryTimeout."""
        ...

    def count_outgoing(self, twin_id: str, name: str) -> int: ...
    def count_twins_of(self, model_id: str) -> int:
        """How many twins are of just this model, be it stored or removed."""
        ...

    def models(self) -> list[StoredModel]:
        """All models, in the order they were added."""
        ...

    def find_model(self, model_id: str) -> StoredModel | None: ...
    def is_decommissioned(self, model_id: str) -> bool: ...
    def each_twin(self) -> Iterator[Twin]:
        """All of them, in the order of every list, read one by one as they are asked for."""
        ...

    def each_relationship(self) -> Iterator[Relationship]:
        """All of them, oldest first, read one by one as they are asked for."""
        ...

    def each_relationship_of(self, twin_ids: Collection[str], direction: Direction) -> Iterator[Relationship]:
        """Those that lead from these twins, or to them (not EITHER), in no order, read as they are asked for."""
        ...

    def clients(self) -> list[Client]: ...
    def find_client(self, client_id: str) -> Client | None: ...
    def signing_keys(self) -> list[SigningKey]:
        """Newest first."""
        ...

    def access_version(self) -> int:
        """A number that rises, in the same transaction, with every change of a client or a signing key: as long as it
        is the same, so are they. It costs next to nothing to ask for.
        """
        ...

    def list_audit(self, query: AuditQuery, *, limit: int) -> list[Entry]:
        """The newest `limit` entries of the audit trail that a query selects, newest first. Raises QueryTimeout."""
        ...

    def secret(self, name: str) -> bytes:
        """A random value of 32 bytes, the same for every process on this store, made when the store is made."""
        ...


class Transaction(Reader, Protocol):
    """A snapshot that can be written to. These methods check nothing: `changes.py` decides what may happen.

    Each change they make, and none besides, is an entry of the audit trail, kept and undone with it.
    """

    def act_for(self, author: Author) -> None:
        """Whom what this job or attempt still writes is done for; where nobody says so, it is twinhaus itself."""
        ...

    def expect(
        self,
        *,
        twin_ids: Collection[str] = (),
        relationship_ids: Collection[str] = (),
        model_ids: Collection[str] = (),
    ) -> None:
        """What will be asked for by id, so that a store can read it all at once. It changes no answer."""
        ...

    def next_instant(self) -> int:
        """Now, in ticks; later than every instant this store handed out before, whatever the clock does."""
        ...

    def pass_instant(self, instant: int) -> None:
        """No instant that is handed out from now on is this one or earlier."""
        ...

    def put_twin(self, twin: Twin) -> None: ...
    def delete_twins(self, twin_ids: Collection[str]) -> int:
        """Remove twins that exist, and every relationship from or to them. Returns how many relationships those were.

        However many twins go, what is left is located anew only once.
        """
        ...

    def add_relationship(self, relationship: Relationship) -> None:
        """Both twins must exist, and no relationship with this id."""
        ...

    def delete_relationships(self, relationship_ids: Collection[str]) -> None:
        """Remove relationships that exist. However many go, what they located is located anew only once."""
        ...

    def add_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        """Store these models of a registry that extends this transaction's own. Twins of a model that was removed
        are again what its ancestors' twins are. One that comes back was uploaded later than before, whatever the clock
        does: the time tells the one from the other.
        """
        ...

    def remove_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        """Remove these models, which leaves this registry. Their twins stay, each a kind of its own model alone."""
        ...

    def set_decommissioned(self, model_id: str, *, decommissioned: bool) -> None: ...
    def set_uploaded(self, model_id: str, uploaded: int) -> None:
        """Of a model that this transaction has added."""
        ...

    def add_removed_model(self, model_id: str) -> None:
        """Let twins be of a model that is not stored, as if it had been and was removed."""
        ...

    def add_client(self, client: Client) -> None: ...
    def replace_client(self, client: Client) -> None:
        """A client of this id must exist."""
        ...

    def remove_client(self, client_id: str) -> None: ...
    def add_signing_key(self, key: SigningKey) -> None: ...
    def remove_signing_key(self, key_id: str) -> None: ...
    def attempt(self, job: Callable[["Transaction"], Result]) -> Result:
        """Run a job inside this transaction; if it raises, what it wrote is undone, and only that."""
        ...


class Store(Protocol):
    """Where a graph is kept."""

    def read(self, job: Callable[[Reader], Result]) -> Future[Result]: ...
    async def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        """The same for a job that should be brief, and does not ask for the registry: without a change of threads, as
        long as that does not hold up the event loop. It is begun anew where it turns out that it would.
        """
        ...

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        """What a job yields, from one snapshot, which lasts until the stream ends or is closed; other reads are not
        held up by it. The job runs on whichever thread asks for the next item.

        Raises Unavailable where as many streams run as may.
        """
        ...

    def write(
        self, job: Callable[[Transaction], Result], expected: Expected = NOTHING_EXPECTED
    ) -> Future[Result]: ...
    def tend(self) -> Future[float | None]:
        """Do a piece of the work that writing has put off, if there is any. The outcome is after how many seconds there
        may be more to do; None: there never is. Raises Unavailable.
        """
        ...

    def close(self) -> None: ...
