"""Requests of every kind, of what is there, what is hidden, and what never was."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from twinhaus.dtdl import Registry
from twinhaus.testing.strategies import RELATIONSHIP_NAMES, TWIN_IDS, contents

JSON = "application/json"
NDJSON = "application/x-ndjson"
IDS = (*TWIN_IDS, "nowhere")

_ids = st.sampled_from(IDS)
_names = st.sampled_from(RELATIONSHIP_NAMES)
_directions = st.sampled_from(("Incoming", "Outgoing", "IncomingOrOutgoing"))
_flags = st.sampled_from(("", "true", "false"))


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, without its token."""

    method: str
    path: str
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the body of its answer may lead on to a further page."""
        return (self.method, self.path) == ("POST", "/twins")

    def continued(self, token: str) -> "Sent":
        """The request for the next page."""
        if self.is_list:
            return replace(self, body=_json({"continuationToken": token}))
        return replace(self, path=f"{self.path.partition('?')[0]}?continuationToken={token}")


def requests(registry: Registry) -> st.SearchStrategy[Sent]:
    """Any request of a client that may read and write twins."""
    return st.one_of(
        *(st.composite(make)(registry) for make in (*_READS, *_READS, *_WRITES)),
    )


def _path(*parts: str) -> str:
    return "/" + "/".join(quote(part, safe="") for part in parts)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _lines(values: list[Any]) -> bytes:
    return b"\n".join(map(_json, values))


def _query(draw: st.DrawFn, **flags: st.SearchStrategy[str]) -> str:
    drawn = [(name, draw(values)) for name, values in flags.items()]
    given = "&".join(f"{name}={value}" for name, value in drawn if value)
    return f"?{given}" if given else ""


def _models(draw: st.DrawFn, registry: Registry) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(registry.ids), min_size=1, max_size=2))
    return {"modelIds": chosen, "exactModelMatch": draw(st.booleans())}


def _filters(draw: st.DrawFn, registry: Registry) -> dict[str, Any]:
    given = draw(st.sampled_from((0, 1, 2, 4, 8, 5, 6, 12)))
    found: dict[str, Any] = {}
    if given & 1:
        found["modelFilter"] = _models(draw, registry)
    if given & 2:
        found["relationshipFilter"] = {
            "relationshipDirection": draw(_directions),
            "relationshipNames": draw(st.lists(_names, max_size=2)),
            **({"relatedModelFilter": _models(draw, registry)} if draw(st.booleans()) else {}),
        }
    if given & 4:
        found["locationFilter"] = {"locationId": draw(_ids)}
    if given & 8:
        operator = draw(st.sampled_from(("contains", "notContains", "equals", "notEquals", "<")))
        found["propertyFilter"] = {"field": "id", "operator": operator, "value": draw(_ids)}
    return found


def _list(draw: st.DrawFn, registry: Registry) -> Sent:
    include = {name: draw(st.booleans()) for name in ("outgoingRelationships", "incomingRelationships")}
    body = {**_filters(draw, registry), "include": include, "pageSize": draw(st.integers(1, 4))}
    return Sent("POST", "/twins", _json(body))


def _count(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent("POST", "/twins/count", _json(_filters(draw, registry)))


def _find(draw: st.DrawFn, registry: Registry) -> Sent:
    ids = draw(st.lists(_ids, max_size=6))
    return Sent("POST", f"/twins/ids{_query(draw, includeRelationships=_flags)}", _json(ids))


def _graph(draw: st.DrawFn, registry: Registry) -> Sent:
    def branch(level: int) -> dict[str, Any]:
        found: dict[str, Any] = {
            "alias": f"a{level}",
            "direction": draw(_directions),
            "relationshipNames": draw(st.lists(_names, max_size=2)),
        }
        if draw(st.booleans()):
            found["modelNames"] = _models(draw, registry)["modelIds"]
        if level < 3 and draw(st.booleans()):
            found["relationship"] = branch(level + 1)
        return found

    body = {"alias": "Top", "id": draw(_ids), "relationships": [branch(1)] if draw(st.booleans()) else []}
    return Sent("POST", "/twins/graph", _json(body))


def _get(draw: st.DrawFn, registry: Registry) -> Sent:
    headers = {"If-None-Match": "*"} if draw(st.integers(0, 4)) == 0 else {}
    path = _path("twins", draw(_ids)) + _query(draw, includeRelationships=_flags)
    return Sent("GET", path, headers=headers)


def _relationships(draw: st.DrawFn, registry: Registry) -> Sent:
    if draw(st.booleans()):
        return Sent("GET", _path("twins", draw(_ids), "relationships", _relationship_id(draw)))
    all_of_them = _path("twins", draw(_ids), "relationships", draw(st.sampled_from(("outgoing", "incoming"))))
    return Sent("GET", all_of_them + _query(draw, pageSize=st.sampled_from(("", "1", "2"))))


def _relationship_id(draw: st.DrawFn) -> str:
    return f"{draw(_ids)}_{draw(_names)}_{draw(_ids)}"


def _export(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent(
        "GET",
        draw(
            st.sampled_from(("/export", "/export?format=csv&of=twins", "/export?format=csv&of=relationships"))
        ),
    )


def _show_models(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent(
        "GET",
        draw(st.sampled_from(("/models?includeModelDefinitions=true", _path("models", registry.ids[0])))),
    )


def _twin(draw: st.DrawFn, registry: Registry) -> dict[str, Any]:
    model_id = draw(st.sampled_from(registry.ids[1:]))
    return {"id": draw(_ids), "modelId": model_id, "contents": draw(contents(registry, model_id))}


def _put_twin(draw: st.DrawFn, registry: Registry) -> Sent:
    headers = draw(st.sampled_from(({}, {}, {"If-None-Match": "*"}, {"If-Match": "*"})))
    return Sent("PUT", "/twins", _json(_twin(draw, registry)), headers=headers)


def _relationship(draw: st.DrawFn) -> dict[str, Any]:
    return {"sourceId": draw(_ids), "targetId": draw(_ids), "name": draw(_names)}


def _put_relationship(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent("PUT", "/twins/relationships", _json(_relationship(draw)))


def _patch(draw: st.DrawFn) -> list[dict[str, Any]]:
    return draw(
        st.sampled_from(
            (
                [{"op": "remove", "path": "/contents/code"}],
                [{"op": "add", "path": "/contents/code", "value": "changed"}],
                [{"op": "test", "path": "/contents/code", "value": "L01"}],
            )
        )
    )


def _patch_twin(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent("PATCH", _path("twins", draw(_ids)), _json(_patch(draw)))


def _delete_twin(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent("DELETE", _path("twins", draw(_ids)) + _query(draw, cascade=_flags))


def _delete_relationship(draw: st.DrawFn, registry: Registry) -> Sent:
    return Sent("DELETE", _path("twins", draw(_ids), "relationships", _relationship_id(draw)))


def _patch_many(draw: st.DrawFn, registry: Registry) -> Sent:
    body = {"filter": _filters(draw, registry), "patch": _patch(draw)}
    return Sent("PATCH", f"/twins{_query(draw, dryRun=_flags)}", _json(body))


def _delete_many(draw: st.DrawFn, registry: Registry) -> Sent:
    body = {"filter": _filters(draw, registry)}
    return Sent("DELETE", f"/twins{_query(draw, dryRun=_flags, cascade=_flags)}", _json(body))


def _delete_many_relationships(draw: st.DrawFn, registry: Registry) -> Sent:
    chosen = draw(st.integers(1, 15))
    given = {
        "relationshipIds": [_relationship_id(draw) for _ in range(3)] if chosen & 1 else None,
        "relationshipNames": draw(st.lists(_names, max_size=2)) if chosen & 2 else None,
        "source": _filters(draw, registry) if chosen & 4 else None,
        "target": _filters(draw, registry) if chosen & 8 else None,
    }
    return Sent("DELETE", f"/twins/relationships{_query(draw, dryRun=_flags)}", _json({"filter": given}))


def _bulk_twins(draw: st.DrawFn, registry: Registry) -> Sent:
    lines = [_twin(draw, registry) for _ in range(draw(st.integers(0, 3)))]
    return Sent("POST", f"/twins/bulk{_query(draw, atomic=_flags, dryRun=_flags)}", _lines(lines), NDJSON)


def _bulk_relationships(draw: st.DrawFn, registry: Registry) -> Sent:
    lines = [_relationship(draw) for _ in range(draw(st.integers(0, 3)))]
    path = f"/twins/relationships/bulk{_query(draw, atomic=_flags, dryRun=_flags)}"
    return Sent("POST", path, _lines(lines), NDJSON)


_Make = Callable[[st.DrawFn, Registry], Sent]
_READS: tuple[_Make, ...] = (
    _list, _count, _find, _graph, _get, _relationships, _export, _show_models,
)  # fmt: skip
_WRITES: tuple[_Make, ...] = (
    _put_twin, _put_relationship, _patch_twin, _delete_twin, _delete_relationship, _patch_many, _delete_many,
    _delete_many_relationships, _bulk_twins, _bulk_relationships,
)  # fmt: skip
