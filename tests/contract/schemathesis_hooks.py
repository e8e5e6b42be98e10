"""What Schemathesis is told of this API beyond its document. Its own process reads this file."""

import json
import re
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

FREE = {"putTwin": "contents", "putRelationship": "properties"}  # The user's own data, by operation.
REFUSALS = 400  # From here on, statuses are of requests that get nothing.

# Numbers of 64 bits, wherever they stand in the user's own data, and how much a tree has in all: schemas cannot count.
UNCOUNTED = re.compile(
    r".* is beyond 64 bits|At most \d+ (?:comparisons|collections) .*|.* nested deeper than \d+ levels"
)
COMPARED = r"propertyFilter(?:\.filters\[\d+\])*\.(?:operator|value(?:\[\d+\])?)"
# Faults that a request may have although the schema has nothing against it, by operation: the paths at which its answer
# may name them, and why no schema can.
BEYOND_SCHEMA = {
    # Which models are stored, and what each allows, is what the server is told while it runs.
    "putTwin": r"modelId|contents\b.*",
    # A token holds what this store sealed in it. `lastUpdateTime` is compared with times, whatever the operator; the
    # schema says so of four operators, and does not say it once more of each for this one field.
    "listTwins": rf"continuationToken|{COMPARED}",
    "countTwins": rf"continuationToken|{COMPARED}",
    # A filter must filter something, and a group of empty groups does not, however deep they are.
    "deleteTwins": rf"filter|filter\.{COMPARED}",
    # What a patch can do depends on what there is to be patched.
    "patchTwins": rf"filter|filter\.{COMPARED}|patch\[\d+\]\.(?:path|from)|twins\b.*",
    # And what comes of it is named as a twin's, whose members a patch may set to anything.
    "patchTwin": r"\[\d+\]\.(?:path|from)|(?!\[|if-).*",
    # Which twins there are, and what the model of the source declares.
    "putRelationship": r"sourceId|targetId|name|properties\b.*",
    # Aliases differ from each other. `uniqueItems` compares elements as a whole.
    "showGraph": r"relationships",
    # DTDL has no schema: its rules are many more than one could say.
    "addModels": r".*",
    # Scopes and locations that do not go together, where the request has only the one and the client the other.
    "editClient": r"scopes",
    # A table needs another parameter. Parameters of OpenAPI know nothing of each other.
    "exportGraph": r"of",
    "listAudit": r"continuationToken",
    "listOutgoing": r"continuationToken",
    "listIncoming": r"continuationToken",
}

# Headers of its own making hold letters and digits only, and so no quotes.
TAGS = st.one_of(
    st.just("*"), st.from_regex(r'(?:W/)?"[!#-~]{0,9}"(?:, ?"[!#-~]{0,9}"){0,2}', fullmatch=True)
)
schemathesis.openapi.format("entity-tags", TAGS)


# Bodies that are read line by line, and may be any text: what is wrong with a line is said in the report.
TEXTS = ("application/x-ndjson", "text/csv")
LINES = (
    '{"id": "Room-L01-101", "modelId": "dtmi:com:willowinc:Room;1"}',
    '{"sourceId": "Room-L01-100", "targetId": "BLDG-1", "name": "isPartOf"}',
    "",
    '{"id": "Room-L01-102", "modelId": "dtmi:com:willowinc:Room;1", "contents": {"code": 102}}',
    '{"sourceId": "Room-L01-100", "targetId": "BLDG-2", "name": "isPartOf"}',
)


@schemathesis.serializer(*TEXTS)
def as_text(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Whatever is sent becomes text."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Examples of what is refused are run as they stand elsewhere; here every example is taken for a valid request."""
    waiting: list[Any] = [raw_schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and isinstance(node.get("examples"), dict):
            node["examples"] = {name: one for name, one in node["examples"].items() if not _is_refused(one)}
        waiting.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())


@schemathesis.hook
def map_body(context: HookContext, body: Any) -> Any:
    """Bodies that get further than to their first refusal.

    No model allows random contents, so every second request goes without; and no random text is a twin, so some begin
    with a few.
    """
    name = FREE.get(context.operation.definition.raw["operationId"]) if context.operation else None
    if isinstance(body, dict) and isinstance(body.get(name), dict) and len(repr(body)) % 2:
        return {key: value for key, value in body.items() if key != name}
    if isinstance(body, str):  # No other operation has a text for its body.
        return "\n".join((*LINES[: len(body) % (len(LINES) + 1)], body))
    return body


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Whether the server or the document is to blame."""
    match failure:
        case RejectedPositiveData():
            return not _is_refused_beyond_schema(case, response)
        case AcceptedNegativeData():
            return not _is_negative_as_text_alone(case)
        case _:
            return True


def _is_refused_beyond_schema(case: Case[Any], response: Response) -> bool:
    """Whether a request that the schema allows was refused for what no schema can say, and for nothing else."""
    paths = BEYOND_SCHEMA.get(case.operation.definition.raw["operationId"], "(?!)")
    return response.status_code == REFUSALS and all(
        re.fullmatch(paths, path, re.DOTALL) or all(map(UNCOUNTED.fullmatch, messages))
        for path, messages in response.json()["errors"].items()
    )


def _is_negative_as_text_alone(case: Case[Any]) -> bool:
    """Whether nothing was wrong but that a text was none, which it is once it is sent."""
    if case.media_type not in TEXTS or case.meta is None:
        return False
    negative = [where for where, one in case.meta.components.items() if one.mode.is_negative]
    return negative == [ParameterLocation.BODY]


def _is_refused(example: dict[str, Any]) -> bool:
    return int(example.get("x-expected-status", 200)) >= REFUSALS
