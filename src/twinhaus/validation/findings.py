"""What is wrong with a set of model files: every broken rule and every reference that leads nowhere, and where.

Pure: it takes the files' contents.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from twinhaus import strictjson
from twinhaus.dtdl import InvalidModels, ModelError, UnresolvedReferences, load_models
from twinhaus.dtdl.contexts import Options
from twinhaus.dtdl.documents import read_documents
from twinhaus.dtdl.errors import model_error
from twinhaus.dtdl.positions import Position, find_positions, find_syntax_error, position_at
from twinhaus.dtdl.reading import Reading
from twinhaus.dtdl.recommendations import recommendations
from twinhaus.validation.sources import Source

# Our own name: to the language, a model that refers to what is not there is incomplete, not wrong.
UNRESOLVED = "unresolvedReference"
ADVICE = "recommendation"
_NOT_JSON = "notJsonObject"
_TWICE = "duplicateDefinition"
_DECLARED = re.compile(r'"@id"\s*:\s*"([^"\\]*)"')


class Finding(Struct, frozen=True):
    """One thing that is wrong: the rule's name, the element's id if it can be told, and where it stands in its file."""

    file: str
    position: Position
    path: str
    element: str | None
    rule: str
    message: str


class Report(Struct, frozen=True):
    """What came out: all findings, by file and place, and how much was looked at.

    `advice` is what the language recommends; it is no fault not to follow it.
    """

    findings: tuple[Finding, ...]
    files: int
    models: int
    advice: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def validate(sources: Sequence[Source], options: Options, *, with_advice: bool = False) -> Report:
    """The report on some files, taken together as one set of models."""
    decoded = [_decoded(source) for source in sources]
    findings = [one for one in decoded if isinstance(one, Finding)]
    documents = [one for one in decoded if isinstance(one, _Document)]
    texts = [document.text for document in documents]
    models, errors = _errors(texts, sources, options)
    by_document: dict[int, list[ModelError]] = {}
    for error in errors:
        by_document.setdefault(error.document, []).append(error)
    for index, found in by_document.items():
        findings += _located(documents[index], found)
    findings = list(_with_first_places(findings, documents))
    advice = [one for document in documents for one in _advice(document)] if with_advice else []
    order = {source.name: number for number, source in enumerate(sources)}

    def in_order(found: list[Finding]) -> tuple[Finding, ...]:
        return tuple(sorted(found, key=lambda one: (order[one.file], one.position.line, one.position.column)))

    return Report(in_order(findings), len(sources), models, in_order(advice))


class _Document(Struct, frozen=True):
    """A file that is text."""

    name: str
    text: str


def _decoded(source: Source) -> _Document | Finding:
    try:
        return _Document(source.name, source.content.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = source.content[: error.start].decode("utf-8")
        message = f"The text is not UTF-8: byte {error.start} is wrong"
        return Finding(source.name, position_at(before, len(before)), "$", None, _NOT_JSON, message)


def _errors(
    texts: Sequence[str], sources: Iterable[Source], options: Options
) -> tuple[int, Sequence[ModelError]]:
    """How many models the texts hold, and what is wrong with them."""
    try:
        registry = load_models(
            texts,
            undefined_extensions=options.undefined_extensions,
            acceptable_limits=options.acceptable_limits,
            max_dtdl_version=options.max_dtdl_version,
        )
    except UnresolvedReferences as unresolved:
        # The models are read again for where they refer to something; only sets with faults pay for it.
        reading = read_documents(texts, options)
        return len(reading.interfaces), tuple(_uses_of(set(unresolved.ids), reading))
    except InvalidModels as invalid:
        reading = read_documents(texts, options)
        missing = {use.target_id for use in reading.uses} - reading.defined - _declared(sources)
        return len(reading.interfaces), (*invalid.errors, *_uses_of(missing, reading))
    return len(registry), ()


def _declared(sources: Iterable[Source]) -> set[str]:
    """What stands as an `@id` in any of the files, though its element may not be read: that is reported by itself."""
    texts = (source.content.decode("utf-8", "replace") for source in sources)
    return {id for text in texts for id in _DECLARED.findall(text)}


def _uses_of(missing: set[str], reading: Reading) -> Iterator[ModelError]:
    """An error for every use of an id that is nowhere."""
    for use in reading.uses:
        if use.target_id in missing:
            message = (
                f"{use.target_id} is not defined in any of the files; name the one that defines it, too."
            )
            yield model_error(UNRESOLVED, use.place.id, use.path, message, document=use.place.document)


def _located(document: _Document, errors: Sequence[ModelError]) -> Iterator[Finding]:
    positions = find_positions(document.text, {error.path for error in errors})
    if any(error.path == "$" and error.validation_id.endswith(_NOT_JSON) for error in errors):
        positions["$"] = find_syntax_error(document.text) or positions["$"]
    for error in errors:
        rule = error.validation_id.rpartition(":")[2]
        position = positions[error.path]
        yield Finding(document.name, position, error.path, error.primary_id, rule, error.message)


def _advice(document: _Document) -> Iterator[Finding]:
    """What a file could do better; nothing where it cannot be read, which is reported by itself."""
    try:
        found = list(recommendations(strictjson.read(document.text)))
    except strictjson.MalformedJson:
        return
    positions = find_positions(document.text, {one.path for one in found})
    for one in found:
        yield Finding(document.name, positions[one.path], one.path, None, ADVICE, one.message)


def _with_first_places(findings: Sequence[Finding], documents: Sequence[_Document]) -> Iterator[Finding]:
    """The findings; where an id is defined twice, with the place of its first definition, which may be in any file."""
    twice = {finding.element for finding in findings if finding.rule == _TWICE}
    first: dict[str, str] = {}
    for document in documents if twice else ():
        for match in _DECLARED.finditer(document.text):
            if match[1] in twice and match[1] not in first:
                position = position_at(document.text, match.start())
                first[match[1]] = f"{document.name}:{position.line}:{position.column}"
    for finding in findings:
        place = first.get(finding.element or "") if finding.rule == _TWICE else None
        yield (
            replace(finding, message=f"{finding.message} The first stands at {place}.") if place else finding
        )
