"""Documents: JSON texts of one Interface or an array of them (DTDL, "Digital Twins Definition Language": top level)."""

from collections.abc import Iterable

import msgspec

from twinhaus import strictjson
from twinhaus.dtdl.contexts import Context, Options, read_context
from twinhaus.dtdl.errors import model_error
from twinhaus.dtdl.parse import ROOT, ElementReader
from twinhaus.dtdl.reading import Partition, Place, Reading
from twinhaus.strictjson import MODEL_DEPTH_MAX, Json, describe

_NO_CONTEXT = Context(language=0)


def read_documents(documents: Iterable[str], options: Options, *, trusted: bool = False) -> Reading:
    """Everything the documents define, and every fault of theirs that shows without looking at other elements.

    `trusted` documents come from our own store: their JSON is taken to be well-formed.
    """
    reading = Reading(options)
    for index, text in enumerate(documents):
        try:
            document = (
                msgspec.json.decode(text) if trusted else strictjson.read(text, depth_max=MODEL_DEPTH_MAX)
            )
        except strictjson.MalformedJson as error:
            for fault in error.faults:
                reading.errors.append(
                    model_error("notJsonObject", None, fault.path, fault.message, document=index)
                )
            continue
        _read_roots(reading, document, index)
    return reading


def _read_roots(reading: Reading, document: Json, index: int) -> None:
    roots = document if isinstance(document, list) else [document]
    for position, root in enumerate(roots):
        path = f"[{position}]" if isinstance(document, list) else ""
        if isinstance(root, dict):
            if isinstance(root.get("@id"), str):
                reading.named.add(root["@id"])
            _read_root(reading, root, Place(index, path, Partition("", []), _NO_CONTEXT, ""))
        else:
            message = f"Expected an Interface; got {describe(root)}."
            reading.errors.append(model_error("notJsonObject", None, path, message, document=index))


def _read_root(reading: Reading, root: dict[str, Json], place: Place) -> None:
    if "@context" not in root:
        problem = ("missingContext", "An Interface must have an @context such as dtmi:dtdl:context;3.")
        reading.note(place, problem, about=None)
        return
    if "@graph" in root:
        reading.note(place, ("topLevelGraphDisallowed", "@graph is not allowed."), "@graph", about=None)
        return
    if "#" in str(root.get("@id")):
        reading.note(place, ("invalidId", "An @id must not have a fragment."), "@id", about=None)
        return
    context, problems = read_context(root["@context"], None, reading.options)
    for problem in problems:
        reading.note(place, problem, "@context", about=None)
    if context is not None and not problems:
        inner = Place(place.document, place.path, place.partition, context, "")
        ElementReader(reading, inner).read(root, ROOT)
