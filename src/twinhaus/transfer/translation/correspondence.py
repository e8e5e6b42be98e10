"""What the table comes to among the models that are loaded, the same in both directions."""

from collections.abc import Iterator

from msgspec import Struct

from twinhaus.dtdl import Registry
from twinhaus.dtdl.places import check_in_contents
from twinhaus.dtdl.types import Relationship
from twinhaus.dtdl.values import Check
from twinhaus.strictjson import Json, JsonObject
from twinhaus.transfer.translation.paths import Way
from twinhaus.transfer.translation.table import Place, Table


class Spot(Struct, frozen=True):
    """A place that a model has, and what may stand there."""

    keys: Place
    check: Check


class Correspondence:
    """Looked up once for each model, or pair of models."""

    def __init__(self, table: Table, registry: Registry) -> None:
        self.table = table
        self.registry = registry
        self._spots: dict[tuple[tuple[Place, ...], str], Spot | None] = {}
        self._ways: dict[tuple[str, str, str], Way | None] = {}
        self._predicates: dict[tuple[str, str, str], tuple[tuple[str, bool], ...]] = {}

    def class_for(self, model_id: str) -> str:
        """The class of a twin that came with none: that of its model, or of the nearest above that has one."""
        above = self.registry.ancestors(model_id) if model_id in self.registry else ()
        return next((self.table.classes[one][0] for one in above if self.table.classes.get(one)), "")

    def spot(self, places: tuple[Place, ...], model_id: str) -> Spot | None:
        """The first of these places that a model has."""
        key = (places, model_id)
        if key not in self._spots:
            checks = ((keys, check_in_contents(self.registry, model_id, keys)) for keys in places if keys)
            self._spots[key] = next((Spot(keys, check) for keys, check in checks if check), None)
        return self._spots[key]

    def way(self, predicate: str, subject_model: str, object_model: str) -> Way | None:
        """What a predicate becomes between twins of these models: the first relationship that they allow."""
        key = (predicate, subject_model, object_model)
        if key not in self._ways:
            ways = self.table.relationships.get(predicate, ())
            self._ways[key] = next(
                (way for way in ways if self._allows(way, subject_model, object_model)), None
            )
        return self._ways[key]

    def predicates(self, name: str, source_model: str, target_model: str) -> tuple[tuple[str, bool], ...]:
        """The predicates that become this relationship between twins of these models, and whether each is turned: the
        one whose line names it earliest first, and of several the first.
        """
        key = (name, source_model, target_model)
        if key not in self._predicates:
            found = sorted(self._search(*key), key=lambda one: one[0])
            self._predicates[key] = tuple(predicate for _, predicate in found)
        return self._predicates[key]

    def _search(
        self, name: str, source_model: str, target_model: str
    ) -> Iterator[tuple[int, tuple[str, bool]]]:
        for predicate, ways in self.table.relationships.items():
            for is_turned in (False, True):
                wanted = Way(name, is_turned)
                subject, object_ = (target_model, source_model) if is_turned else (source_model, target_model)
                if wanted in ways and self.way(predicate, subject, object_) == wanted:
                    yield ways.index(wanted), (predicate, is_turned)

    def _allows(self, way: Way, subject_model: str, object_model: str) -> bool:
        source, target = (object_model, subject_model) if way.is_turned else (subject_model, object_model)
        declared = self.registry.contents(source).get(way.name) if source in self.registry else None
        return isinstance(declared, Relationship) and (
            declared.target is None or self.registry.is_kind_of(target, declared.target)
        )


def value_at(contents: JsonObject, keys: Place) -> Json | None:
    """What stands at these keys, if anything does."""
    value: Json = contents
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def put_at(contents: JsonObject, keys: Place, value: Json) -> None:
    """Put a value at these keys, the objects around it included."""
    for key in keys[:-1]:
        contents = contents.setdefault(key, {})
    contents[keys[-1]] = value
