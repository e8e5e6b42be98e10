"""The co-types of the mqtt extension, versions 1 to 4 (DTDL.mqtt.v1.md and its successors)."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from twinhaus.dtdl.cotypes import LATER, Cotype
from twinhaus.dtdl.metamodel import Member, Sort

PATH = "dtmi:dtdl:extension:mqtt"
VERSIONS = (1, 2, 3, 4)

_LABEL = r"[!$-*,-.0-z|~]+"
_FIRST_LABEL = r"[!%-*,-.0-z|~][!$-*,-.0-z|~]*"
_VARIABLE = r"\{(?:[A-Za-z]+:)?[A-Za-z]+\}"
_TOPIC = re.compile(rf"(?:{_FIRST_LABEL}|{_VARIABLE})(?:/(?:{_LABEL}|{_VARIABLE}))*")
_GROUP = re.compile(_LABEL)

_COMMAND, _FIELD, _OBJECT, _PROPERTY = (
    frozenset({kind}) for kind in ("Command", "Field", "Object", "Property")
)
_PAYLOADS = frozenset({"CommandRequest", "CommandResponse"})
_RESULT, _ERROR, _PROPERTY_RESULT = (frozenset({name}) for name in ("Result", "Error", "PropertyResult"))


def mqtt_cotypes(version: int) -> Iterator[Cotype]:
    """The co-types of one version."""

    def cotype(name: str, kinds: frozenset[str], *members: Member, **asked: frozenset[str] | str) -> Cotype:
        languages = frozenset({3}) if version == 1 else LATER
        return replace(Cotype(name, f"{PATH}:v{version}:{name}", kinds, languages, members), **asked)

    indexed = frozenset({"EnumValue", "Field", "Telemetry"}) | (_PROPERTY if version >= 4 else frozenset())
    yield cotype("Mqtt", frozenset({"Interface"}), *_interface_members(version))
    yield cotype("Idempotent", _COMMAND)
    yield cotype("Cacheable", _COMMAND, Member("ttl", Sort.DURATION, required=True), requires="Idempotent")
    yield cotype("Indexed", indexed, Member("index", Sort.INTEGER, required=True, minimum=1))
    if version >= 2:
        yield cotype("Transparent", _PAYLOADS, schema_kinds=_OBJECT)
    if version >= 3:
        results = {"NormalResult", "ErrorResult"} | ({"ErrorCode", "ErrorInfo"} if version >= 4 else set())
        yield cotype("Error", _OBJECT)
        yield cotype("Result", _OBJECT, fields_with=frozenset(results))
        yield cotype("ErrorMessage", _FIELD, within=_ERROR, schema_kinds=frozenset({"string"}))
        yield cotype("ErrorResult", _FIELD, within=_RESULT, schema_kinds=_ERROR, excludes="Required")
        yield cotype("NormalResult", _FIELD, within=_RESULT, excludes="Required")
    if version >= 4:
        yield cotype("ErrorCode", _FIELD, within=_RESULT | _ERROR, schema_kinds=frozenset({"Enum"}))
        yield cotype("ErrorInfo", _FIELD, within=_RESULT | _ERROR, schema_kinds=_OBJECT, sibling="ErrorCode")
        yield cotype("Indirect", _FIELD, excludes="Required")
        parts = frozenset({"PropertyValue", "ReadError", "WriteError"})
        yield cotype("PropertyResult", _OBJECT, fields_with=parts)
        yield cotype("PropertyValue", _FIELD, within=_PROPERTY_RESULT, excludes="Required")
        yield cotype("ReadError", _FIELD, within=_PROPERTY_RESULT, schema_kinds=_ERROR, excludes="Required")
        yield cotype("WriteError", _FIELD, within=_PROPERTY_RESULT, schema_kinds=_ERROR, excludes="Required")
        value = frozenset({"PropertyValue"})
        yield cotype("Fragmented", _PROPERTY, beside=value, schema_kinds=frozenset({"Map"}))


def _interface_members(version: int) -> Iterator[Member]:
    yield Member("payloadFormat", Sort.STRING, required=True)
    topics = ["commandTopic", "telemetryTopic"] + (["propertyTopic"] if version >= 4 else [])
    what = "slash-separated labels or {tokens}, such as sites/{modelId}/commands"
    for name in topics:
        yield Member(name, Sort.STRING, pattern=_TOPIC, pattern_words=what)
    for name in ("cmdServiceGroupId", "telemServiceGroupId") if version >= 2 else ():
        what = 'printable ASCII characters without space, ", +, #, {, } or /'
        yield Member(name, Sort.STRING, pattern=_GROUP, pattern_words=what)
