"""The table of what corresponds to what: a file of YAML, ours or a user's own (docs/how-to/import-from-brick.md)."""

from collections.abc import Hashable, Iterator, Mapping
from importlib.resources import files
from typing import Any, Literal

import yaml
from msgspec import Struct

from twinhaus.errors import Fault, Invalid, path_to
from twinhaus.query.fields import read_path
from twinhaus.strictjson import Json, describe
from twinhaus.transfer.translation.paths import Property, Step, Way, read_steps

TABLE_BYTES_MAX = 4 * 1024 * 1024  # Every class of Brick, with a line of its own, takes a twentieth of it.
Vocabulary = Literal["brick", "haystack"]
Place = tuple[str, ...]  # The keys that lead to a value in a twin's contents.

_SECTIONS = ("prefixes", "twin", "classes", "relationships", "properties", "units")


class Table(Struct, frozen=True):
    """What corresponds to what. IRIs are whole; `prefixes` are for writing them shortly."""

    prefixes: Mapping[str, str]
    aliases: Mapping[str, str]
    iri_place: Place
    class_place: Place
    classes: Mapping[str, tuple[str, ...]]
    relationships: Mapping[str, tuple[Way, ...]]
    properties: tuple[Property, ...]

    def iris(self) -> Iterator[str]:
        """All that an export may write."""
        yield from self.prefixes.values()
        yield from self.relationships
        for classes in self.classes.values():
            yield from classes
        for property_ in self.properties:
            yield from (iri for step in property_.steps for iri in step if iri)

    def canonical(self, iri: str) -> str:
        """The IRI in the namespace that its prefix has today, if it is in an older one."""
        for older, namespace in self.aliases.items():
            if iri.startswith(older):
                return namespace + iri[len(older) :]
        return iri

    def short(self, iri: str) -> str:
        """The IRI by its prefix, as the table writes it, if it has one."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}" if prefix else iri[len(namespace) :]
        return iri


def shipped(vocabulary: Vocabulary) -> bytes:
    """The table that comes with twinhaus."""
    return (files(__package__) / f"{vocabulary}.yaml").read_bytes()


def read_table(text: bytes) -> Table:
    """The table a file holds. Raises Invalid, with every fault at its path."""
    if len(text) > TABLE_BYTES_MAX:
        raise Invalid(Fault("$", f"A table has at most {TABLE_BYTES_MAX} bytes"))
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506  It is a safe one.
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(Fault("$", f"Not YAML: {' '.join(str(error).split())}")) from error
    return _Reader(document).table()


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would forget the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f'"{key.value}" stands twice', problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Reader:
    """One table on its way in."""

    def __init__(self, document: Json) -> None:
        self._faults: list[Fault] = []
        self._document = self._mapping(document, "")
        for name in self._document.keys() - set(_SECTIONS):
            self._fault(str(name), f"There is no such section; there are {', '.join(_SECTIONS)}")
        self._namespaces = {
            str(prefix): self._texts(value, path_to("prefixes", str(prefix)))
            for prefix, value in self._section("prefixes").items()
        }

    def table(self) -> Table:
        """Raises Invalid."""
        prefixes = {prefix: found[0] for prefix, found in self._namespaces.items() if found}
        table = Table(
            prefixes=prefixes,
            aliases={
                older: found[0]
                for found in self._namespaces.values()
                for older in found[1:]
                if older != found[0]
            },
            iri_place=self._place_of_twin("iri"),
            class_place=self._place_of_twin("class"),
            classes=self._classes(),
            relationships=self._relationships(),
            properties=tuple(self._properties()),
        )
        if self._faults:
            raise Invalid(*self._faults)
        return table

    def _classes(self) -> dict[str, tuple[str, ...]]:
        classes = {}
        for model_id, value in self._section("classes").items():
            path = path_to("classes", str(model_id))
            classes[str(model_id)] = tuple(self._iri(text, path) for text in self._texts(value, path))
        return classes

    def _relationships(self) -> dict[str, tuple[Way, ...]]:
        relationships = {}
        for predicate, value in self._section("relationships").items():
            path = path_to("relationships", str(predicate))
            ways = tuple(
                Way(text.removeprefix("^"), text.startswith("^")) for text in self._texts(value, path)
            )
            relationships[self._iri(str(predicate), path)] = ways
        return relationships

    def _properties(self) -> Iterator[Property]:
        units = self._section("units")
        for written, value in self._section("properties").items():
            path = path_to("properties", str(written))
            more = value if isinstance(value, dict) else {"at": value}
            for name in more.keys() - {"at", "values"}:
                self._fault(path_to(path, str(name)), "There is only at and values")
            values = units if more.get("values") == "units" else self._mapping(more.get("values", {}), path)
            yield Property(
                written=str(written),
                steps=self._steps(str(written), path),
                places=tuple(self._place(text, path) for text in self._texts(more.get("at"), path)),
                values={self._meant(str(key), path): meaning for key, meaning in values.items()},
            )

    def _steps(self, written: str, path: str) -> tuple[Step, ...]:
        steps = read_steps(written)
        if steps is None:
            self._fault(path, "Write predicates with slashes between them, as in brick:area/brick:value")
            return ()
        return tuple(
            Step(self._iri(step.predicate, path), self._iri(step.node_class, path) if step.node_class else "")
            for step in steps
        )

    def _place_of_twin(self, name: str) -> Place:
        value = self._section("twin").get(name)
        return () if value is None else self._place(str(value), path_to("twin", name))

    def _place(self, text: str, path: str) -> Place:
        keys = read_path(text, "contents")
        if not keys:
            self._fault(path, f'"{text}" is no place; write area.grossArea or customProperties["a.b"]')
        return keys or ()

    def _meant(self, text: str, path: str) -> str:
        """What has a meaning: an IRI, or a text."""
        return self._iri(text, path) if ":" in text else text

    def _iri(self, text: str, path: str) -> str:
        if text.startswith("<") and text.endswith(">"):
            return text[1:-1]
        prefix, rest = text.split(":", 1) if ":" in text else ("", text)
        found = self._namespaces.get(prefix)
        if not found:
            known = ", ".join(self._namespaces)
            self._fault(path, f'"{text}" has no prefix of these: {known}. A whole IRI stands in < and >')
            return text
        return found[0] + rest

    def _texts(self, value: Json, path: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        found = value if isinstance(value, list) else [value]
        for one in found:
            if not isinstance(one, str) or not one:
                self._fault(path, f"Expected a text, or a list of texts; got {describe(one)}")
        return tuple(one for one in found if isinstance(one, str) and one)

    def _section(self, name: str) -> dict[Any, Json]:
        return self._mapping(self._document.get(name, {}), name)

    def _mapping(self, value: Json, path: str) -> dict[Any, Json]:
        if isinstance(value, dict):
            return value
        self._fault(path, f"Expected keys and values; got {describe(value)}")
        return {}

    def _fault(self, path: str, message: str) -> None:
        self._faults.append(Fault(path or "$", message))
