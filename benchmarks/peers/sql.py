"""Questions in SQL, over three tables: `twin`, `relationship` and `extends`, the pairs of a model and one it extends.

What SQL dialects say differently is how contents are looked into.
"""

from collections.abc import Callable, Sequence
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

_AGGREGATE = "(SELECT group_concat(r.document) FROM relationship r WHERE r.{end} = t.id)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How contents are looked into: the value at a path, and whether a text has another in it in any casing; and
    whether it is better to find a page by numbers alone and only then to fetch it, as it is where texts are columns.
    """

    value: Callable[[tuple[str, ...]], str]
    contains: Callable[[str, str], str]
    finds_before_it_fetches: bool


@dataclass
class Statement:
    """A question's text with named parameters (`$p0`), put together clause by clause."""

    question: Question
    dialect: Dialect
    parameters: dict[str, Any] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        match self.question.operation:
            case "read":
                self.text = f"SELECT id, document FROM twin WHERE id = {self._put(self.question.twin_id)}"
            case "count":
                self.text = f"SELECT count(*) FROM twin t WHERE {self._where(self.question.query)}"
            case "list":
                self.text = self._list(self.question)
            case _:
                assert_never(self.question.operation)

    def _list(self, question: Question) -> str:
        columns = ["t.id", "t.document"]
        if question.has_relationships:
            columns += [_AGGREGATE.format(end=end) for end in ("source", "target")]
        after, limit = self._put(question.after), self._put(question.limit)
        page = (
            f"FROM twin t\nWHERE t.number > {after}\n  AND {self._where(question.query)}\n"
            f"ORDER BY t.number\nLIMIT {limit}"
        )
        select = f"SELECT {', '.join(columns)}"
        if not self.dialect.finds_before_it_fetches:
            return f"{select}\n{page}"
        return f"{select}\nFROM twin t\nWHERE t.number IN (\nSELECT t.number\n{page})\nORDER BY t.number"

    def _where(self, query: Query) -> str:
        clauses: list[str] = []
        if query.model is not None:
            clauses.append(self._is_instance("t.model", query.model))
        if query.location_id is not None:
            clauses.append(self._is_in(query.location_id))
        if query.relationship is not None:
            clauses.append(self._is_related(query.relationship))
        if query.date is not None:
            ends = ((">", query.date.after), ("<", query.date.before))
            clauses += [f"t.updated {sign} {self._put(end)}" for sign, end in ends if end is not None]
        if query.condition is not None:
            clauses.append(self._condition(query.condition))
        return "\n  AND ".join(clauses) or "true"

    def _is_instance(self, column: str, wanted: ModelFilter) -> str:
        models = self._in(wanted.model_ids)
        if wanted.exact:
            return f"{column} IN {models}"
        return (
            f"{column} IN (WITH RECURSIVE below(id) AS (\n    SELECT id FROM model WHERE id IN {models}\n    UNION "
            f"SELECT e.id FROM extends e JOIN below ON e.base = below.id) SELECT id FROM below)"
        )

    def _is_in(self, location_id: str) -> str:
        place, names = self._put(location_id), self._in(CONTAINMENT_RELATIONSHIPS)
        return (
            "t.id IN (WITH RECURSIVE inside(id) AS (\n    "
            f"SELECT id FROM twin WHERE id = {place}\n    UNION SELECT r.source FROM relationship r "
            f"JOIN inside ON r.target = inside.id WHERE r.name IN {names}) SELECT id FROM inside)"
        )

    def _is_related(self, wanted: RelationshipFilter) -> str:
        match wanted.direction:
            case Direction.OUTGOING:
                here, there = "source", "target"
            case Direction.INCOMING:
                here, there = "target", "source"
            case _:
                raise Inexpressible
        join, tests = "", [f"r.{here} = t.id"]
        if wanted.names:
            tests.append(f"r.name IN {self._in(wanted.names)}")
        if wanted.related is not None:
            join = f" JOIN twin o ON o.id = r.{there}"
            tests.append(self._is_instance("o.model", wanted.related))
        return f"EXISTS (SELECT 1 FROM relationship r{join} WHERE {' AND '.join(tests)})"

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Leaf(negated=False, field=(tuple() | Attribute.ID) as field):
                value = "t.id" if field is Attribute.ID else self.dialect.value(field)
                if condition.comparison is Comparison.CONTAINS:
                    return self.dialect.contains(value, self._put(condition.value))
                if condition.comparison in OPERATORS:
                    return f"{value} {OPERATORS[condition.comparison]} {self._put(condition.value)}"
                raise Inexpressible
            case Leaf():
                raise Inexpressible
            case Group(members=members, any_suffices=any_suffices):
                parts = [self._condition(member) for member in members]
                return f"({(' OR ' if any_suffices else ' AND ').join(parts)})"
            case _:
                assert_never(condition)

    def _in(self, values: Sequence[str]) -> str:
        return f"({', '.join(self._put(value) for value in values)})"

    def _put(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"
