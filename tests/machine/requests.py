"""Requests that Hypothesis draws with a look at the mirror, so that most of them are about what is there."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from tests.machine import values
from tests.machine.chance import PROBABLY, mostly
from tests.machine.graph import Graph
from tests.machine.mirror import Condition, Mirror
from tests.machine.ontology import RELATIONSHIP_NAMES, TWIN_MODELS, UNKNOWN, contents_of, kinds_of

Request = dict[str, Any]

# Underscores and names of relationships, so that derived ids collide; and what a path has to encode.
IDS = ("A", "B", "C", "a", "A_isPartOf_B", "B_isPartOf_C", "Raum 1/ü%")
NOBODY = "nobody"
DIRECTIONS = ("Incoming", "Outgoing", "IncomingOrOutgoing", "outgoing", "INCOMING", None)


def twin_ids(graph: Graph) -> st.SearchStrategy[str]:
    """Mostly of twins that there are."""
    there = [*graph.twins]
    return st.sampled_from([*there, *there, *there, NOBODY, *there, *there, *there])


@st.composite
def twins(draw: st.DrawFn, ids: Sequence[str]) -> Request:
    """Bodies of PUT /twins, mostly legal."""
    model_id = draw(st.sampled_from(TWIN_MODELS))
    request: Request = {"id": draw(st.sampled_from(ids)), "modelId": model_id}
    if draw(st.sampled_from(PROBABLY)):
        request["contents"] = draw(values.contents(model_id))
    strange: tuple[Request, ...] = (
        {"contents": None},
        {"lastUpdateTime": "2020-01-01T00:00:00Z"},
        {"lastUpdateTime": "soon"},
        {"modelId": UNKNOWN},
        {"modelId": None},
        {"id": ""},
    )
    return request if draw(st.sampled_from(PROBABLY)) else request | draw(st.sampled_from(strange))


@st.composite
def conditions(draw: st.DrawFn, mirror: Mirror, tag: str | None) -> Condition:
    """Mostly none; else with the tag of what is there, with any, or with tags that something has or had."""
    header = draw(st.sampled_from(("", "", "", "", "If-Match", "If-None-Match", "", "", "", "")))
    if not header:
        return Condition()
    others = [*(stamp.tag for stamp in mirror.stamps), *mirror.graph.tags.values()]
    current = [] if tag is None else [tag] * (1 + len(others))
    tags = st.sampled_from([*current, "*", '"other"', *others])
    drawn = draw(st.lists(tags, min_size=1, max_size=2, unique=True))
    # `*` stands alone (RFC 9110 §13.1.1); beside a tag it is a fault, which other tests show.
    return Condition(header, ("*",) if "*" in drawn else tuple(drawn))


@st.composite
def relationships(draw: st.DrawFn, graph: Graph) -> Request:
    """Bodies of PUT /twins/relationships; most are legal where any can be."""
    legal = [
        (source, name, target)
        for source, one in graph.twins.items()
        for name, declared in sorted(contents_of(one.model_id, "Relationship").items())
        for target, other in graph.twins.items()
        if declared.get("target", other.model_id) in kinds_of(other.model_id)
    ]
    ids = twin_ids(graph)
    anything = st.tuples(ids, st.sampled_from((*RELATIONSHIP_NAMES, "name")), ids)
    begun = {(one["sourceId"], one["name"]) for one in graph.relationships.values()}
    more = [one for one in legal if one[:2] in begun]  # So that some come to their limits.
    goes_on = draw(st.booleans())
    likely = more if more and goes_on else legal
    source, name, target = draw(mostly(st.sampled_from(likely), anything) if likely else anything)
    request: Request = {"sourceId": source, "targetId": target, "name": name}
    model_id = graph.twins[source].model_id if source in graph.twins else TWIN_MODELS[0]
    declared = contents_of(model_id, "Relationship").get(name, {"properties": []})
    if declared["properties"] or not draw(st.sampled_from(PROBABLY)):
        request["properties"] = draw(values.relationship_properties(declared))
    if not draw(st.sampled_from(PROBABLY)):
        request["id"] = "of-my-own"
    return request


@st.composite
def known_relationships(draw: st.DrawFn, graph: Graph) -> tuple[str, str]:
    """A twin's id and a relationship's, mostly of its own."""
    known = [(one[end], id_) for id_, one in graph.relationships.items() for end in ("sourceId", "targetId")]
    others = st.tuples(twin_ids(graph), st.sampled_from([*graph.relationships, "A_isPartOf_C"]))
    one: tuple[str, str] = draw(mostly(st.sampled_from(known), others) if known else others)
    return one


@st.composite
def graphs(draw: st.DrawFn, graph: Graph) -> Request:
    """Bodies of POST /twins/graph."""
    request: Request = {"alias": draw(st.sampled_from(("Twin", "id", "X"))), "id": draw(twin_ids(graph))}
    branches = draw(st.lists(_branches(3), max_size=2))
    return request if not branches and draw(st.booleans()) else request | {"relationships": branches}


@st.composite
def _branches(draw: st.DrawFn, depth: int) -> Request:
    wrong = ("modelId", "contents")
    alias = st.sampled_from(("X", "Y", "Points") if draw(st.sampled_from(PROBABLY)) else wrong)
    branch: Request = {"alias": draw(alias)}
    branch |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "relationshipNames": st.lists(st.sampled_from(RELATIONSHIP_NAMES), max_size=3),
                "modelNames": st.lists(st.sampled_from((*TWIN_MODELS, UNKNOWN)), max_size=2),
                "exactModelMatch": st.booleans(),
                "direction": st.sampled_from(DIRECTIONS),
            },
        )
    )
    inner = draw(st.sampled_from(("none", "empty", "more", "more"))) if depth > 1 else "none"
    if inner != "none":
        branch["relationship"] = {} if inner == "empty" else draw(_branches(depth - 1))
    return branch


@st.composite
def patches(draw: st.DrawFn, mirror: Mirror, twin_id: str) -> list[Request]:
    """Bodies of PATCH /twins/{twinId}: operations on what the twin has, and on what it does not have."""
    twin = mirror.graph.twins.get(twin_id)
    there = [""] if twin is None else [*pointers_into(twin.body)]
    return draw(st.lists(_operations(there, {} if twin is None else twin.body), max_size=4))


_ELSEWHERE = (
    "/contents/name", "/contents/size", "/contents/count", "/contents/tags", "/contents/tags/-", "/contents/tags/0",
    "/contents/tags/1", "/contents/tags/01", "/contents/parts", "/contents/parts/0/code", "/contents/labels",
    "/contents/labels/a.b", "/contents/labels/c~1d", "/contents/area", "/contents/area/grossArea",
    "/contents/area/note", "/contents/area/$metadata", "/contents/nonsense", "/modelId", "/lastUpdateTime", "/id",
    "/nonsense", "",
)  # fmt: skip


@st.composite
def _operations(draw: st.DrawFn, there: list[str], body: Request) -> Request:
    kind = draw(st.sampled_from(("add", "remove", "replace", "move", "copy", "test")))
    inside = [pointer for pointer in there if pointer.startswith("/contents/")]
    places = st.sampled_from(draw(st.sampled_from((inside or there, there, _ELSEWHERE, ("/modelId",)))))
    operation: Request = {"op": kind, "path": draw(places)}
    if not draw(st.sampled_from(PROBABLY)):
        operation = {"op": kind.upper(), "path": operation["path"].replace("/contents", "/Contents")}
    if kind in ("move", "copy"):
        operation["from"] = draw(places)
    if kind in ("add", "replace", "test"):
        fitting = [value for pointer, value in pointers_into(body).items() if pointer == operation["path"]]
        operation["value"] = draw(st.one_of(*map(st.just, fitting), _patch_values(operation["path"])))
    return operation


def _patch_values(pointer: str) -> st.SearchStrategy[Any]:
    """Values that often fit where a pointer leads."""
    if pointer == "/modelId":
        return st.sampled_from(TWIN_MODELS)
    anything = [*values.TEXTS, *values.REALS, True, False, None, [], ["a"], {}, {"a": "b"}, {"note": "a"}]
    name = pointer.removeprefix("/contents/").split("/")[0]
    declared = contents_of(TWIN_MODELS[0], "Property").get(name)
    if declared is None or pointer.count("/") > 2:
        return st.sampled_from(anything)
    return mostly(values.values(declared["schema"]), st.sampled_from(anything))


def pointers_into(value: Any, pointer: str = "") -> dict[str, Any]:
    """Every JSON Pointer that leads to something, and what."""
    found = {pointer: value}
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in members:
        found |= pointers_into(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


def capitalised(request: Request) -> Request:
    """The same twin or relationship, its own keys begun by a capital as in the public samples."""
    return {f"{key[0].upper()}{key[1:]}": value for key, value in request.items()}


def capitalised_throughout(value: Any) -> Any:
    """The same list or graph, all of whose keys are the contract's own."""
    if isinstance(value, dict):
        return capitalised({key: capitalised_throughout(inner) for key, inner in value.items()})
    return [capitalised_throughout(one) for one in value] if isinstance(value, list) else value
