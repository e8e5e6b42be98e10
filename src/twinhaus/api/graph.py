"""POST /twins/graph: a twin with the twins around it, each collection under a name of the client's own."""

from starlette.responses import Response

from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.filters import check_model_ids, check_relationship_names
from twinhaus.errors import path_to
from twinhaus.graph import Direction
from twinhaus.members import Faults, Members
from twinhaus.query.graph import BRANCHES_MAX, DEPTH_MAX, Branch, GraphQuery, graph_text
from twinhaus.query.plan import MODEL_IDS_MAX, RELATIONSHIP_NAMES_MAX, ModelFilter, RelationshipFilter
from twinhaus.strictjson import Json

_GRAPH_MEMBERS = ("alias", "id", "relationships")
_BRANCH_MEMBERS = ("alias", "relationshipNames", "modelNames", "exactModelMatch", "direction", "relationship")
# What a twin in an answer has already.
_TAKEN = ("id", "modelId", "lastUpdateTime", "contents", "incomingRelationships", "outgoingRelationships")


async def show_graph(call: Call) -> Response:
    """POST /twins/graph (contract notes)."""
    query = read_graph(await call.json())
    text = await call.read(lambda reader: graph_text(query, reader))
    return JsonText(text)


def read_graph(value: Json) -> GraphQuery:
    """The body of the request. Raises Invalid with every fault."""
    faults = Faults()
    members = Members(value, "", _GRAPH_MEMBERS, faults)
    reader = _BranchReader(faults)
    query = GraphQuery(
        alias=members.text("alias", required=True),
        twin_id=members.text("id", required=True),
        branches=reader.read_all(members.array("relationships"), "relationships"),
    )
    faults.raise_any()
    return query


class _BranchReader:
    """Reads the branches of one request, minding their number as it goes."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._branches = 0

    def read_all(self, values: list[Json], path: str) -> tuple[Branch, ...]:
        read = (self._read(value, path_to(path, index), depth=1) for index, value in enumerate(values))
        branches = tuple(branch for branch in read if branch is not None)
        seen: set[str] = set()
        for branch in branches:
            if branch.alias in seen:
                self._faults.add(
                    path, f'The alias "{branch.alias}" is given twice; each collection needs its own'
                )
            seen.add(branch.alias)
        return branches

    def _read(self, value: Json, path: str, *, depth: int) -> Branch | None:
        self._branches += 1
        if self._branches == BRANCHES_MAX + 1:
            self._faults.add(path, f"At most {BRANCHES_MAX} collections are allowed in one graph")
        if depth > DEPTH_MAX:
            self._faults.add(path, f"Relationships are nested deeper than {DEPTH_MAX} levels")
        if depth > DEPTH_MAX or self._branches > BRANCHES_MAX:
            return None
        members = Members(value, path, _BRANCH_MEMBERS, self._faults)
        if not isinstance(value, dict):
            return None
        alias = members.text("alias", required=True)
        if alias in _TAKEN:
            self._faults.add(
                members.path("alias"), f'A twin has a member "{alias}" already; choose another alias'
            )
        inner = members.raw("relationship")
        # The public samples end a chain with an empty object.
        branch = (
            self._read(inner, members.path("relationship"), depth=depth + 1)
            if inner not in (None, {})
            else None
        )
        return Branch(alias, self._follow(members), () if branch is None else (branch,))

    def _follow(self, members: Members) -> RelationshipFilter:
        names = members.texts("relationshipNames", most=RELATIONSHIP_NAMES_MAX)
        check_relationship_names(
            members.raw("relationshipNames"), members.path("relationshipNames"), self._faults
        )
        model_ids = members.texts("modelNames", most=MODEL_IDS_MAX)
        check_model_ids(members.raw("modelNames"), members.path("modelNames"), self._faults)
        exact = members.boolean("exactModelMatch")
        direction = members.choice("direction", tuple(Direction))
        return RelationshipFilter(
            Direction(direction or Direction.EITHER),
            tuple(sorted(names)),
            ModelFilter(tuple(sorted(model_ids)), exact) if model_ids else None,
        )
