"""Requests that must be refused, hand-picked: what is sent, the status it gets, and where the fault is named."""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from tests.api.models import BARE, SAMPLER, willow

LEVEL = willow("Level")
JSON = {"Content-Type": "application/json"}
OVERSIZE = 4 * 1024 * 1024 + 1
TWINS, RELATIONSHIPS = "/twins", "/twins/relationships"


@dataclass(frozen=True, slots=True)
class Bad:
    """One request. `at` are the keys of `errors`, all of them; `says` is in the problem's words."""

    name: str
    method: str
    path: str
    content: bytes
    at: tuple[str, ...] = ()
    says: str = ""
    status: int = 400
    headers: dict[str, str] = field(default_factory=lambda: JSON)
    chunked: bool = False


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _keys(at: str | tuple[str, ...]) -> tuple[str, ...]:
    return (at,) if isinstance(at, str) else at


def _put(name: str, body: Any, at: str | tuple[str, ...], says: str = "") -> Bad:
    return Bad(f"put: {name}", "PUT", TWINS, _bytes(body), _keys(at), says)


def _list(name: str, body: Any, at: str | tuple[str, ...], says: str = "") -> Bad:
    return Bad(f"list: {name}", "POST", TWINS, _bytes(body), _keys(at), says)


def _relate(name: str, body: Any, at: str | tuple[str, ...], says: str = "") -> Bad:
    return Bad(f"relate: {name}", "PUT", RELATIONSHIPS, _bytes(body), _keys(at), says)


def _twin(**changes: Any) -> dict[str, Any]:
    """A legal twin, changed."""
    return {"id": "NEW-1", "modelId": LEVEL, **changes}


def _link(**changes: Any) -> dict[str, Any]:
    """A legal relationship, changed."""
    return {"sourceId": "S-1", "targetId": "S-2", "name": "feeds", **changes}


def _text(inside: bytes) -> bytes:
    """A twin whose text holds these bytes."""
    return b'{"id":"NEW-1","modelId":"%b","contents":{"text":"%b"}}' % (SAMPLER.encode(), inside)


def _number(digits: bytes) -> bytes:
    """A twin whose number is these bytes."""
    return b'{"id":"NEW-1","modelId":"%b","contents":{"number":%b}}' % (SAMPLER.encode(), digits)


def _contents(body: Any) -> dict[str, Any]:
    return {"id": "NEW-1", "modelId": SAMPLER, "contents": body}


def _nested(levels: int) -> dict[str, Any]:
    """A filter of so many levels."""
    node: dict[str, Any] = {"field": "code", "operator": "isNull"}
    for _ in range(levels - 1):
        node = {"filters": [node]}
    return node


def _leaf(**changes: Any) -> dict[str, Any]:
    """A list with a legal comparison, changed."""
    return {"propertyFilter": {"field": "code", "operator": "equals", "value": "L01", **changes}}


NOT_JSON = [
    _put("no body", b"", "$", "Not JSON"),
    _put("only white space", b" \n\t", "$", "Not JSON"),
    _put("cut off", b'{"id":"NEW-1"', "$", "line 1, column"),
    _put("comma at the end", b'{"id":"NEW-1",}', "$", "Not JSON"),
    _put("single quotes", b"{'id':'NEW-1'}", "$", "Not JSON"),
    _put("bare key", b'{id:"NEW-1"}', "$", "Not JSON"),
    _put("comment", b'{/* id */"id":"NEW-1"}', "$", "Not JSON"),
    _put("two values", b"{} {}", "$", "Not JSON"),
    _put("form", b"id=NEW-1&modelId=x", "$", "Not JSON"),
    _put("Python", b'{"id": None, "modelId": True}', "$", "Not JSON"),
    _list("only white space", b"  ", "$", "Not JSON"),
    _list("cut off", b'{"modelFilter":', "$", "Not JSON"),
    _relate("cut off", b'{"sourceId"', "$", "Not JSON"),
    _put("byte order mark", b"\xef\xbb\xbf" + _bytes(_twin()), "$", "Not JSON"),
    _put("UTF-16, little end first", json.dumps(_twin()).encode("utf-16"), "$", "not UTF-8"),
    _put("UTF-16, big end first, no mark", json.dumps(_twin()).encode("utf-16-be"), "$", "Not JSON"),
    _put("UTF-32", json.dumps(_twin()).encode("utf-32"), "$", "not UTF-8"),
    _put("Latin-1", _text("für".encode("latin-1")), "$", "not UTF-8"),
    _put("cut-off character", _text(b"\xf0\x9f\x8f"), "$", "not UTF-8"),
    _put("overlong character", _text(b"\xc0\xaf"), "$", "not UTF-8"),
    _put("character beyond Unicode", _text(b"\xf5\x80\x80\x80"), "$", "not UTF-8"),
    _put("encoded surrogate", _text(b"\xed\xa0\xbd\xed\xb8\x80"), "$", "not UTF-8"),
    _put("gzip without saying so", gzip.compress(_bytes(_twin()), mtime=0), "$", "not UTF-8"),
    _put("tab in a string", _text(b"a\tb"), "$", "control character"),
    _put("line break in a string", _text(b"a\nb"), "$", "control character"),
    _put("unknown escape", _text(rb"\x41"), "$", "Not JSON"),
    _put("cut-off escape", _text(rb"\u12"), "$", "Not JSON"),
    _put("NaN", _number(b"NaN"), "$", "NaN"),
    _put("Infinity", _number(b"Infinity"), "$", "Infinity"),
    _put("minus Infinity", _number(b"-Infinity"), "$", "-Infinity"),
    _list("NaN", b'{"pageSize":NaN}', "$", "NaN"),
    _put("hexadecimal", _number(b"0x10"), "$", "Not JSON"),
    _put("leading zero", _number(b"01"), "$", "Not JSON"),
    _put("plus sign", _number(b"+1"), "$", "Not JSON"),
    _put("no digit before the point", _number(b".5"), "$", "Not JSON"),
    _put("no digit behind the point", _number(b"1."), "$", "Not JSON"),
    _put("no exponent", _number(b"1e"), "$", "Not JSON"),
    _put("a hundred thousand brackets", b"[" * 100_000, "$", "64 levels"),
    _put("a hundred thousand objects", b'{"a":' * 100_000, "$", "64 levels"),
]
NOT_STORABLE = [
    _put("high surrogate alone", _text(rb"\ud83d"), "contents.text", "lone surrogates"),
    _put("low surrogate alone", _text(rb"\ude00x"), "contents.text", "lone surrogates"),
    _put("surrogates in the wrong order", _text(rb"\ude00\ud83d"), "contents.text", "lone surrogates"),
    _put("surrogate in an id", b'{"id":"a\\udfff","modelId":"x"}', "id", "lone surrogates"),
    _put("surrogate in a key", b'{"contents":{"\\ud800":1}}', "contents", "lone surrogates"),
    _list("surrogate in a value", b'{"propertyFilter":{"value":"\\ud800"}}', "propertyFilter.value", "lone"),
    _put("NUL in an id", b'{"id":"a\\u0000b","modelId":"x"}', "id", "NUL"),
    _put("NUL in a text", _text(rb"a\u0000"), "contents.text", "NUL"),
    _put("NUL in a key", b'{"contents":{"a":{"\\u0000":1}}}', "contents.a", "NUL"),
    _list(
        "NUL in a location",
        b'{"locationFilter":{"locationId":"\\u0000"}}',
        "locationFilter.locationId",
        "NUL",
    ),
    _relate("NUL in a name", b'{"name":"\\u0000"}', "name", "NUL"),
    _put("2**64", _number(b"18446744073709551616"), "contents.number", "64 bits"),
    _put("-2**63 - 1", _number(b"-9223372036854775809"), "contents.number", "64 bits"),
    _put("five thousand digits", _number(b"9" * 5000), "contents.number", "64 bits"),
    _put("1e400", _number(b"1e400"), "contents.number", "1e400"),
    _put("-1e400", _number(b"-1e400"), "contents.number", "-1e400"),
    _put("a huge number in an array", b'{"contents":{"sizes":[1,1e999]}}', "contents.sizes[1]", "1e999"),
    _list("a huge page", b'{"pageSize":99999999999999999999}', "pageSize", "64 bits"),
    _put("the same key twice", b'{"id":"a","id":"b","modelId":"x"}', "$", '"id" stands twice'),
    _put("the same key twice, escaped", b'{"id":"a","\\u0069d":"b"}', "$", '"id" stands twice'),
    _put("the same key twice, in contents", _text(b'","text":"'), "contents", '"text" stands twice'),
    _put("the same key twice, deep", b'{"contents":{"a":[{"b":{"c":1,"c":1}}]}}', "contents.a[0].b", '"c"'),
    _list("the same filter twice", b'{"modelFilter":{},"modelFilter":{}}', "$", '"modelFilter" stands twice'),
    _list(
        "the same operator twice", b'{"propertyFilter":{"value":1,"value":2}}', "propertyFilter", '"value"'
    ),
    _relate("the same property twice", b'{"properties":{"a":1,"a":1}}', "properties", '"a" stands twice'),
    _put("66 arrays", b"[" * 66 + b"]" * 66, "[0]" * 65, "64 levels"),
    _put("65 objects in contents", b'{"a":' * 65 + b"1" + b"}" * 65, ".".join("a" * 65), "64 levels"),
    _list(
        "an endless filter",
        {"propertyFilter": _nested(40)},
        "propertyFilter" + ".filters[0]" * 32,
        "64 levels",
    ),
]
NOT_OBJECTS = [
    _put("null", b"null", ("$", "id", "modelId"), "got null"),
    _put("true", b"true", ("$", "id", "modelId"), "got true"),
    _put("a number", b"1", ("$", "id", "modelId"), "got the number 1"),
    _put("a string", b'"{}"', ("$", "id", "modelId"), 'got the string "{}"'),
    _put("an array of twins", [_twin()], ("$", "id", "modelId"), "got an array"),
    _list("null", b"null", "$", "got null"),
    _list("false", b"false", "$", "got false"),
    _list("an array", b"[]", "$", "got an array"),
    _list("a string", b'""', "$", "got the string"),
    _relate("an array of relationships", [_link()], ("$", "sourceId", "targetId", "name"), "got an array"),
]
TWIN_SHAPE = [
    _put("nothing", {}, ("id", "modelId"), '"id" is required'),
    _put("no id", {"modelId": LEVEL}, "id", "required"),
    _put("null id", _twin(id=None), "id", "required"),
    _put("empty id", _twin(id=""), "id", "must not be empty"),
    _put("number as id", _twin(id=5), "id", "got the number 5"),
    _put("true as id", _twin(id=True), "id", "got true"),
    _put("array as id", _twin(id=["a"]), "id", "got an array"),
    _put("object as id", _twin(id={}), "id", "got an object"),
    _put("id of 257 characters", _twin(id="x" * 257), "id", "256"),
    _put("id of 257 characters beyond the first plane", _twin(id="🏢" * 257), "id", "256"),
    _put("id of a million characters", _twin(id="x" * 1_000_000), "id", "256"),
    _put("control character in an id", _twin(id="a\u0001"), "id", "control characters"),
    _put("line break in an id", _twin(id="a\nb"), "id", "control characters"),
    _put("tab in an id", _twin(id="\ta"), "id", "control characters"),
    _put("escape in an id", _twin(id="\u001b[31m"), "id", "control characters"),
    _put("delete in an id", _twin(id="a\u007f"), "id", "control characters"),
    _put("next line in an id", _twin(id="a\u0085b"), "id", "control characters"),
    _put("no model", {"id": "NEW-1"}, "modelId", "required"),
    _put("null model", _twin(modelId=None), "modelId", "required"),
    _put("empty model", _twin(modelId=""), "modelId", "must not be empty"),
    _put("number as model", _twin(modelId=1), "modelId", "got the number 1"),
    _put("array as model", _twin(modelId=[LEVEL]), "modelId", "got an array"),
    _put("unknown model", _twin(modelId="dtmi:com:example:Nothing;1"), "modelId", "Nothing;1"),
    _put("malformed model id", _twin(modelId="Level"), "modelId", '"Level"'),
    _put("model of another version", _twin(modelId="dtmi:com:willowinc:Level;9"), "modelId", "Level;9"),
    _put("model in another casing", _twin(modelId=LEVEL.lower()), "modelId", LEVEL.lower()),
    _put("array as contents", _twin(contents=[]), "contents", "got an array"),
    _put("string as contents", _twin(contents="{}"), "contents", "got the string"),
    _put("number as contents", _twin(contents=0), "contents", "got the number 0"),
    _put("false as contents", _twin(contents=False), "contents", "got false"),
    _put("number as time", _twin(lastUpdateTime=1725000000), "lastUpdateTime", "ISO 8601"),
    _put("no time", _twin(lastUpdateTime="now"), "lastUpdateTime", '"now"'),
    _put("empty time", _twin(lastUpdateTime=""), "lastUpdateTime", "ISO 8601"),
    _put("month 13", _twin(lastUpdateTime="2024-13-01T00:00:00Z"), "lastUpdateTime", "ISO 8601"),
    _put("30 February", _twin(lastUpdateTime="2024-02-30"), "lastUpdateTime", "ISO 8601"),
    _put("hour 25", _twin(lastUpdateTime="2024-01-01T25:00:00Z"), "lastUpdateTime", "ISO 8601"),
    _put("offset of 25 hours", _twin(lastUpdateTime="2024-01-01T00:00:00+25:00"), "lastUpdateTime", "ISO"),
    _put("year 0", _twin(lastUpdateTime="0000-01-01"), "lastUpdateTime", "ISO 8601"),
    _put("American date", _twin(lastUpdateTime="08/30/2024"), "lastUpdateTime", "ISO 8601"),
    _put("space around a time", _twin(lastUpdateTime=" 2024-01-01 "), "lastUpdateTime", "ISO 8601"),
    _put(
        "Arabic digits", _twin(lastUpdateTime="\u0662\u0660\u0662\u0664-01-01"), "lastUpdateTime", "ISO 8601"
    ),
    _put("unknown key", _twin(content={}), "content", 'Did you mean "contents"'),
    _put("key of a list", _twin(pageSize=1), "pageSize", "Unknown"),
    _put("key with a space", _twin(**{"id ": "x"}), '["id "]', "Unknown"),
    _put("metadata of the twin", _twin(**{"$metadata": {}}), "$metadata", "Unknown"),
    _put("relationships of the twin", _twin(outgoingRelationships=[]), "outgoingRelationships", "Unknown"),
    _put("a key in two casings", _twin(ID="NEW-2"), "ID", "two casings"),
    _put("a key in three casings", _twin(ModelID="x", MODELID="y"), ("ModelID", "MODELID"), "two casings"),
    _put("null in another casing", _twin(Contents=None, contents={}), "contents", "two casings"),
]
CONTENTS = [
    _put("1 as boolean", _contents({"boolean": 1}), "contents.boolean", "true or false; got the number 1"),
    _put("byte 128", _contents({"byte": 128}), "contents.byte", "127"),
    _put("bytes that are not base64", _contents({"bytes": "***"}), "contents.bytes", "base64"),
    _put("30 February as date", _contents({"date": "2024-02-30"}), "contents.date", "2024-02-30"),
    _put(
        "time without offset", _contents({"dateTime": "2024-01-01T00:00:00"}), "contents.dateTime", "offset"
    ),
    _put("number as decimal", _contents({"decimal": 12.5}), "contents.decimal", "decimal"),
    _put("string as double", _contents({"double": "1"}), "contents.double", 'got the string "1"'),
    _put("true as double", _contents({"double": True}), "contents.double", "got true"),
    _put("duration in words", _contents({"duration": "1 hour"}), "contents.duration", "ISO 8601"),
    _put("float beyond its range", _contents({"float": 1e39}), "contents.float", "between"),
    _put("1.0 as integer", _contents({"integer": 1.0}), "contents.integer", "got the number 1.0"),
    _put("integer beyond 32 bits", _contents({"integer": 2**31}), "contents.integer", str(2**31 - 1)),
    _put("long beyond 63 bits", _contents({"long": 2**63}), "contents.long", str(2**63 - 1)),
    _put("short beyond 16 bits", _contents({"short": 32768}), "contents.short", "32767"),
    _put("number as string", _contents({"string": 5}), "contents.string", "a string; got the number 5"),
    _put("object as string", _contents({"string": {}}), "contents.string", "got an object"),
    _put("25 o'clock", _contents({"time": "25:00:00Z"}), "contents.time", "25:00:00Z"),
    _put("unsigned byte -1", _contents({"unsignedByte": -1}), "contents.unsignedByte", "255"),
    _put("unsigned integer -1", _contents({"unsignedInteger": -1}), "contents.unsignedInteger", "between"),
    _put("unsigned long -1", _contents({"unsignedLong": -1}), "contents.unsignedLong", "between"),
    _put("unsigned short 65536", _contents({"unsignedShort": 65536}), "contents.unsignedShort", "65535"),
    _put("no UUID", _contents({"uuid": "a360cf30"}), "contents.uuid", "UUID"),
    _put("a point that is a line", _contents({"point": {"type": "LineString"}}), "contents.point", "Point"),
    _put(
        "a point without coordinates",
        _contents({"point": {"type": "Point"}}),
        "contents.point",
        "longitude",
    ),
    _put("object as array", _contents({"tags": {}}), "contents.tags", "an array; got an object"),
    _put("wrong element", _contents({"tags": ["a", 1]}), "contents.tags[1]", "a string; got the number 1"),
    _put("null element", _contents({"tags": [None]}), "contents.tags[0]", "null"),
    _put("array in an array of objects", _contents({"parts": [[]]}), "contents.parts[0]", "an object"),
    _put(
        "wrong field of an element", _contents({"parts": [{}, {"size": "x"}]}), "contents.parts[1].size", "x"
    ),
    _put("unknown field", _contents({"nested": {"outer": {}}}), "contents.nested.outer", "inner"),
    _put(
        "wrong field, deep", _contents({"nested": {"inner": {"leaf": 1}}}), "contents.nested.inner.leaf", "1"
    ),
    _put("array as map", _contents({"labels": []}), "contents.labels", "an object"),
    _put("wrong map value", _contents({"labels": {"a.b": 1}}), 'contents.labels["a.b"]', "a string"),
    _put("1.0 in a map of integers", _contents({"counts": {"a": 1.0}}), "contents.counts.a", "an integer"),
    _put("name of an enum value", _contents({"colour": "DarkBlue"}), "contents.colour", '"dark blue"'),
    _put("enum value in another casing", _contents({"colour": "RED"}), "contents.colour", '"red"'),
    _put("no enum value", _contents({"grade": 3}), "contents.grade", "got the number 3"),
    _put("string as integer enum", _contents({"grade": "1"}), "contents.grade", 'got the string "1"'),
    _put("number as component", _contents({"area": 5}), "contents.area", "an object"),
    _put("null as component", _contents({"area": None}), "contents.area", "null"),
    _put(
        "wrong property of a component", _contents({"area": {"netArea": "9"}}), "contents.area.netArea", '"9"'
    ),
    _put("unknown property of a component", _contents({"area": {"size": 9}}), "contents.area.size", "size"),
    _put("null property", _contents({"text": None}), "contents.text", "leave it out"),
    _put("unknown property", _contents({"txet": "x"}), "contents.txet", "text"),
    _put("property in another casing", _contents({"Text": "x"}), "contents.Text", "text"),
    _put("telemetry", _contents({"reading": 1}), "contents.reading", "telemetry"),
    _put("command", _contents({"reset": {}}), "contents.reset", "a command"),
    _put("relationship", _contents({"feeds": "S-2"}), "contents.feeds", "a relationship"),
    _put("metadata of the contents", _contents({"$metadata": {}}), "contents.$metadata", "$metadata"),
    _put("contents of another model", _twin(modelId=BARE, contents={"text": "x"}), "contents.text", "Bare"),
]
RELATIONSHIP = [
    _relate("nothing", {}, ("sourceId", "targetId", "name"), "required"),
    _relate("no source", _link(sourceId=None), "sourceId", "required"),
    _relate("no target", _link(targetId=None), "targetId", "required"),
    _relate("no name", _link(name=None), "name", "required"),
    _relate("empty source", _link(sourceId=""), "sourceId", "must not be empty"),
    _relate("number as source", _link(sourceId=1), "sourceId", "got the number 1"),
    _relate("array as target", _link(targetId=["S-2"]), "targetId", "got an array"),
    _relate("number as name", _link(name=1), "name", "got the number 1"),
    _relate("number as id", _link(id=1), "id", "got the number 1"),
    _relate("array as properties", _link(properties=[]), "properties", "got an array"),
    _relate("source of 257 characters", _link(sourceId="x" * 257), "sourceId", "256"),
    _relate("control character in the target", _link(targetId="a\nb"), "targetId", "control characters"),
    _relate("unknown source", _link(sourceId="nobody"), "sourceId", '"nobody"'),
    _relate("unknown target", _link(targetId="nobody"), "targetId", '"nobody"'),
    _relate("both unknown", _link(sourceId="a", targetId="b"), ("sourceId", "targetId"), '"b"'),
    _relate("source in another casing", _link(sourceId="s-1"), "sourceId", '"s-1"'),
    _relate("undeclared name", _link(name="isUpstairsOf"), "name", "isUpstairsOf"),
    _relate("name in another casing", _link(name="FEEDS"), "name", "feeds"),
    _relate("a property's name", _link(name="text"), "name", "a property"),
    _relate("target of another model", _link(targetId="AHU-1"), "targetId", SAMPLER),
    _relate("unknown property", _link(properties={"weight": 1}), "properties.weight", "weight"),
    _relate(
        "wrong property", _link(name="linksTo", properties={"weight": "x"}), "properties.weight", "a number"
    ),
    _relate("null property", _link(name="linksTo", properties={"note": None}), "properties.note", "null"),
    _relate("unknown key", _link(target="S-2"), "target", 'Did you mean "targetId"'),
    _relate("a key in two casings", _link(Name="feeds"), "Name", "two casings"),
]
LIST_SHAPE = [
    _list("unknown filter", {"modelsFilter": {}}, "modelsFilter", 'Did you mean "modelFilter"'),
    _list("a filter in two casings", {"modelFilter": {}, "ModelFilter": {}}, "ModelFilter", "two casings"),
    _list("array as model filter", {"modelFilter": []}, "modelFilter", "got an array"),
    _list("string as model filter", {"modelFilter": LEVEL}, "modelFilter", "got the string"),
    _list("unknown key of it", {"modelFilter": {"ids": []}}, "modelFilter.ids", 'Unknown member "ids"'),
    _list(
        "two casings in it",
        {"modelFilter": {"modelIds": [], "ModelIds": []}},
        "modelFilter.ModelIds",
        "casings",
    ),
    _list("string as models", {"modelFilter": {"modelIds": LEVEL}}, "modelFilter.modelIds", "an array"),
    _list(
        "number among models",
        {"modelFilter": {"modelIds": [LEVEL, 1]}},
        "modelFilter.modelIds[1]",
        "number 1",
    ),
    _list("null among models", {"modelFilter": {"modelIds": [None]}}, "modelFilter.modelIds[0]", "null"),
    _list("empty model", {"modelFilter": {"modelIds": [""]}}, "modelFilter.modelIds[0]", "non-empty"),
    _list("malformed model", {"modelFilter": {"modelIds": ["Level"]}}, "modelFilter.modelIds[0]", '"Level"'),
    _list(
        "model with a space",
        {"modelFilter": {"modelIds": [f"{LEVEL} "]}},
        "modelFilter.modelIds[0]",
        "model id",
    ),
    _list(
        "model in capitals",
        {"modelFilter": {"modelIds": [LEVEL.upper()]}},
        "modelFilter.modelIds[0]",
        "model id",
    ),
    _list("version 0", {"modelFilter": {"modelIds": ["dtmi:x;0"]}}, "modelFilter.modelIds[0]", "model id"),
    _list("401 models", {"modelFilter": {"modelIds": [LEVEL] * 401}}, "modelFilter.modelIds", "400"),
    _list(
        "string as exact",
        {"modelFilter": {"exactModelMatch": "true"}},
        "modelFilter.exactModelMatch",
        "true or",
    ),
    _list("1 as exact", {"modelFilter": {"exactModelMatch": 1}}, "modelFilter.exactModelMatch", "number 1"),
    _list("array as relationship filter", {"relationshipFilter": []}, "relationshipFilter", "got an array"),
    _list(
        "unknown key of it",
        {"relationshipFilter": {"direction": "Incoming"}},
        "relationshipFilter.direction",
        "relationshipDirection",
    ),
    _list(
        "unknown direction",
        {"relationshipFilter": {"relationshipDirection": "Sideways"}},
        "relationshipFilter.relationshipDirection",
        "Incoming, Outgoing, IncomingOrOutgoing",
    ),
    _list(
        "number as direction",
        {"relationshipFilter": {"relationshipDirection": 1}},
        "relationshipFilter.relationshipDirection",
        "number 1",
    ),
    _list(
        "string as names",
        {"relationshipFilter": {"relationshipNames": "isPartOf"}},
        "relationshipFilter.relationshipNames",
        "an array",
    ),
    _list(
        "number among names",
        {"relationshipFilter": {"relationshipNames": ["isPartOf", 2]}},
        "relationshipFilter.relationshipNames[1]",
        "number 2",
    ),
    _list(
        "a name that DTDL forbids",
        {"relationshipFilter": {"relationshipNames": ["is part of"]}},
        "relationshipFilter.relationshipNames",
        '"is part of"',
    ),
    _list(
        "101 names",
        {"relationshipFilter": {"relationshipNames": [f"name{number}" for number in range(101)]}},
        "relationshipFilter.relationshipNames",
        "100",
    ),
    _list(
        "a related model that is none",
        {"relationshipFilter": {"relatedModelFilter": {"modelIds": ["x"], "exact": True}}},
        ("relationshipFilter.relatedModelFilter.modelIds[0]", "relationshipFilter.relatedModelFilter.exact"),
        '"x"',
    ),
    _list("string as location filter", {"locationFilter": "BLDG-1"}, "locationFilter", "got the string"),
    _list("unknown key of it", {"locationFilter": {"id": "BLDG-1"}}, "locationFilter.id", "locationId"),
    _list(
        "number as location", {"locationFilter": {"locationId": 1}}, "locationFilter.locationId", "a string"
    ),
    _list(
        "array as location",
        {"locationFilter": {"locationId": ["B"]}},
        "locationFilter.locationId",
        "an array",
    ),
    _list("empty location", {"locationFilter": {"locationId": ""}}, "locationFilter.locationId", "empty"),
    _list("string as date filter", {"dateFilter": "2024"}, "dateFilter", "got the string"),
    _list("unknown key of it", {"dateFilter": {"after": "2024-01-01"}}, "dateFilter.after", "Unknown"),
    _list(
        "no date",
        {"dateFilter": {"lastUpdatedAfter": "yesterday"}},
        "dateFilter.lastUpdatedAfter",
        "yesterday",
    ),
    _list(
        "empty date", {"dateFilter": {"lastUpdatedBefore": ""}}, "dateFilter.lastUpdatedBefore", "ISO 8601"
    ),
    _list(
        "number as date", {"dateFilter": {"lastUpdatedAfter": 0}}, "dateFilter.lastUpdatedAfter", "ISO 8601"
    ),
    _list(
        "month 13", {"dateFilter": {"lastUpdatedAfter": "2024-13-01"}}, "dateFilter.lastUpdatedAfter", "ISO"
    ),
    _list("array as include", {"include": ["outgoingRelationships"]}, "include", "got an array"),
    _list("true as include", {"include": True}, "include", "got true"),
    _list("unknown key of it", {"include": {"outgoing": True}}, "include.outgoing", "outgoingRelationships"),
    _list(
        "string in it",
        {"include": {"incomingRelationships": "yes"}},
        "include.incomingRelationships",
        "true or false",
    ),
    _list("page of 0", {"pageSize": 0}, "pageSize", "from 1 to 1000; got the number 0"),
    _list("page of 1001", {"pageSize": 1001}, "pageSize", "from 1 to 1000"),
    _list("page of -1", {"pageSize": -1}, "pageSize", "from 1 to 1000"),
    _list("page of 2**63", {"pageSize": 2**63}, "pageSize", "from 1 to 1000"),
    _list("page of 1.0", {"pageSize": 1.0}, "pageSize", "got the number 1.0"),
    _list("string as page", {"pageSize": "10"}, "pageSize", 'got the string "10"'),
    _list("true as page", {"pageSize": True}, "pageSize", "got true"),
    _list("number as token", {"continuationToken": 1}, "continuationToken", "a string"),
    _list("object as token", {"continuationToken": {}}, "continuationToken", "a string"),
    _list("empty token", {"continuationToken": ""}, "continuationToken", "Not a token"),
    _list("garbage as token", {"continuationToken": "garbage"}, "continuationToken", "Not a token"),
    _list("unsigned token", {"continuationToken": "e30"}, "continuationToken", "Not a token"),
    _list(
        "letters beyond ASCII as token", {"continuationToken": "ü日🏢"}, "continuationToken", "Not a token"
    ),
    _list(
        "a JWT as token",
        {"continuationToken": "eyJhbGciOiJub25lIn0.e30."},
        "continuationToken",
        "Not a token",
    ),
    _list(
        "a hundred thousand A as token", {"continuationToken": "A" * 100_000}, "continuationToken", "token"
    ),
    _list("two million A as token", {"continuationToken": "A" * 2_000_000}, "continuationToken", "token"),
]
PROPERTY_FILTER = [
    _list("array as property filter", {"propertyFilter": []}, "propertyFilter", "got an array"),
    _list("unknown key", _leaf(values=[]), "propertyFilter.values", 'Did you mean "value"'),
    _list("two casings", _leaf(Field="name"), "propertyFilter.Field", "two casings"),
    _list("no field", _leaf(field=None), "propertyFilter.field", "required"),
    _list("empty field", _leaf(field=""), "propertyFilter.field", "must not be empty"),
    _list("number as field", _leaf(field=1), "propertyFilter.field", "got the number 1"),
    _list("two dots", _leaf(field="a..b"), "propertyFilter.field", '"a..b" is not a field'),
    _list("dot in front", _leaf(field=".a"), "propertyFilter.field", "not a field"),
    _list("dot behind", _leaf(field="a."), "propertyFilter.field", "not a field"),
    _list("bracket not closed", _leaf(field="a[b"), "propertyFilter.field", "not a field"),
    _list("bracket not opened", _leaf(field="a]"), "propertyFilter.field", "not a field"),
    _list("empty brackets", _leaf(field="a[]"), "propertyFilter.field", "not a field"),
    _list("quote not closed", _leaf(field='a["b]'), "propertyFilter.field", "not a field"),
    _list("empty quotes", _leaf(field='a[""]'), "propertyFilter.field", "not a field"),
    _list("text behind a bracket", _leaf(field="a[b]c"), "propertyFilter.field", "not a field"),
    _list("no operator", _leaf(operator=None), "propertyFilter.operator", "required"),
    _list("empty operator", _leaf(operator=""), "propertyFilter.operator", "must not be empty"),
    _list("unknown operator", _leaf(operator="resembles"), "propertyFilter.operator", '"resembles"'),
    _list("SQL as operator", _leaf(operator="LIKE"), "propertyFilter.operator", '"LIKE"'),
    _list("operator with a space", _leaf(operator="equals "), "propertyFilter.operator", "Unknown operator"),
    _list("number as operator", _leaf(operator=1), "propertyFilter.operator", "got the number 1"),
    _list(
        "only a value", {"propertyFilter": {"value": 1}}, ("propertyFilter.field", "propertyFilter.operator")
    ),
    _list("no value", _leaf(value=None), "propertyFilter.value", "isNull"),
    _list("array for equals", _leaf(value=["L01"]), "propertyFilter.value", "got an array"),
    _list("object for equals", _leaf(value={}), "propertyFilter.value", "got an object"),
    _list("array for notEquals", _leaf(operator="!=", value=[]), "propertyFilter.value", "got an array"),
    _list("true for >", _leaf(operator=">", value=True), "propertyFilter.value", "a string or a number"),
    _list("array for <=", _leaf(operator="<=", value=[1]), "propertyFilter.value", "got an array"),
    _list("null for >=", _leaf(operator=">=", value=None), "propertyFilter.value", "required"),
    _list("number for startsWith", _leaf(operator="startsWith", value=1), "propertyFilter.value", "a string"),
    _list("true for endsWith", _leaf(operator="endsWith", value=True), "propertyFilter.value", "a string"),
    _list(
        "object for contains", _leaf(operator="contains", value={}), "propertyFilter.value", "got an object"
    ),
    _list(
        "array for notContains",
        _leaf(operator="notContains", value=["a"]),
        "propertyFilter.value",
        "an array",
    ),
    _list("string for in", _leaf(operator="in"), "propertyFilter.value", "a list of values"),
    _list("object for notIn", _leaf(operator="notIn", value={}), "propertyFilter.value", "a list of values"),
    _list(
        "array in the list", _leaf(operator="in", value=["a", ["b"]]), "propertyFilter.value[1]", "an array"
    ),
    _list("null in the list", _leaf(operator="in", value=[None]), "propertyFilter.value[0]", "null"),
    _list("1001 values", _leaf(operator="in", value=["a"] * 1001), "propertyFilter.value", "1000"),
    _list("value for isNull", _leaf(operator="isNull"), "propertyFilter.value", "takes no value"),
    _list(
        "false for isNotNull", _leaf(operator="isNotNull", value=False), "propertyFilter.value", "no value"
    ),
    _list("array for isEmpty", _leaf(operator="isEmpty", value=[]), "propertyFilter.value", "no value"),
    _list("no time for after", _leaf(operator="after", value="soon"), "propertyFilter.value", '"soon"'),
    _list("number for before", _leaf(operator="before", value=2024), "propertyFilter.value", "ISO 8601"),
    _list(
        "array for onOrAfter", _leaf(operator="onOrAfter", value=["2024"]), "propertyFilter.value", "ISO 8601"
    ),
    _list(
        "no time for lastUpdateTime",
        _leaf(field="lastUpdateTime", value=5),
        "propertyFilter.value",
        "ISO 8601",
    ),
    _list(
        "text operator for lastUpdateTime",
        _leaf(field="lastUpdateTime", operator="contains", value="2024-01-01"),
        "propertyFilter.operator",
        "lastUpdateTime is a time",
    ),
    _list(
        "no time in a list for lastUpdateTime",
        _leaf(field="lastUpdateTime", operator="in", value=["2024-01-01", "x"]),
        "propertyFilter.value[1]",
        "ISO 8601",
    ),
    _list(
        "unknown joining word",
        {"propertyFilter": {"filterConditionOperator": "Xor"}},
        "propertyFilter.filterConditionOperator",
        "And, Or",
    ),
    _list(
        "number as joining word",
        {"propertyFilter": {"filterConditionOperator": 1}},
        "propertyFilter.filterConditionOperator",
        "And, Or",
    ),
    _list("object as filters", {"propertyFilter": {"filters": {}}}, "propertyFilter.filters", "an array"),
    _list(
        "number among filters",
        {"propertyFilter": {"filters": [{}, 1]}},
        "propertyFilter.filters[1]",
        "an object",
    ),
    _list("null among filters", {"propertyFilter": {"filters": [None]}}, "propertyFilter.filters[0]", "null"),
    _list(
        "fault deep in a tree",
        {"propertyFilter": {"filters": [{}, {"filters": [_leaf(operator="?")["propertyFilter"]]}]}},
        "propertyFilter.filters[1].filters[0].operator",
        '"?"',
    ),
    _list("17 levels", {"propertyFilter": _nested(17)}, "propertyFilter" + ".filters[0]" * 16, "16 levels"),
    _list(
        "101 comparisons",
        {"propertyFilter": {"filters": [_leaf()["propertyFilter"]] * 101}},
        "propertyFilter.filters[100]",
        "100",
    ),
]


def _sent(
    name: str,
    method: str,
    path: str,
    status: int,
    says: str,
    content: bytes = b"{}",
    headers: dict[str, str] = JSON,
) -> Bad:
    """A request whose body is not what is wrong with it."""
    return Bad(name, method, path, content, (), says, status, headers)


def _condition(name: str, header: str, value: str) -> Bad:
    """A condition that is not an entity tag."""
    headers = {**JSON, header: value}
    return Bad(name, "PUT", TWINS, _bytes(_twin()), (header.lower(),), "double quotes", headers=headers)


def _encoded(encoding: str) -> dict[str, str]:
    return {**JSON, "Content-Encoding": encoding}


def _oversize(path: str, method: str, *, chunked: bool) -> Bad:
    name = f"{method} {path}, {'chunked' if chunked else 'announced'}"
    return Bad(f"too large: {name}", method, path, b" " * OVERSIZE, (), "4194304", 413, JSON, chunked)


AROUND = [
    *(
        _sent(
            f"{method} as {content_type}",
            method,
            path,
            415,
            "application/json",
            headers={"Content-Type": content_type},
        )
        for method, path in (("PUT", TWINS), ("POST", TWINS), ("PUT", RELATIONSHIPS))
        for content_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded")
    ),
    _sent("no content type", "PUT", TWINS, 415, "no content type", headers={}),
    _sent("compressed", "PUT", TWINS, 415, "compressed", gzip.compress(b"{}"), headers=_encoded("gzip")),
    _sent("deflated", "POST", TWINS, 415, "compressed", b"{}", headers=_encoded("deflate")),
    _sent("twice encoded", "POST", TWINS, 415, "compressed", b"{}", headers=_encoded("identity, br")),
    _sent("compressed form", "POST", "/oauth2/token", 415, "compressed", b"x", headers=_encoded("gzip")),
    *(
        _oversize(path, method, chunked=chunked)
        for method, path in (
            ("PUT", TWINS),
            ("POST", TWINS),
            ("PUT", RELATIONSHIPS),
            ("POST", "/oauth2/token"),
        )
        for chunked in (False, True)
    ),
    _sent("GET /twins", "GET", TWINS, 405, "PUT, POST"),
    _sent("PATCH /twins", "PATCH", TWINS, 405, "PUT, POST"),
    _sent("DELETE /twins", "DELETE", TWINS, 405, "PUT, POST"),
    _sent("POST a twin", "POST", "/twins/AHU-1", 405, "GET"),
    _sent("PUT a twin by its path", "PUT", "/twins/AHU-1", 405, "GET"),
    _sent("POST a relationship", "POST", RELATIONSHIPS, 405, "PUT"),
    _sent("GET a token", "GET", "/oauth2/token", 405, "POST"),
    _sent("POST to healthz", "POST", "/healthz", 405, "GET"),
    _sent("unknown path", "GET", "/twin", 404, "openapi.json"),
    _sent("path in capitals", "POST", "/TWINS", 404, "openapi.json"),
    _sent("slash at the end", "POST", "/twins/", 404, "openapi.json"),
    _sent("unknown version", "POST", "/api/v2/twins", 404, "openapi.json"),
    _sent("a file of the server's", "GET", "/docs/..%2F..%2Fcli.py", 404, "../../cli.py"),
    _sent("path that is not UTF-8", "GET", "/twins/%FF", 404, "not UTF-8"),
    _sent("unknown twin", "GET", "/twins/nobody", 404, '"nobody"'),
    _sent("unknown twin to delete", "DELETE", "/twins/nobody", 404, '"nobody"'),
    _sent("unknown relationship", "DELETE", "/twins/AHU-1/relationships/x", 404, '"x"'),
    _sent(
        "relationship of others", "DELETE", "/twins/AHU-1/relationships/L02_isPartOf_BLDG-1", 404, '"AHU-1"'
    ),
    _sent("related twin to delete", "DELETE", "/twins/L02", 409, "L02_isPartOf_BLDG-1"),
    Bad("bad flag", "DELETE", "/twins/S-1?cascade=maybe", b"", ("cascade",), '"maybe"'),
    Bad("empty flag", "DELETE", "/twins/S-1?cascade=", b"", ("cascade",), "true or false"),
    Bad("bad tag to delete", "DELETE", "/twins/S-1", b"", ("if-match",), "quotes", headers={"If-Match": "x"}),
    _sent(
        "stale tag to delete",
        "DELETE",
        "/twins/S-1",
        412,
        "read it again",
        b"",
        headers={**JSON, "If-Match": '"0"'},
    ),
    _condition("tag without quotes", "If-Match", "3fc9"),
    _condition("tag with one quote", "If-Match", '"3fc9'),
    _condition("empty tag", "If-Match", ""),
    _condition("bad tag among good ones", "If-None-Match", '"a", b'),
    _sent(
        "stale tag",
        "PUT",
        TWINS,
        412,
        "If-Match",
        _bytes(_twin(id="S-1")),
        headers={**JSON, "If-Match": '"0"'},
    ),
    _sent(
        "new twin with If-Match",
        "PUT",
        TWINS,
        412,
        "If-Match",
        _bytes(_twin()),
        headers={**JSON, "If-Match": "*"},
    ),
    _sent(
        "twin that exists",
        "PUT",
        TWINS,
        412,
        "If-None-Match",
        _bytes(_twin(id="L02")),
        headers={**JSON, "If-None-Match": "*"},
    ),
    _sent(
        "forbidden change of model",
        "PUT",
        TWINS,
        409,
        "L02_isPartOf_BLDG-1",
        _bytes(_twin(id="L02", modelId=BARE)),
    ),
]

BAD_REQUESTS = [
    *NOT_JSON,
    *NOT_STORABLE,
    *NOT_OBJECTS,
    *TWIN_SHAPE,
    *CONTENTS,
    *RELATIONSHIP,
    *LIST_SHAPE,
    *PROPERTY_FILTER,
    *AROUND,
]
