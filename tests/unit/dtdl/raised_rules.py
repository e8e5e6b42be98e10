"""The names of all rules that the sources of `twinhaus.dtdl` can raise, read from the sources.

A rule's name is what is passed for a parameter called `rule`, and what stands before a message in a pair. Names that
are put together (`f"{sort}NotValid"`) are followed to where their parts come from: assignments, tables, arguments.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TypeAlias

Known: TypeAlias = Mapping[str, str]  # What names stand for while one way through an expression is followed.
_RULE = re.compile(r"[a-z]+([A-Z][a-z]*)+")
_FOLLOWED_MAX = 8


@dataclass(frozen=True)
class _Scope:
    """A function, and the tables of its module."""

    node: ast.FunctionDef
    tables: Mapping[str, ast.Dict]

    @property
    def parameters(self) -> list[str]:
        """The names of its positional parameters, without `self`."""
        names = [one.arg for one in self.node.args.args]
        return names[1:] if names[:1] in (["self"], ["cls"]) else names


def raised_rules(folder: Path) -> set[str]:
    """The names of the rules that the modules below a folder raise. Fails where one is put together beyond our wits."""
    return _Sources(folder).rules()


class _Sources:
    def __init__(self, folder: Path) -> None:
        self.scopes: list[_Scope] = []
        self.by_name: dict[str, list[_Scope]] = defaultdict(list)
        self.calls: dict[str, list[tuple[ast.Call, _Scope]]] = defaultdict(list)
        for file in sorted(folder.rglob("*.py")):
            self._take(ast.parse(file.read_text("utf-8")))
        for scope in self.scopes:
            for node in ast.walk(scope.node):
                if isinstance(node, ast.Call):
                    self.calls[_name_of(node.func)].append((node, scope))

    def _take(self, module: ast.Module) -> None:
        tables = {
            target.id: node.value
            for node in module.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for holder in ast.walk(module):
            for node in getattr(holder, "body", []) if not isinstance(holder, ast.expr) else []:
                if isinstance(node, ast.FunctionDef):
                    scope = _Scope(node, tables)
                    is_made = isinstance(holder, ast.ClassDef) and node.name == "__init__"
                    self.scopes.append(scope)
                    self.by_name[holder.name if is_made else node.name].append(scope)  # type: ignore[attr-defined]

    def rules(self) -> set[str]:
        """All names of rules."""
        found: set[str] = set()
        for scope in self.scopes:
            for expression in self._rule_expressions(scope):
                values = self._values(expression, scope)
                assert values or isinstance(expression, ast.Name | ast.Attribute | ast.Subscript), (
                    ast.unparse(expression)
                )
                found |= values
        return {name for name in found if _RULE.fullmatch(name)}

    def _rule_expressions(self, scope: _Scope) -> Iterator[ast.expr]:
        for node in ast.walk(scope.node):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_message(node.elts[1]):
                if _is_word(node.elts[0]):
                    yield node.elts[0]
            elif isinstance(node, ast.Call):
                for called in self.by_name.get(_name_of(node.func), ()):
                    if "rule" in called.parameters:
                        yield from _argument(node, called, "rule")

    def _values(self, node: ast.expr, scope: _Scope, followed: int = 0) -> set[str]:
        """All strings that an expression can be; a name that stands in it twice is the same both times."""
        names = sorted({one.id for one in ast.walk(node) if isinstance(one, ast.Name)})
        values = {name: self._values_of_name(name, scope, followed + 1) for name in names}
        known = [name for name in names if values[name]]
        found: set[str] = set()
        for choice in product(*(sorted(values[name]) for name in known)):
            found |= self._strings(node, scope, dict(zip(known, choice, strict=True)), followed)
        return found

    def _strings(  # noqa: PLR0911  One closed table.
        self, node: ast.expr, scope: _Scope, known: Known, followed: int
    ) -> set[str]:
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.Name(id=name):
                return {known[name]} if name in known else set()
            case ast.IfExp():
                is_body = _decided(node.test, known)
                taken = [node.body] * (is_body is not False) + [node.orelse] * (is_body is not True)
                return set().union(*(self._strings(one, scope, known, followed) for one in taken))
            case ast.JoinedStr(values=parts):
                ways = [self._strings(part, scope, known, followed) for part in parts]
                return {"".join(way) for way in product(*ways)}
            case ast.BoolOp(op=ast.Or(), values=ways):
                return {text for way in ways for text in self._strings(way, scope, known, followed) if text}
            case ast.FormattedValue(value=value):
                return self._strings(value, scope, known, followed)
            case ast.Call(func=ast.Attribute(value=value, attr="capitalize")):
                return {text.capitalize() for text in self._strings(value, scope, known, followed)}
            case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="get"), args=[key, default]):
                others = self._strings(default, scope, known, followed)
                return self._looked_up(table, key, scope, known, others)
            case ast.Call(func=ast.Name(id=name)) if followed < _FOLLOWED_MAX:
                return set().union(*(self._returned(called, followed + 1) for called in self.by_name[name]))
            case _:
                return set()

    def _looked_up(
        self, table: str, key: ast.expr, scope: _Scope, known: Known, default: set[str]
    ) -> set[str]:
        entries = _entries(scope, table)
        keys = self._strings(key, scope, known, _FOLLOWED_MAX)
        if not keys:
            return {text for texts in entries.values() for text in texts} | default
        return set().union(*(entries.get(key, default) for key in keys))

    def _returned(self, scope: _Scope, followed: int) -> set[str]:
        values = [node.value for node in ast.walk(scope.node) if isinstance(node, ast.Return) and node.value]
        return set().union(*(self._values(value, scope, followed) for value in values))

    def _values_of_name(self, name: str, scope: _Scope, followed: int) -> set[str]:
        """All strings that a local name or a parameter can be."""
        if followed > _FOLLOWED_MAX:
            return set()
        found: set[str] = set()
        for node in ast.walk(scope.node):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    found |= self._assigned(name, target, node.value, scope, followed)
        if name in scope.parameters:
            callers = self.calls[scope.node.name]
            for call, caller in callers:
                for argument in _argument(call, scope, name):
                    found |= self._values(argument, caller, followed)
        return found

    def _assigned(
        self, name: str, target: ast.expr, value: ast.expr, scope: _Scope, followed: int
    ) -> set[str]:
        match target, value:
            case ast.Name(id=taken), _ if taken == name:
                return self._values(value, scope, followed)
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
                pairs = zip(targets, values, strict=True)
                return set().union(*(self._assigned(name, *pair, scope, followed) for pair in pairs))
            case ast.Tuple(elts=targets), ast.Subscript(value=ast.Name(id=table)) if table in scope.tables:
                rows = [row for row in scope.tables[table].values if isinstance(row, ast.Tuple)]
                at = [
                    index for index, one in enumerate(targets) if isinstance(one, ast.Name) and one.id == name
                ]
                cells = [row.elts[index] for row in rows for index in at]
                return {cell.value for cell in cells if isinstance(cell, ast.Constant)}  # type: ignore[misc]
            case _:
                return set()


def _name_of(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _argument(call: ast.Call, called: _Scope, parameter: str) -> Iterator[ast.expr]:
    """What a call passes for a parameter, unless it passes a whole list."""
    index = called.parameters.index(parameter)
    if len(call.args) > index and not any(isinstance(one, ast.Starred) for one in call.args[: index + 1]):
        yield call.args[index]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == parameter)


def _is_message(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr() | ast.Name(id="message" | "why"):
            return True
        case ast.Constant(value=str(text)):
            return " " in text
        case ast.BinOp(left=left, right=right):
            return _is_message(left) or _is_message(right)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_message(body) or _is_message(orelse)
        case _:
            return False


def _is_word(node: ast.expr) -> bool:
    """Whether all that is written out of a text is letters."""
    texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return not isinstance(node, ast.JoinedStr) or all(isinstance(one, str) and one.isalpha() for one in texts)


def _decided(test: ast.expr, known: Known) -> bool | None:
    """Whether a condition holds, where it compares what is known."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant(value=value)]):
            return known[name] == value if name in known else None
        case _:
            return None


def _entries(scope: _Scope, table: str) -> dict[str, set[str]]:
    found = scope.tables.get(table)
    pairs = zip(found.keys, found.values, strict=True) if found else ()
    entries: dict[str, set[str]] = {}
    for pair in pairs:
        match pair:
            case ast.Constant(value=str(key)), ast.Constant(value=str(value)):
                entries[key] = {value}
            case _:
                pass
    return entries
