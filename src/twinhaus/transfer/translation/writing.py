"""Twins and relationships become triples, from which the same come again; what would not is noted."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import count

from msgspec import Struct

from twinhaus.graph import METADATA
from twinhaus.strictjson import Json, JsonObject
from twinhaus.transfer.cells import column_name, leaves
from twinhaus.transfer.translation.correspondence import Correspondence, value_at
from twinhaus.transfer.translation.forms import Form, Types
from twinhaus.transfer.translation.gaps import Gaps, Sort
from twinhaus.transfer.translation.ids import iri_of, local_name
from twinhaus.transfer.translation.paths import Property, Step
from twinhaus.transfer.translation.table import Place
from twinhaus.transfer.translation.triples import TYPE, Literal, Term, Triple
from twinhaus.transfer.translation.values import read_value, write_value

_PREFIXES_MAX = 9


class _Name(Struct, frozen=True):
    """What is to be known of a twin by those that are related to it."""

    iri: str
    model_id: str
    types: Types


class Writer:
    """A graph on its way out. Every twin is named, then every relationship told, before the first twin is written."""

    def __init__(self, correspondence: Correspondence, namespace: str, form: Form) -> None:
        self.gaps = Gaps()
        self._correspondence = correspondence
        self._table = correspondence.table
        self._namespace = namespace
        self._form = form
        self._names: dict[str, _Name] = {}
        self._taken: set[str] = set()
        self._statements: dict[str, list[Triple]] = defaultdict(list)
        self._parts = count(1)
        self.prefixes = dict(self._table.prefixes)
        self.twins = self.relationships = 0

    def name(self, twin_id: str, model_id: str, contents: JsonObject) -> None:
        """Give a twin its IRI: the one it came with, unless another twin has it, or one that is made of its id."""
        stored = value_at(contents, self._table.iri_place) if self._table.iri_place else None
        iri = stored if isinstance(stored, str) and self._form.is_name(stored) else ""
        if not iri or iri in self._taken:
            iri = iri_of(twin_id, self._namespace)
        self._taken.add(iri)
        came_as = value_at(contents, self._table.class_place) if self._table.class_place else None
        self._names[twin_id] = _Name(iri, model_id, self._form.types(model_id, came_as))

    def abbreviate(self) -> None:
        """Give prefixes to the namespaces that most twins are in, once all are named."""
        namespaces = Counter(one.iri.removesuffix(local_name(one.iri)) for one in self._names.values())
        for number, (namespace, uses) in enumerate(namespaces.most_common(_PREFIXES_MAX), 1):
            if uses > 1 and namespace not in self.prefixes.values():
                self.prefixes[f"b{number}"] = namespace

    def relate(self, source_id: str, name: str, target_id: str, *, has_properties: bool) -> None:
        """Tell of a relationship."""
        source, target = self._names[source_id], self._names[target_id]
        example = f"{source_id} → {target_id}"
        for predicate, is_turned in self._correspondence.predicates(name, source.model_id, target.model_id):
            subject, object_ = (target, source) if is_turned else (source, target)
            is_told = subject.types.classes and object_.types.classes
            if is_told and self._form.may_lead(predicate, object_.types):
                break
        else:
            about = {"name": name, "from": source.model_id, "to": target.model_id}
            self.gaps.note(Sort.RELATIONSHIPS, example, **about)
            return
        if has_properties:
            self.gaps.note(Sort.CONTENTS, example, place=f"the properties of {name}")
        self.relationships += 1
        self._statements[subject.iri].append(Triple(subject.iri, predicate, object_.iri))

    def twin(self, twin_id: str, model_id: str, contents: JsonObject) -> Iterator[Triple]:
        """All that is said of a twin; nothing, where nothing can be said of what it is."""
        iri, types = self._names[twin_id].iri, self._names[twin_id].types
        if not types.has_model:
            self.gaps.note(Sort.CLASSES, twin_id, **{"class": model_id})
        if not types.classes:
            return
        self.twins += 1
        told: set[Place] = set()
        parts: list[Triple] = []
        for class_ in types.classes:
            yield Triple(iri, TYPE, class_)
        if types.has_stored:
            told.add(self._table.class_place)
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
                is_itself = property_.values and isinstance(value, str) and self._form.is_value(value)
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
