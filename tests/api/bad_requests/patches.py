"""Patches that are none, patches that a twin refuses, and filters of what is to change."""

from typing import Any

from tests.api.bad_requests.request import JSON, TWINS, Bad, keys, to_bytes
from tests.api.models import BARE

ONE, S_1 = "/twins/S-1", 'twins["S-1"]'
FILTER = {"propertyFilter": {"field": "id", "operator": "is", "value": "S-1"}}


def patch(
    name: str, body: Any, at: str | tuple[str, ...], says: str = "", *, status: int = 400, path: str = ONE
) -> Bad:
    """A PATCH of a twin with this body."""
    return Bad(f"patch: {name}", "PATCH", path, to_bytes(body), keys(at), says, status)


def do(name: str, operation: Any, at: str | tuple[str, ...], says: str = "", *, status: int = 400) -> Bad:
    """A patch of one operation."""
    return patch(name, [operation], at, says, status=status)


def add(path: Any, value: Any = 1) -> dict[str, Any]:
    """An operation."""
    return {"op": "add", "path": path, "value": value}


def change(name: str, body: Any, at: str | tuple[str, ...], says: str = "", *, path: str = TWINS) -> Bad:
    """A PATCH of all twins that a filter finds."""
    return Bad(f"patch all: {name}", "PATCH", path, to_bytes(body), keys(at), says)


def delete(name: str, body: Any, at: str | tuple[str, ...], says: str = "", *, path: str = TWINS) -> Bad:
    """A DELETE of all twins that a filter finds."""
    return Bad(f"delete all: {name}", "DELETE", path, to_bytes(body), keys(at), says)


# One request a line, as a table.
# fmt: off
PATCHES = [
    patch("no body", b"", "$", "Not JSON"),
    patch("cut off", b'[{"op":', "$", "Not JSON"),
    patch("null", b"null", "$", "array of operations"),
    patch("an operation alone", add("/contents/text"), "$", "array of operations"),
    patch("a merge patch", {"contents": {"text": "x"}}, "$", "array of operations"),
    patch("a twin", {"id": "S-1", "modelId": BARE}, "$", "array of operations"),
    patch("a thousand operations and one", [add("/contents/text", "x")] * 1_001, "$", "1000"),
    patch("a key twice", b'[{"op":"add","op":"test","path":""}]', "[0]", "stands twice"),
    patch("a huge number", b'[{"op":"add","path":"/contents/number","value":1e999}]', "[0].value", "64 bits"),
    do("null for an operation", None, "[0]", "got null"),
    do("an array for an operation", [], "[0]", "got an array"),
    do("nothing", {}, ("[0].op", "[0].path"), "required"),
    do("unknown operation", {"op": "increment", "path": ""}, "[0].op", "add, remove, replace"),
    do("number for an operation", {"op": 0, "path": ""}, "[0].op", "got the number 0"),
    do("null for its word", {"op": None, "path": ""}, "[0].op", "required"),
    do("no path", {"op": "remove"}, "[0].path", "required"),
    do("null for a path", {"op": "remove", "path": None}, "[0].path", "required"),
    do("number for a path", {"op": "remove", "path": 1}, "[0].path", "got the number 1"),
    do("path without a slash", add("contents/text"), "[0].path", "begins with a slash"),
    do("dotted path", add("contents.text"), "[0].path", "begins with a slash"),
    do("path with a bare tilde", add("/contents/~text"), "[0].path", "~0"),
    do("property beside the contents", add("/text"), "[0].path", 'Did you mean "/contents/text"?'),
    do("metadata of the twin", add("/$metadata/x"), "[0].path", "no member"),
    do("endless path", add("/contents" + "/a" * 64), "[0].path", "64 levels"),
    do("no value", {"op": "test", "path": "/id"}, "[0].value", "needs a value"),
    do("no source", {"op": "copy", "path": "/contents/text"}, "[0].from", "required"),
    do("number for a source", {"op": "move", "from": 1, "path": "/contents"}, "[0].from", "got the number 1"),
    do("source without a slash", {"op": "move", "from": "x", "path": "/contents"}, "[0].from", "slash"),
    do("unknown member", {**add("/contents/text"), "vlaue": 1}, "[0].vlaue", 'Did you mean "value"?'),
    do("a member in two casings", {**add("/contents/text"), "Op": "test"}, "[0].Op", "two casings"),
    do("nothing to remove", {"op": "remove", "path": "/contents/nothing"}, "[0].path", 'no "nothing"'),
    do("nothing to replace", {**add("/contents/nothing"), "op": "replace"}, "[0].path", 'no "nothing"'),
    do("nothing to move", {"op": "move", "from": "/contents/x", "path": "/contents/y"}, "[0].from", 'no "x"'),
    do("into itself", {"op": "move", "from": "/contents", "path": "/contents/x"}, "[0].path", "inside it"),
    do("without a parent", add("/contents/nested2/inner"), "[0].path", 'no "nested2"'),
    do("the twin itself", {"op": "remove", "path": ""}, "[0].path", "DELETE"),
    do("another id", {**add("/id", "S-2"), "op": "replace"}, "[0].path", "cannot be changed"),
    do("no id", {"op": "remove", "path": "/id"}, "[0].path", "cannot be changed"),
    do("another twin", add("", {"id": "S-2"}), "[0].path", "cannot be changed"),
    do("no twin", add("", 5), "[0].path", "cannot be changed"),
    do("a twin without a model", add("", {"id": "S-1"}), "modelId", "required"),
    do("a twin in two casings", add("", {"id": "S-1", "Id": "S-2", "modelId": BARE}), "Id", "two casings"),
    do("a twin with more", add("", {"id": "S-1", "modelId": BARE, "more": 1}), "more", "Unknown"),
    do("no contents", add("/contents", 1), "contents", "got the number 1"),
    do("no time", add("/lastUpdateTime", "now"), "lastUpdateTime", "ISO 8601"),
    do("no model", {"op": "remove", "path": "/modelId"}, "modelId", "required"),
    do("unknown model", add("/modelId", "dtmi:x:Nothing;1"), "modelId", "Nothing;1"),
    do("model of the wrong type", add("/modelId", 1), "modelId", "got the number 1"),
    do("unknown property", add("/contents/unknown"), "contents.unknown", "no property"),
    do("wrong property", add("/contents/text", 3), "contents.text", "expects a string"),
    do("null property", add("/contents/text", None), "contents.text", "null"),
    do("metadata that are none", add("/contents/area/$metadata", 1), "contents.area.$metadata", "an object"),
    do("test that fails", {"op": "test", "path": "/contents/nothing", "value": 1}, (), "does not hold", status=409),
    patch("unknown twin", [], (), '"nobody"', status=404, path="/twins/nobody"),
    Bad("patch: bad tag", "PATCH", ONE, b"[]", ("if-match",), "quotes", headers={**JSON, "If-Match": "x"}),
    Bad("patch: stale tag", "PATCH", ONE, b"[]", (), "If-Match", 412, headers={**JSON, "If-Match": '"0"'}),
    Bad("patch: unwanted", "PATCH", ONE, b"[]", (), "read it again", 412, headers={**JSON, "If-None-Match": "*"}),

    change("nothing", {}, ("filter", "patch"), "required"),
    change("an array", [add("/contents/text")], "$", "got an array"),
    change("no patch", {"filter": FILTER}, "patch", "required"),
    change("no filter", {"patch": []}, "filter", "isNotNull"),
    change("empty filter", {"filter": {}, "patch": []}, "filter", "filters nothing"),
    change("filters of nothing", {"filter": {"modelFilter": {"modelIds": []}}, "patch": []}, "filter", "isNotNull"),
    change("page of a filter", {"filter": {**FILTER, "pageSize": 1}, "patch": []}, "filter.pageSize", "Unknown"),
    change("include of a filter", {"filter": {**FILTER, "include": {}}, "patch": []}, "filter.include", "Unknown"),
    change("filters beside the filter", {**FILTER, "patch": []}, ("filter", "propertyFilter"), "Unknown"),
    change("bad filter", {"filter": {"propertyFilter": {"field": "x"}}, "patch": []}, "filter.propertyFilter.operator"),
    change("bad patch", {"filter": FILTER, "patch": [add("x")]}, "patch[0].path", "slash"),
    change("object as a patch", {"filter": FILTER, "patch": add("/id")}, "patch", "array of operations"),
    change("bad flag", {"filter": FILTER, "patch": []}, "dryRun", '"maybe"', path="/twins?dryRun=maybe"),
    change("flag with a slip", {"filter": FILTER, "patch": []}, "dryRnu", "dryRun", path="/twins?dryRnu=true"),
    change("flag of deletion", {"filter": FILTER, "patch": []}, "cascade", "Unknown", path="/twins?cascade=true"),
    change("no", {"filter": FILTER, "patch": [add("/contents/text")]}, ("twins", f"{S_1}.contents.text"), "1 of 1"),
    change("impossible", {"filter": FILTER, "patch": [add("/contents/a/b")]}, ("twins", f"{S_1}.patch[0].path")),
    delete("no body", b"", "filter", "required"),
    delete("nothing", {}, "filter", "isNotNull"),
    delete("null", {"filter": None}, "filter", "isNotNull"),
    delete("empty filter", {"filter": {"locationFilter": {}}}, "filter", "filters nothing"),
    *(
        delete(f"empty value of {operator}", {"filter": {"propertyFilter": {"filters": [
            {"field": field, "operator": operator, "value": value},
        ]}}}, "filter.propertyFilter.filters[0].value", "mean every twin")
        for field, operator, value in (
            ("id", "contains", ""), ("name", "startsWith", ""), ("id", "endsWith", ""), ("id", "notIn", []),
        )
    ),
    delete("a patch", {"filter": FILTER, "patch": []}, "patch", "Unknown"),
    delete("an array of ids", ["S-1"], "$", "got an array"),
    delete("bad location", {"filter": {"locationFilter": {"locationId": 1}}}, "filter.locationFilter.locationId"),
    delete("bad flags", {"filter": FILTER}, ("dryRun", "cascade"), "true or false", path="/twins?dryRun=1&cascade=yes"),
    Bad("delete all: related", "DELETE", TWINS, to_bytes({"filter": {"propertyFilter": {
        "field": "id", "operator": "is", "value": "L02"}}}), (), "L02_isPartOf_BLDG-1", 409),
]
# fmt: on
