"""The models a server knows: an immutable snapshot, cheap to share between threads and to extend."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from twinhaus.dtdl import rules
from twinhaus.dtdl.contexts import Options, UndefinedExtensions
from twinhaus.dtdl.documents import read_documents
from twinhaus.dtdl.errors import InvalidModels, ModelError, UnknownModel, UnresolvedReferences, model_error
from twinhaus.dtdl.reading import Reading, Use
from twinhaus.dtdl.types import CONTENT_TYPES, Component, Content, Element, Interface, Reference
from twinhaus.dtdl.values import Check
from twinhaus.errors import Fault, path_to

Resolver: TypeAlias = Callable[[list[str]], list[str]]
_E = TypeVar("_E", bound=Element)

RESOLVER_ROUNDS_MAX = 100


def load_models(
    documents: Iterable[str],
    *,
    undefined_extensions: UndefinedExtensions = "default",
    acceptable_limits: Collection[str] = (),
    max_dtdl_version: int = 4,
    resolver: Resolver | None = None,
) -> "Registry":
    """A registry of the models in the documents, each the JSON text of one Interface or of an array of them.

    Their order does not matter. Raises InvalidModels with every error there is, or UnresolvedReferences when the models
    refer to others that are not given and `resolver`, asked with their ids, does not give either.
    """
    options = Options(undefined_extensions, frozenset(acceptable_limits), max_dtdl_version)
    return Registry.empty(options).extended(documents, resolver=resolver)


class Registry:
    """An immutable snapshot of models. What is asked for often is computed once, when first asked."""

    def __init__(
        self,
        interfaces: Mapping[str, Interface],
        elements: Mapping[str, Element],
        documents: Mapping[str, str],
        options: Options,
    ) -> None:
        self._interfaces = interfaces
        self._elements = elements
        self._documents = documents
        self._options = options
        self._children = _children_of(interfaces)
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._contents: dict[str, Mapping[str, Content]] = {}
        self._components: dict[str, tuple[str, ...]] = {}
        # What `checks` and `validate` make of these models, by element id.
        self.compiled: dict[str, Check] = {}

    @classmethod
    def empty(cls, options: Options | None = None) -> "Registry":
        """A registry without models."""
        return cls({}, {}, {}, options or Options())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all models, in the order they were added."""
        return tuple(self._interfaces)

    def __len__(self) -> int:
        return len(self._interfaces)

    def __contains__(self, model_id: object) -> bool:
        return model_id in self._interfaces

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Registry):
            return NotImplemented
        return self._documents == other._documents

    __hash__ = None  # type: ignore[assignment]

    def find_interface(self, model_id: str) -> Interface | None:
        """The model of this id, if there is one."""
        return self._interfaces.get(model_id)

    def get_interface(self, model_id: str) -> Interface:
        """The model of this id. Raises UnknownModel."""
        interface = self._interfaces.get(model_id)
        if interface is None:
            raise UnknownModel(model_id)
        return interface

    def document(self, model_id: str) -> str:
        """The compact JSON text of one model as it was given, its keys in the given order. Raises UnknownModel."""
        self.get_interface(model_id)
        return self._documents[model_id]

    def find_element(self, element_id: str) -> Element | None:
        """The Interface, or any element its author gave an id."""
        return self._interfaces.get(element_id) or self._elements.get(element_id)

    def resolved(self, element: _E | Reference) -> _E | None:
        """The element itself, or the one a reference names; None where there is none."""
        if not isinstance(element, Reference):
            return element
        return self.find_element(element.id)  # type: ignore[return-value]  # The rules checked its kind.

    def all_resolved(self, elements: Iterable[_E | Reference]) -> list[_E]:
        """The same of several; those that are nowhere are left out."""
        return [found for one in elements if (found := self.resolved(one))]

    def check_value(self, element_id: str, json_text: str) -> list[Fault]:
        """Every fault of the value a JSON text holds against the schema, or part of one, of this id.

        See `instances.check_value`. Raises NotCheckable.
        """
        from twinhaus.dtdl.instances import check_value  # It stands above: its checks are made of a registry.

        return check_value(self, element_id, json_text)

    def ancestors(self, model_id: str) -> tuple[str, ...]:
        """The model itself, then each Interface it extends, nearest first, once. Raises UnknownModel."""
        known = self._ancestors.get(model_id)
        if known is None:
            self.get_interface(model_id)
            known = self._ancestors[model_id] = tuple(_reachable(model_id, self._parents_of))
        return known

    def descendants(self, model_id: str) -> frozenset[str]:
        """The model itself and every one that extends it, at any depth. Raises UnknownModel."""
        self.get_interface(model_id)
        return frozenset(_reachable(model_id, lambda id: self._children.get(id, ())))

    def is_kind_of(self, model_id: str, ancestor_id: str) -> bool:
        """Whether the first model is the second, or extends it at any depth."""
        return model_id == ancestor_id or (
            model_id in self._interfaces and ancestor_id in self.ancestors(model_id)
        )

    def contents(self, model_id: str) -> Mapping[str, Content]:
        """The model's contents by name, inherited ones first. Raises UnknownModel."""
        known = self._contents.get(model_id)
        if known is None:
            known = self._contents[model_id] = self._effective_contents(model_id)
        return known

    def components(self, model_id: str) -> tuple[str, ...]:
        """The names of the model's components, inherited ones first, in the order declared. Raises UnknownModel."""
        known = self._components.get(model_id)
        if known is None:
            contents = self.contents(model_id).items()
            known = tuple(name for name, content in contents if isinstance(content, Component))
            self._components[model_id] = known
        return known

    def own_contents(self, interface: Interface) -> Iterator[Content]:
        """What the Interface itself declares."""
        for content in interface.contents:
            found = self.resolved(content)
            if isinstance(found, CONTENT_TYPES):
                yield found

    def extended(
        self, documents: Iterable[str], *, trusted: bool = False, resolver: Resolver | None = None
    ) -> "Registry":
        """A new snapshot with more models; only what the new ones touch is checked. Raises as `load_models`.

        A model that is already here is an error, even if it is the same. `trusted` models are read back from our own
        store, where they went only after they had passed: their rules are not checked again.
        """
        reading = read_documents(documents, self._options, trusted=trusted)
        return self._with(reading) if trusted else self.extended_by(reading, resolver=resolver)

    def read(self, documents: Iterable[str]) -> Reading:
        """What documents hold, before it is compared with what is here. Its errors are raised by `extended_by`."""
        return read_documents(documents, self._options)

    def extended_by(self, reading: Reading, *, resolver: Resolver | None = None) -> "Registry":
        """As `extended`, with models that were read already."""
        reading.errors.extend(self._redefinitions(reading))
        candidate, missing = self._resolved_by(resolver, reading)
        errors = [*reading.errors, *rules.check(reading, candidate)]
        if errors:
            # One that is given, but could not be read, is told of already.
            raise InvalidModels(
                errors, map(_unresolved, (u for u in missing if u.target_id not in reading.named))
            )
        if missing:
            raise UnresolvedReferences((use.target_id for use in missing), map(_unresolved, missing))
        return candidate

    def without(self, model_ids: Collection[str]) -> "Registry":
        """A new snapshot that lacks these models. None that stays may extend one of them or have it as a component.

        What was computed from models is left behind: a model that is gone may come back as another.
        """
        gone = frozenset(model_ids)
        return Registry(
            {id: interface for id, interface in self._interfaces.items() if id not in gone},
            {id: element for id, element in self._elements.items() if element.interface_id not in gone},
            {id: document for id, document in self._documents.items() if id not in gone},
            self._options,
        )

    def _resolved_by(self, resolver: Resolver | None, reading: Reading) -> tuple["Registry", tuple[Use, ...]]:
        """The snapshot with all that was read and all that the resolver adds, and the uses of what is still missing."""
        candidate = self._with(reading)
        missing = rules.unresolved(reading, candidate)
        for _ in range(RESOLVER_ROUNDS_MAX):
            ids = dict.fromkeys(use.target_id for use in missing)
            further = resolver(list(ids)) if resolver and ids else None
            if not further:
                break
            reading.merge(read_documents(further, self._options))
            candidate = self._with(reading)
            missing = rules.unresolved(reading, candidate)
        return candidate, missing

    def _redefinitions(self, reading: Reading) -> Iterator[ModelError]:
        for id in reading.defined:
            if self.find_element(id) is not None:
                message = (
                    f"{id} is already defined; models never change, so give the new one another version."
                )
                element = reading.interfaces.get(id) or reading.elements.get(id)
                path, document = (element.path, element.document) if element else ("", 0)
                yield model_error("duplicateDefinition", id, path_to(path, "@id"), message, document=document)

    def _with(self, reading: Reading) -> "Registry":
        registry = Registry(
            {**self._interfaces, **reading.interfaces},
            {**self._elements, **reading.elements},
            {**self._documents, **reading.texts},
            self._options,
        )
        # Models never change and refer only to what was there, so what was computed from them stays true.
        registry._ancestors = dict(self._ancestors)
        registry._contents = dict(self._contents)
        registry.compiled = dict(self.compiled)
        return registry

    def _parents_of(self, model_id: str) -> Iterable[str]:
        interface = self._interfaces.get(model_id)
        return interface.extends if interface else ()

    def _effective_contents(self, model_id: str) -> Mapping[str, Content]:
        contents: dict[str, Content] = {}
        for ancestor_id in reversed(self.ancestors(model_id)):
            interface = self._interfaces.get(ancestor_id)
            for content in self.own_contents(interface) if interface else ():
                contents.setdefault(content.name, content)
        return contents


def _unresolved(use: Use) -> Fault:
    return Fault(use.path, f"{use.target_id} is referred to, but not defined; load it too.")


def _children_of(interfaces: Mapping[str, Interface]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for id, interface in interfaces.items():
        for parent in interface.extends:
            children.setdefault(parent, []).append(id)
    return children


def _reachable(start: str, following: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Breadth first, each once; cycles are harmless."""
    seen = {start}
    row = [start]
    while row:
        yield from row
        row = [id for parent in row for id in following(parent) if not (id in seen or seen.add(id))]  # type: ignore[func-returns-value]
