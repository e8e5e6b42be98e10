"""Which model a class of another vocabulary stands for: by the table, by its superclasses, or by its name."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from twinhaus.dtdl import Registry
from twinhaus.transfer.translation.table import Table
from twinhaus.transfer.translation.triples import OWL, RDF, RDFS, SHACL, TYPE, Graph, is_blank

_SUBCLASS_OF, _EQUIVALENT = f"{RDFS}subClassOf", f"{OWL}equivalentClass"
_OF_EVERYTHING = (f"{OWL}Thing", f"{OWL}NamedIndividual", f"{RDFS}Resource")
_LANGUAGES = (OWL, RDFS, RDF, SHACL)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+")  # Of CamelCase: HVACZone is HVAC and Zone.
_LOCAL_NAME = re.compile(r"[^#/:]*$")


class By(StrEnum):
    """How a class came to its model."""

    ITSELF = "itself"
    TABLE = "table"
    SUPERCLASS = "superclass"
    NAME = "name"
    MARKERS = "markers"


class Counterpart(Struct, frozen=True):
    """The model that a class stands for, and how it was found."""

    model_id: str
    by: By


class Kind(Struct, frozen=True):
    """What a thing is: the class that says most of it, its counterpart, and classes that say something else."""

    class_: str
    counterpart: Counterpart
    others: tuple[str, ...] = ()


class Kinds(Protocol):
    """Says what a thing is that is of some classes."""

    def kind_of(self, classes: tuple[str, ...]) -> Kind | None:
        """None where nothing is like it."""
        ...

    def written(self, classes: tuple[str, ...]) -> str:
        """The classes in a report's words, shortly."""
        ...


class Superclasses:
    """Which classes are below which, as far as files say so."""

    def __init__(self, *graphs: Graph) -> None:
        self._above: dict[str, list[str]] = {}
        for graph in graphs:
            for node, facts in graph.items():
                for predicate, term in facts:
                    if isinstance(term, str) and not is_blank(term):
                        self._add(node, predicate, term)

    def _add(self, node: str, predicate: str, above: str) -> None:
        if predicate in (_SUBCLASS_OF, _EQUIVALENT):
            self._above.setdefault(node, []).append(above)
        if predicate == _EQUIVALENT:
            self._above.setdefault(above, []).append(node)

    def of(self, class_: str) -> list[str]:
        """All superclasses of a class, nearest first, without itself."""
        found = dict.fromkeys([class_])
        row = [class_]
        while row:
            row = [one for below in row for one in self._above.get(below, ()) if one not in found]
            found.update(dict.fromkeys(row))
        return list(found)[1:]


class Classes:
    """The counterparts of classes among the models that are loaded."""

    def __init__(self, table: Table, registry: Registry, superclasses: Superclasses) -> None:
        self._table = table
        self._registry = registry
        self._superclasses = superclasses
        self._by_class: dict[str, str] = {}
        self._by_words: dict[tuple[str, ...], str] = {}
        self._found: dict[str, Counterpart | None] = {}
        self._kinds: dict[tuple[str, ...], Kind | None] = {}
        for model_id, classes in table.classes.items():
            for class_ in classes if model_id in registry else ():
                self._by_class.setdefault(class_, model_id)
                self._by_words.setdefault(_words(class_), model_id)
        self._namespaces = {_namespace(class_) for class_ in self._by_class}

    def find(self, class_: str) -> Counterpart | None:
        """The counterpart of one class."""
        if class_ not in self._found:
            self._found[class_] = next(self._search(class_), None)
        return self._found[class_]

    def written(self, classes: tuple[str, ...]) -> str:
        """The first of them, by its prefix."""
        return self._table.short(classes[0]) if classes else ""

    def kind_of(self, classes: tuple[str, ...]) -> Kind | None:
        """What a thing of these classes is; None where none of them has a counterpart."""
        if classes not in self._kinds:
            self._kinds[classes] = self._choose(classes)
        return self._kinds[classes]

    def _choose(self, classes: tuple[str, ...]) -> Kind | None:
        known = {class_: found for class_ in classes if (found := self.find(class_))}
        if not known:
            return None
        # A model's own id says what the twin is, and a class beside it what it is called elsewhere.
        model = known[max(known, key=self._rank)]
        foreign = [one for one in classes if one not in self._registry and one not in _OF_EVERYTHING]
        class_ = max(foreign, key=self._rank, default="")
        return Kind(class_, model, tuple(self._others(classes, class_, model.model_id)))

    def _rank(self, class_: str) -> tuple[bool, int, int, bool, str]:
        found = self.find(class_)
        if found is None:
            return False, 0, 0, False, class_
        depth = len(self._registry.ancestors(found.model_id))
        # What has no entry of its own says more than the class that it is taken as.
        is_special = found.by is not By.TABLE
        return found.by is By.ITSELF, depth, len(self._superclasses.of(class_)), is_special, class_

    def _others(self, classes: Sequence[str], chosen: str, model_id: str) -> Iterator[str]:
        """Those that do not follow from the one that was chosen."""
        above = set(self._superclasses.of(chosen))
        for class_ in classes:
            found = self.find(class_)
            follows = class_ in above or (
                found is not None and self._registry.is_kind_of(model_id, found.model_id)
            )
            if class_ != chosen and class_ not in _OF_EVERYTHING and not follows:
                yield class_

    def _search(self, class_: str) -> Iterator[Counterpart]:
        if class_ in self._registry:
            yield Counterpart(class_, By.ITSELF)
        if class_ in self._by_class:
            yield Counterpart(self._by_class[class_], By.TABLE)
        for above in self._superclasses.of(class_):
            if above in self._by_class:
                yield Counterpart(self._by_class[above], By.SUPERCLASS)
        if _namespace(class_) in self._namespaces:
            words = _words(class_)
            for first in range(1, len(words)):
                if words[first:] in self._by_words:
                    yield Counterpart(self._by_words[words[first:]], By.NAME)


def definitions(graph: Graph) -> frozenset[str]:
    """The nodes that say what words mean, rather than what is in a building; what only hangs on them included."""
    row = [node for node, facts in graph.items() if _defines(facts)]
    found = set(row)
    while row:
        row = list(
            {
                term
                for node in row
                for _, term in graph[node]
                if isinstance(term, str) and is_blank(term) and term in graph and term not in found
            }
        )
        found.update(row)
    return frozenset(found)


def _defines(facts: Sequence[tuple[str, object]]) -> bool:
    return any(
        predicate == _SUBCLASS_OF or (predicate == TYPE and isinstance(term, str) and _is_of_language(term))
        for predicate, term in facts
    )


def _is_of_language(class_: str) -> bool:
    """Whether it is a class of the languages that vocabularies are written in."""
    return class_.startswith(_LANGUAGES) and class_ not in _OF_EVERYTHING


def _namespace(iri: str) -> str:
    return iri[: _LOCAL_NAME.search(iri).start()]  # type: ignore[union-attr]  # It matches the empty end, too.


def _words(class_: str) -> tuple[str, ...]:
    """Of its local name: `Zone_Air_Temperature_Sensor`, `HVACZone`."""
    name = class_[len(_namespace(class_)) :]
    found = name.split("_") if "_" in name else _WORD.findall(name)
    return tuple(word.lower() for word in found)
