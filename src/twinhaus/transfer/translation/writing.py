"""Twins and relationships become triples, from which the same come again; what would not is noted."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import count

from msgspec import Struct

from twinhaus.dtdl.validate import METADATA
from twinhaus.strictjson import Json, JsonObject
from twinhaus.transfer.cells import column_name, leaves
from twinhaus.transfer.translation.classes import Classes, Superclasses
from twinhaus.transfer.translation.correspondence import Correspondence, value_at
from twinhaus.transfer.translation.gaps import Gaps, Sort
from twinhaus.transfer.translation.ids import iri_of, local_name
from twinhaus.transfer.translation.paths import Property, Step
from twinhaus.transfer.translation.table import Place
from twinhaus.transfer.translation.triples import TYPE, Literal, Term, Triple
from twinhaus.transfer.translation.values import read_value, write_value

_PREFIXES_MAX = 9
IsIri = Callable[[str], bool]


class _Name(Struct, frozen=True):
    """What is to be known of a twin by those that are related to it."""

    iri: str
    model_id: str


class Writer:
    """A graph on its way out. Every twin is named, then every relationship told, before the first twin is written."""

    def __init__(self, correspondence: Correspondence, namespace: str, is_iri: IsIri) -> None:
        self.gaps = Gaps()
        self._correspondence = correspondence
        self._table = correspondence.table
        self._namespace = namespace
        self._is_iri = is_iri
        self._classes = Classes(self._table, correspondence.registry, Superclasses())
        self._names: dict[str, _Name] = {}
        self._taken: set[str] = set()
        self._statements: dict[str, list[Triple]] = defaultdict(list)
        self._parts = count(1)
        self.prefixes = dict(self._table.prefixes)
        self.twins = self.relationships = 0

    def name(self, twin_id: str, model_id: str, contents: JsonObject) -> None:
        """Give a twin its IRI: the one it came with, unless another twin has it, or one that is made of its id."""
        stored = value_at(contents, self._table.iri_place) if self._table.iri_place else None
        iri = stored if isinstance(stored, str) and self._is_iri(stored) else ""
        if not iri or iri in self._taken:
            iri = iri_of(twin_id, self._namespace)
        self._taken.add(iri)
        self._names[twin_id] = _Name(iri, model_id)

    def abbreviate(self) -> None:
        """Give prefixes to the namespaces that most twins are in, once all are named."""
        namespaces = Counter(one.iri.removesuffix(local_name(one.iri)) for one in self._names.values())
        for number, (namespace, uses) in enumerate(namespaces.most_common(_PREFIXES_MAX), 1):
            if uses > 1 and namespace not in self.prefixes.values():
                self.prefixes[f"b{number}"] = namespace

    def relate(self, source_id: str, name: str, target_id: str, *, has_properties: bool) -> None:
        """Tell of a relationship."""
        source, target = self._names[source_id], self._names[target_id]
        found = self._correspondence.predicate(name, source.model_id, target.model_id)
        example = f"{source_id} → {target_id}"
        if found is None:
            about = {"name": name, "from": source.model_id, "to": target.model_id}
            self.gaps.note(Sort.RELATIONSHIPS, example, **about)
            return
        if has_properties:
            self.gaps.note(Sort.CONTENTS, example, place=f"the properties of {name}")
        self.relationships += 1
        predicate, is_turned = found
        subject, object_ = (target, source) if is_turned else (source, target)
        self._statements[subject.iri].append(Triple(subject.iri, predicate, object_.iri))

    def twin(self, twin_id: str, model_id: str, contents: JsonObject) -> Iterator[Triple]:
        """All that is said of a twin."""
        self.twins += 1
        iri = self._names[twin_id].iri
        told: set[Place] = set()
        parts: list[Triple] = []
        for class_ in self._types(model_id, contents, told):
            yield Triple(iri, TYPE, class_)
        if value_at(contents, self._table.iri_place) == iri:
            told.add(self._table.iri_place)
        nodes: dict[tuple[Step, ...], str] = {}
        for property_, term in self._terms(model_id, contents, told):
            node = self._node(iri, property_.steps[:-1], nodes, parts)
            triple = Triple(node, property_.steps[-1].predicate, term)
            if node == iri:
                yield triple
            else:
                parts.append(triple)
        yield from self._statements.pop(iri, ())
        yield from sorted(parts, key=lambda triple: (triple.subject != iri, triple.subject))
        self._note_untold(twin_id, contents, told)

    def _types(self, model_id: str, contents: JsonObject, told: set[Place]) -> Iterator[str]:
        """The class it came as, or that its model is exported as; and its model, where that does not follow."""
        stored = value_at(contents, self._table.class_place) if self._table.class_place else None
        class_ = (
            stored
            if isinstance(stored, str) and self._is_class(stored)
            else self._correspondence.class_for(model_id)
        )
        if class_ == stored:
            told.add(self._table.class_place)
        kind = self._classes.kind_of((class_,))
        if class_:
            yield class_
        if kind is None or kind.counterpart.model_id != model_id:
            yield model_id

    def _is_class(self, text: str) -> bool:
        # A model's id is one, too, but of a twin's own model.
        return not text.startswith("dtmi:") and self._is_iri(text)

    def _terms(
        self, model_id: str, contents: JsonObject, told: set[Place]
    ) -> Iterator[tuple[Property, Term]]:
        if model_id not in self._correspondence.registry:
            return
        for property_ in self._table.properties:
            spot = self._correspondence.spot(property_.places, model_id)
            value = value_at(contents, spot.keys) if spot and spot.keys not in told else None
            if spot is None or value is None:
                continue
            term = write_value(value, property_)
            if term is not None and is_same(read_value(term, property_, spot.check), value):
                told.add(spot.keys)
                # What an IRI may stand for, one that the table does not know stands for itself.
                is_itself = property_.values and isinstance(value, str) and self._is_iri(value)
                yield property_, value if is_itself and isinstance(term, Literal) else term

    def _node(
        self, iri: str, steps: tuple[Step, ...], nodes: dict[tuple[Step, ...], str], parts: list[Triple]
    ) -> str:
        """The part of a thing that these steps lead to; made, where none did yet."""
        if not steps:
            return iri
        if steps not in nodes:
            above = self._node(iri, steps[:-1], nodes, parts)
            node = nodes[steps] = f"_:part{next(self._parts)}"
            parts.append(Triple(above, steps[-1].predicate, node))
            if steps[-1].node_class:
                parts.append(Triple(node, TYPE, steps[-1].node_class))
        return nodes[steps]

    def _note_untold(self, twin_id: str, contents: JsonObject, told: set[Place]) -> None:
        for keys, value in leaves(contents):
            if METADATA not in keys and value != {} and not any(keys[: len(one)] == one for one in told):
                place = column_name(keys, "contents", ())
                self.gaps.note(Sort.CONTENTS, twin_id, place=place)


def is_same(one: Json, other: Json) -> bool:
    """Whether two values are one and the same JSON: 1 is not true."""
    return type(one) is type(other) and one == other
