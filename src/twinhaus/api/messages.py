"""The contract's request and answer shapes."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeVar

import msgspec
from msgspec import Struct

from twinhaus import strictjson
from twinhaus.api.filters import (
    HOW_TO_MEAN_ALL,
    check_relationship_names,
    read_date_filter,
    read_location_filter,
    read_model_filter,
    read_property_filter,
    read_relationship_filter,
)
from twinhaus.errors import Fault, Invalid, path_to
from twinhaus.members import Faults, Members
from twinhaus.query.cursor import TOKEN_LENGTH_MAX, Traversal, read_token, write_token
from twinhaus.query.plan import (
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX,
    RELATIONSHIP_NAMES_MAX,
    Include,
    Query,
    RelationshipQuery,
)
from twinhaus.storage.store import Page
from twinhaus.strictjson import Json, describe

_Filter = TypeVar("_Filter")
_FILTERS = ("modelFilter", "relationshipFilter", "locationFilter", "dateFilter", "propertyFilter")
_LIST_MEMBERS = (*_FILTERS, "include", "pageSize", "continuationToken")
_REMEMBERED_MAX = 512  # Requests
_REMEMBERED_BYTES_MAX = 2_000
IDS_MAX = 1_000  # Contract notes, POST /twins/ids.
RELATIONSHIP_IDS_MAX = 10_000
_RELATIONSHIP_FILTERS = ("relationshipIds", "relationshipNames", "source", "target")
_INCLUDE_MEMBERS = ("outgoingRelationships", "incomingRelationships")


def read_list_request(body: bytes, key: bytes) -> Traversal:
    """The traversal that a body of `POST /twins` begins or continues; without a body, a list of everything.

    Raises MalformedJson, Invalid with every fault of the request, and BadToken.
    """
    # Applications ask the same again and again; reading it once more would take longer than finding its page.
    return (_remember if len(body) <= _REMEMBERED_BYTES_MAX else _read)(body, key)


def _read(body: bytes, key: bytes) -> Traversal:
    return _begin_or_continue(_read_parts(strictjson.read(body) if body else {}), key)


_remember = lru_cache(_REMEMBERED_MAX)(_read)


class _Parts(Struct, frozen=True):
    """What a request asks for, how much at once, and from where on."""

    query: Query
    include: Include
    page_size: int | None
    token: str | None


def _read_parts(value: Json) -> _Parts:
    faults = Faults()
    members = Members(value, "", _LIST_MEMBERS, faults)
    query = _read_query(members, faults)
    include = _read_include(members.raw("include"), faults)
    page_size = members.integer("pageSize", least=1, most=PAGE_SIZE_MAX)
    token = members.text("continuationToken")
    if token is not None and len(token) > TOKEN_LENGTH_MAX:
        faults.add("continuationToken", "Too long to be a token of this store")
    faults.raise_any()
    return _Parts(query, include, page_size, token)


def read_filter(outer: Members, name: str, faults: Faults) -> Query:
    """What a request to change many twins is about: filters as in a list, of which one at least must filter something.

    Without any it would be about every twin, by a slip, and about nearly every one where it looks for an empty text.
    """
    if not outer.require(name, f": which twins are meant. {HOW_TO_MEAN_ALL}"):
        return Query()
    path = outer.path(name)
    known = len(faults.found)
    query = _read_query(Members(outer.raw(name), path, _FILTERS, faults), faults, minds_slips=True)
    if query == Query() and len(faults.found) == known:
        faults.add(path, f"The filter filters nothing. {HOW_TO_MEAN_ALL}")
    return query


def read_relationships_filter(outer: Members, name: str, faults: Faults) -> RelationshipQuery:
    """What a request to delete many relationships is about: all that is given holds for each. Twins at their ends are
    told by filters as in a list.
    """
    if not outer.require(name, ": which relationships are meant"):
        return RelationshipQuery()
    path = outer.path(name)
    known = len(faults.found)
    members = Members(outer.raw(name), path, _RELATIONSHIP_FILTERS, faults)
    names = members.texts("relationshipNames", most=RELATIONSHIP_NAMES_MAX)
    check_relationship_names(members.raw("relationshipNames"), members.path("relationshipNames"), faults)

    def read_end(name: str) -> Query | None:
        return read_filter(members, name, faults) if name in members else None

    if members.raw("relationshipIds") == []:  # What a program found none of is not all there are.
        faults.add(members.path("relationshipIds"), "It names no relationship; leave it out to mean all ids")
    query = RelationshipQuery(
        ids=members.texts("relationshipIds", most=RELATIONSHIP_IDS_MAX),
        names=names,
        source=read_end("source"),
        target=read_end("target"),
    )
    if query == RelationshipQuery() and len(faults.found) == known:
        faults.add(
            path, f"The filter filters nothing. It needs one at least of {', '.join(_RELATIONSHIP_FILTERS)}"
        )
    return query


def _read_query(members: Members, faults: Faults, *, minds_slips: bool = False) -> Query:
    def read(reader: Callable[[Json, str, Faults], _Filter], name: str) -> _Filter:
        return reader(members.raw(name), members.path(name), faults)

    return Query(
        model=read(read_model_filter, "modelFilter"),
        relationship=read(read_relationship_filter, "relationshipFilter"),
        location_id=read(read_location_filter, "locationFilter"),
        date=read(read_date_filter, "dateFilter"),
        condition=read(partial(read_property_filter, minds_slips=minds_slips), "propertyFilter"),
    )


def _begin_or_continue(request: _Parts, key: bytes) -> Traversal:
    """A token alone brings its own filters; sent again with it, they must agree."""
    if request.token is None:
        return Traversal(request.query, request.include, request.page_size or PAGE_SIZE_DEFAULT)
    begun = read_token(request.token, key)
    asked = (request.query, request.include)
    if asked not in ((Query(), Include()), (begun.query, begun.include)):
        raise Invalid(
            Fault(
                "continuationToken",
                "The token continues another list. Send it alone, or with the same filters.",
            )
        )
    return msgspec.structs.replace(begun, page_size=request.page_size or begun.page_size)


def read_count_request(body: bytes, key: bytes) -> Query:
    """The query whose twins are to be counted: a list's request, of which only the filters matter. Raises as that."""
    return read_list_request(body, key).query


def read_ids(value: Json) -> tuple[str, ...]:
    """The body of `POST /twins/ids`: each id once, in the order sent. Raises Invalid."""
    if not isinstance(value, list):
        raise Invalid(Fault("$", f"Expected an array of twin ids; got {describe(value)}"))
    faults = Faults()
    if len(value) > IDS_MAX:
        faults.add("$", f"At most {IDS_MAX} ids are allowed; got {len(value)}")
    for index, id_ in enumerate(value[:IDS_MAX]):
        if not isinstance(id_, str):
            faults.add(path_to("", index), f"Expected a twin's id; got {describe(id_)}")
    faults.raise_any()
    return tuple(dict.fromkeys(value))


def list_answer(page: Page, traversal: Traversal, key: bytes) -> bytes:
    """The answer's JSON text; the twins' own texts are spliced in as they are stored."""
    token = b"null"
    if page.more:
        token = b'"%b"' % write_token(msgspec.structs.replace(traversal, after=page.last), key).encode(
            "ascii"
        )
    # Joined in one go: a page is large, and each concatenation would copy it again.
    return b"".join((b'{"content":[', page.body, b'],"continuationToken":', token, b"}"))


def _read_include(value: Json, faults: Faults) -> Include:
    if value is None:
        return Include()
    members = Members(value, "include", _INCLUDE_MEMBERS, faults)
    return Include(members.boolean("outgoingRelationships"), members.boolean("incomingRelationships"))
