"""How a vocabulary names things on their way out, and what it says that they are."""

import re
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from twinhaus.strictjson import Json
from twinhaus.transfer.translation.classes import Classes, Kinds, Superclasses
from twinhaus.transfer.translation.correspondence import Correspondence
from twinhaus.transfer.translation.ids import NAMESPACE
from twinhaus.transfer.translation.tags import TAG, Tags

_REFERENCE = re.compile(r"[A-Za-z0-9_:.~-]+")  # What Haystack's references are made of.
_TAG_NAME = re.compile(r"[a-z][A-Za-z0-9_]*")
_REFERS = "Ref"  # What a tag ends with that refers to records: those with the marker that stands before it.


class Types(Struct, frozen=True):
    """What is said of a twin: its classes; whether what it came as follows from them, and whether its model does."""

    classes: tuple[str, ...]
    has_stored: bool
    has_model: bool


class Form(Protocol):
    """Of one vocabulary."""

    def is_name(self, text: str) -> bool:
        """Whether a text can name a thing."""
        ...

    def is_value(self, text: str) -> bool:
        """Whether a text, where others stand for something, is the name of a thing, and not a text."""
        ...

    def types(self, model_id: str, stored: Json) -> Types:
        """Of a twin of this model that came as what is stored."""
        ...

    def may_lead(self, predicate: str, types: Types) -> bool:
        """Whether a predicate may lead to a thing of these types."""
        ...


class IriForm:
    """Classes are IRIs; a model's id is one, too, so it can always be told."""

    def __init__(self, correspondence: Correspondence, is_iri: Callable[[str], bool]) -> None:
        self.is_name = self.is_value = is_iri
        self._correspondence = correspondence
        self._classes = Classes(correspondence.table, correspondence.registry, Superclasses())

    def types(self, model_id: str, stored: Json) -> Types:
        """The class it came as, or that its model is exported as; and its model, where that does not follow."""
        is_class = isinstance(stored, str) and not stored.startswith("dtmi:") and self.is_name(stored)
        class_ = str(stored) if is_class else self._correspondence.class_for(model_id)
        is_exact = _model_of(self._classes, (class_,)) == model_id
        classes = (*((class_,) if class_ else ()), *(() if is_exact else (model_id,)))
        return Types(classes, class_ == stored, has_model=True)

    def may_lead(self, predicate: str, types: Types) -> bool:
        return True


class MarkerForm:
    """Classes are markers of Project Haystack; a model for which there are none cannot be told."""

    def __init__(self, correspondence: Correspondence) -> None:
        self._correspondence = correspondence
        self._tags = Tags(correspondence.table, correspondence.registry)
        self._found: dict[tuple[str, str], Types] = {}

    def is_name(self, text: str) -> bool:
        return bool(_REFERENCE.fullmatch(text)) and not text.startswith((NAMESPACE, "_:"))

    def is_value(self, text: str) -> bool:
        return False

    def is_tag(self, iri: str) -> bool:
        """Whether a table's IRI is a tag, or some markers."""
        return iri.startswith(TAG) and all(map(_TAG_NAME.fullmatch, iri.removeprefix(TAG).split()))

    def types(self, model_id: str, stored: Json) -> Types:
        """The markers it came with, if they still mean its model, or those of its model."""
        came_with = stored if isinstance(stored, str) else ""
        key = (model_id, came_with)
        if key not in self._found:
            self._found[key] = self._types(*key)
        return self._found[key]

    def _types(self, model_id: str, came_with: str) -> Types:
        classes = tuple(TAG + word for word in came_with.split("-") if _TAG_NAME.fullmatch(word))
        if not (self._tags.written(classes) == came_with and _model_of(self._tags, classes) == model_id):
            words = self._correspondence.class_for(model_id).removeprefix(TAG).split()
            classes = tuple(TAG + word for word in words)
        has_stored = self._tags.written(classes) == came_with
        return Types(classes, has_stored, _model_of(self._tags, classes) == model_id)

    def may_lead(self, predicate: str, types: Types) -> bool:
        return not predicate.endswith(_REFERS) or predicate.removesuffix(_REFERS) in types.classes


def _model_of(kinds: Kinds, classes: tuple[str, ...]) -> str | None:
    kind = kinds.kind_of(classes)
    return None if kind is None else kind.counterpart.model_id
