"""Questions in Cypher, as Ladybug speaks it: twins with their properties, models that extend others, relationships."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from benchmarks.peers.question import OPERATORS, Inexpressible, Question
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS, Direction
from twinhaus.query.plan import (
    Attribute,
    Comparison,
    Condition,
    Group,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)

_DEPTH_MAX = 30  # What the language allows without more ado; buildings are not that deep.


def column_of(path: tuple[str, ...]) -> str:
    """The property that holds what is at a path in contents."""
    return "_".join(("contents", *path)).replace("$", "")


@dataclass
class Statements:
    """A question's texts with named parameters, put together clause by clause; `names` are all relationships'.

    What is located in a place is found by the shortest ways to it, which need not go every way; the place itself, to
    which there is none, has a text of its own.
    """

    question: Question
    names: Sequence[str]
    parameters: dict[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        question = self.question
        match question.operation:
            case "read":
                self.texts = (
                    f"MATCH (t:Twin {{id: {self._put(question.twin_id)}}}) RETURN t.id, t.document",
                )
            case "count":
                self.texts = (
                    f"{self._matched('(t:Twin)', question.query)}\nRETURN count(DISTINCT t.number)",
                )
            case "list":
                page = self._page(question)
                matched = (
                    self._matched(pattern, question.query) for pattern in self._patterns(question.query)
                )
                self.texts = tuple(f"{one}\n{page}" for one in matched)
            case _:
                assert_never(question.operation)

    def _page(self, question: Question) -> str:
        """The page is found by ids alone, and only then fetched: to drag texts along takes several times as long."""
        wanted = question.query.relationship
        distinct = "DISTINCT " if wanted is not None and wanted.related is not None else ""
        page = f"ORDER BY number LIMIT {self._put(question.limit)}"
        if not question.has_relationships:
            return (
                f"WITH {distinct}t.id AS id, t.number AS number\n{page}\n"
                "MATCH (p:Twin {id: id})\nRETURN p.id, p.document, p.number\nORDER BY p.number"
            )
        names = "|".join(f"`{name}`" for name in self.names)
        return (
            f"WITH {distinct}t, t.number AS number\n{page}\n"
            f"OPTIONAL MATCH (t)-[out:{names}]->(:Twin)\nWITH t, collect(out.document) AS outgoing\n"
            f"OPTIONAL MATCH (t)<-[into:{names}]-(:Twin)\n"
            "RETURN t.id, t.document, outgoing, collect(into.document), t.number\nORDER BY t.number"
        )

    def _patterns(self, query: Query) -> Sequence[str]:
        if query.location_id is None:
            return ("(t:Twin)",)
        place = self._put(query.location_id)
        names = "|".join(f"`{name}`" for name in CONTAINMENT_RELATIONSHIPS if name in self.names)
        return (
            f"(t:Twin {{id: {place}}})",
            f"(:Twin {{id: {place}}})<-[:{names}* SHORTEST 1..{_DEPTH_MAX}]-(t:Twin)",
        )

    def _matched(self, pattern: str, query: Query) -> str:
        before, tests, after = "", [f"t.number > {self._put(self.question.after)}"], ""
        if query.model is not None:
            before += self._models("models", query.model)
            tests.append("t.model IN models")
        if (wanted := query.relationship) is not None:
            if wanted.related is not None:
                before += self._models(
                    "related", wanted.related, "models, " if query.model is not None else ""
                )
            related = self._related(wanted)
            # Where nothing else narrows the twins down it is better to come from the relationships.
            if query.location_id is None and wanted.related is not None:
                after = f"\n{related}"
            else:
                tests.append(f"EXISTS {{ {related} }}")
        if query.date is not None:
            ends = ((">", query.date.after), ("<", query.date.before))
            tests += [f"t.updated {sign} {self._put(end)}" for sign, end in ends if end is not None]
        if query.condition is not None:
            tests.append(self._condition(query.condition))
        return f"{before}MATCH {pattern}\nWHERE {' AND '.join(tests)}{after}"

    def _models(self, name: str, wanted: ModelFilter, kept: str = "") -> str:
        """A clause that collects the models."""
        extends = "" if wanted.exact else f"<-[:extends*0..{_DEPTH_MAX}]-(m:Model)"
        variable = "wanted" if wanted.exact else "m"
        return (
            f"MATCH (wanted:Model){extends} WHERE wanted.id IN {self._put(list(wanted.model_ids))}\n"
            f"WITH {kept}collect(DISTINCT {variable}.id) AS {name}\n"
        )

    def _related(self, wanted: RelationshipFilter) -> str:
        names = "|".join(f"`{name}`" for name in wanted.names or self.names)
        match wanted.direction:
            case Direction.OUTGOING:
                pattern = f"(t)-[:{names}]->(other:Twin)"
            case Direction.INCOMING:
                pattern = f"(t)<-[:{names}]-(other:Twin)"
            case _:
                raise Inexpressible
        return f"MATCH {pattern}{'' if wanted.related is None else ' WHERE other.model IN related'}"

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Leaf(negated=False, field=(tuple() | Attribute.ID) as field):
                value = "t.id" if field is Attribute.ID else f"t.`{column_of(field)}`"
                operand = self._put(condition.value)
                if condition.comparison is Comparison.CONTAINS:
                    return f"lower({value}) CONTAINS lower({operand})"
                if condition.comparison in OPERATORS:
                    return f"{value} {OPERATORS[condition.comparison]} {operand}"
                raise Inexpressible
            case Leaf():
                raise Inexpressible
            case Group(members=members, any_suffices=any_suffices):
                parts = [self._condition(member) for member in members]
                return f"({(' OR ' if any_suffices else ' AND ').join(parts)})"
            case _:
                assert_never(condition)

    def _put(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"
