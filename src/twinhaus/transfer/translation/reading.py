"""Triples become twins and relationships; what cannot is noted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from twinhaus.drafts import RelationshipDraft, TwinDraft, read_relationship, read_twin
from twinhaus.strictjson import JsonObject, is_storable
from twinhaus.transfer.translation.classes import By, Kind, Kinds, definitions
from twinhaus.transfer.translation.correspondence import Correspondence, put_at, value_at
from twinhaus.transfer.translation.gaps import Gaps, Sort
from twinhaus.transfer.translation.ids import made_of
from twinhaus.transfer.translation.paths import Branch, Property, Way, branches_of
from twinhaus.transfer.translation.triples import TYPE, Graph, Node, Term, is_blank, types_of
from twinhaus.transfer.translation.values import describe, preferred, read_value

Draft = TypeVar("Draft", TwinDraft, RelationshipDraft)
Ids = Mapping[str, str]  # By IRI.


class Translated(Struct, Generic[Draft], frozen=True):
    """A draft, and the statement or the IRI that it comes from."""

    origin: str
    draft: Draft


class Translator:
    """A graph on its way to twins. First come `things`; once each has an id, twins, relationships and the rest."""

    def __init__(self, graph: Graph, correspondence: Correspondence, kinds: Kinds, namespace: str) -> None:
        self.gaps = Gaps()
        self._graph = graph
        self.correspondence = correspondence
        self._table = correspondence.table
        self.namespace = namespace
        self._branches = branches_of(self._table.properties)
        self.definitions = definitions(graph)
        self._kinds = kinds
        # Nodes that are told of with a thing, such as one that holds a value and its unit.
        self._parts: set[Node] = set()
        self.things: dict[str, Kind] = {}
        for node, facts in graph.items():
            kind = self._kinds.kind_of(types_of(facts))
            if kind and not is_blank(node) and node not in self.definitions:
                self.things[node] = kind

    def twins(self, ids: Ids) -> Iterator[Translated[TwinDraft]]:
        """A twin for each thing."""
        for iri, kind in self.things.items():
            self._note_kind(iri, kind)
            model_id = kind.counterpart.model_id
            contents = self._contents(iri, model_id)
            if made_of(iri, self.namespace) is None:
                self._keep(contents, self._table.iri_place, model_id, iri)
            if kind.class_ and not self._is_only_said(kind):
                self._keep(contents, self._table.class_place, model_id, kind.class_)
            yield Translated(iri, read_twin({"id": ids[iri], "modelId": model_id, "contents": contents}))

    def relationships(self, ids: Ids) -> Iterator[Translated[RelationshipDraft]]:
        """A relationship for each statement about two things, each once."""
        seen: set[tuple[str, str, str]] = set()
        for subject in self.things:
            for predicate, term in self._graph[subject]:
                way = self._way(subject, predicate, term) if predicate in self._table.relationships else None
                if way is None or not isinstance(term, str):
                    continue
                source, target = (term, subject) if way.is_turned else (subject, term)
                if (source, way.name, target) not in seen:
                    seen.add((source, way.name, target))
                    told = {"sourceId": ids[source], "name": way.name, "targetId": ids[target]}
                    origin = f"{subject} {self._table.short(predicate)} {term}"
                    yield Translated(origin, read_relationship(told))

    def note_rest(self) -> None:
        """Note what became no twin, and is no part of one, once the twins were read."""
        for node, facts in self._graph.items():
            if node in self.things or node in self._parts or node in self.definitions:
                continue
            classes = types_of(facts)
            nameless = "without an IRI" if is_blank(node) and self._kinds.kind_of(classes) else ""
            about = {"class": self._kinds.written(classes), "but": nameless}
            self.gaps.note(Sort.CLASSES, "[]" if is_blank(node) else node, **about)

    def _note_kind(self, iri: str, kind: Kind) -> None:
        class_, counterpart = self._table.short(kind.class_), kind.counterpart
        if counterpart.by in (By.SUPERCLASS, By.NAME, By.MARKERS):
            self.gaps.note(
                Sort.GENERALISED, iri, **{"class": class_}, model=counterpart.model_id, by=counterpart.by
            )
        for other in kind.others:
            self.gaps.note(Sort.CLASSES, iri, **{"class": self._table.short(other)}, beside=class_)

    def _is_only_said(self, kind: Kind) -> bool:
        """Whether a class stands beside a model only because an export needs one."""
        model_id = kind.counterpart.model_id
        return kind.counterpart.by is By.ITSELF and kind.class_ == self.correspondence.class_for(model_id)

    def _keep(self, contents: JsonObject, place: tuple[str, ...], model_id: str, text: str) -> None:
        spot = self.correspondence.spot((place,), model_id)
        if spot is not None and is_storable(text) and spot.check.accepts(text):
            put_at(contents, place, text)

    def _contents(self, iri: str, model_id: str) -> JsonObject:
        found: dict[str, list[Term]] = defaultdict(list)
        for property_, term in self._values(iri, iri, [self._branches], ""):
            found[property_.written].append(term)
        contents: JsonObject = {}
        for property_ in self._table.properties if found else ():
            if property_.written in found:
                self._place(contents, property_, found[property_.written], iri, model_id)
        return contents

    def _place(
        self, contents: JsonObject, property_: Property, terms: Iterable[Term], iri: str, model_id: str
    ) -> None:
        spot = self.correspondence.spot(property_.places, model_id)
        for term in preferred(terms):
            about = {"predicate": property_.written}
            example = f"{iri}: {describe(term)}"
            if spot is None:
                self.gaps.note(Sort.PREDICATES, iri, **about, of=model_id)
                continue
            value = read_value(term, property_, spot.check)
            if value is None:
                self.gaps.note(Sort.VALUES, example, **about, but="the model takes no such value")
            elif value_at(contents, spot.keys) not in (None, value):
                self.gaps.note(Sort.VALUES, example, **about, but="there is another value already")
            else:
                put_at(contents, spot.keys, value)

    def _values(
        self, thing: str, node: Node, branches: list[Branch], trail: str
    ) -> Iterator[tuple[Property, Term]]:
        """The values said of a thing, or of a part of it, to which `trail` leads; as deep as the table goes."""
        for predicate, term in self._graph[node]:
            if predicate == TYPE or (not trail and predicate in self._table.relationships):
                continue
            following = [one for branch in branches for one in branch.below.get(predicate, ())]
            written = trail + self._table.short(predicate)
            part = self._graph.get(term) if isinstance(term, str) and term not in self.things else None
            classes = types_of(part) if part else ()
            fitting = [
                branch for class_, branch in following if not class_ or not classes or class_ in classes
            ]
            deeper = [branch for branch in fitting if branch.below] if part else []
            here = next((branch.here for branch in fitting if branch.here), None)
            if deeper and isinstance(term, str):
                self._parts.add(term)
                yield from self._values(thing, term, deeper, f"{written}/")
            elif here is not None:
                yield here, term
            else:
                of_class = f"[{self._table.short(classes[0])}]" if classes and following else ""
                self.gaps.note(Sort.PREDICATES, thing, predicate=written + of_class)
                self._leave_out(term)

    def _leave_out(self, term: Term) -> None:
        """What hangs only on what was left out is left out with it."""
        row = [term]
        while row:
            blank = [one for one in row if isinstance(one, str) and is_blank(one) and one not in self._parts]
            self._parts.update(blank)
            row = [below for node in blank for _, below in self._graph.get(node, ())]

    def _way(self, subject: str, predicate: str, term: Term) -> Way | None:
        about = {"predicate": self._table.short(predicate), "from": self.things[subject].counterpart.model_id}
        if not isinstance(term, str) or term not in self.things:
            self.gaps.note(Sort.RELATIONSHIPS, f"{subject} → {describe(term)}", **about, to="what is no twin")
            return None
        models = (about["from"], self.things[term].counterpart.model_id)
        way = self.correspondence.way(predicate, *models)
        if way is None:
            self.gaps.note(Sort.RELATIONSHIPS, f"{subject} → {term}", **about, to=models[1])
        return way
