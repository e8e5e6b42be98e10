"""Patches: the library's operations against plainer ones, and any twin made into any other."""

import copy
import json

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.examples import EXAMPLES

from twinhaus import changes
from twinhaus.drafts import TwinDraft
from twinhaus.errors import Conflict, Invalid
from twinhaus.members import Faults
from twinhaus.patches import Patch, apply, read_patch
from twinhaus.storage.memory import MemoryStore
from twinhaus.strictjson import Json, JsonObject, canonical
from twinhaus.testing.strategies import ModelSet, contents, model_sets

KEYS = ("a", "b", "", "0", "1", "-", "a/b", "~")
SCALARS = st.sampled_from((None, True, False, 0, 1, 1.0, 2, "", "a", "1", 2**63))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
POINTERS = st.lists(st.sampled_from(KEYS), max_size=3).map(lambda keys: pointer("contents", *keys))


def pointer(*keys: str) -> str:
    """A JSON Pointer."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)


@st.composite
def operations(draw: st.DrawFn) -> JsonObject:
    """One operation somewhere in the contents; often it is impossible."""
    kind = draw(st.sampled_from(("add", "remove", "replace", "move", "copy", "test")))
    operation: JsonObject = {"op": kind, "path": draw(POINTERS)}
    if kind in ("move", "copy"):
        operation["from"] = draw(POINTERS)
    if kind in ("add", "replace", "test"):
        operation["value"] = draw(VALUES)
    return operation


# --- operations, said in the plainest way: every step makes a new value


class Impossible(Exception):
    """There is no such place."""


def parts_of(text: str) -> list[str]:
    """The keys of a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def index_of(holder: list[Json], part: str, *, most: int) -> int:
    """The place of an element."""
    if not (part.isdigit() and part == str(int(part)) and int(part) <= most):
        raise Impossible
    return int(part)


def get(value: Json, parts: list[str]) -> Json:
    """What is there."""
    for part in parts:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list):
            value = value[index_of(value, part, most=len(value) - 1)]
        else:
            raise Impossible
    return value


def changed(value: Json, parts: list[str], new: Json, *, is_new: bool) -> Json:
    """The value with another at a place, or added there."""
    if not parts:
        return new
    part, *rest = parts
    if isinstance(value, dict):
        if rest or not is_new:
            get(value, [part])
        return {**value, part: changed(value.get(part), rest, new, is_new=is_new)}
    if not isinstance(value, list):
        raise Impossible
    if not rest and is_new:
        index = len(value) if part == "-" else index_of(value, part, most=len(value))
        return [*value[:index], new, *value[index:]]
    index = index_of(value, part, most=len(value) - 1)
    return [*value[:index], changed(value[index], rest, new, is_new=is_new), *value[index + 1 :]]


def without(value: Json, parts: list[str]) -> Json:
    """The value without what is at a place."""
    *parents, last = parts
    holder = get(value, parents)
    get(holder, [last])
    if isinstance(holder, dict):
        less: Json = {key: member for key, member in holder.items() if key != last}
    else:
        less = [member for index, member in enumerate(holder) if str(index) != last]
    return changed(value, parents, less, is_new=False)


def same(one: Json, other: Json) -> bool:
    """The same JSON value, numbers by their value."""
    if isinstance(one, bool) or isinstance(other, bool) or type(one) is type(other) is str:
        return one is other or (isinstance(one, str) and one == other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def moved(value: Json, source: list[str], path: list[str]) -> Json:
    """The value with what was at one place at another."""
    found = get(value, source)
    if path[: len(source)] != source:
        return changed(without(value, source), path, found, is_new=True)
    if path != source:
        raise Impossible
    return value


def done(value: Json, operation: JsonObject) -> Json:
    """The value after one operation. Raises Impossible."""
    path, source = parts_of(operation["path"]), parts_of(operation.get("from", ""))
    match operation["op"]:
        case "add":
            return changed(value, path, operation["value"], is_new=True)
        case "remove":
            return without(value, path)
        case "replace":
            return changed(value, path, operation["value"], is_new=False)
        case "copy":
            return changed(value, path, get(value, source), is_new=True)
        case "move":
            return moved(value, source, path)
        case _:
            if not same(get(value, path), operation["value"]):
                raise Impossible
            return value


def read(patch: list[JsonObject]) -> Patch:
    """A patch without faults of its own."""
    faults = Faults()
    read_one = read_patch(patch, "", faults)
    faults.raise_any()
    return read_one


@settings(max_examples=EXAMPLES)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4), st.lists(operations(), max_size=5))
def test_a_patch_does_what_its_operations_mean(contents_: JsonObject, patch: list[JsonObject]) -> None:
    """For any contents and operations the result is that of the plainest evaluator, to the type of each number, and
    refused is what it finds impossible; neither the patch nor what it is applied to again is changed by it.
    """
    twin: JsonObject = {"id": "t", "contents": contents_}
    sent = copy.deepcopy(patch)
    value: Json = twin
    try:
        for operation in patch:
            value = done(value, operation)
    except Impossible:
        with pytest.raises((Invalid, Conflict)):
            apply(read(patch), copy.deepcopy(twin))
    else:
        for _ in range(2):
            assert canonical(apply(read(patch), copy.deepcopy(twin))) == canonical(value)
    assert json.dumps(patch) == json.dumps(sent)


@settings(max_examples=300, deadline=None)
@given(model_sets(), st.data())
def test_a_difference_makes_one_twin_into_the_other(models: ModelSet, data: st.DataObject) -> None:
    """Of two twins that are legal, the patch that leads from one to the other is taken, and ends in the other, but for
    the times that are the server's; the same patch again, where it can be done, ends there too.
    """
    registry = models.registry
    model_ids = st.sampled_from(registry.ids[1:])
    before, after = (
        TwinDraft("t", model_id, data.draw(contents(registry, model_id)))
        for model_id in data.draw(st.tuples(model_ids, model_ids))
    )
    store, other = MemoryStore(), MemoryStore()
    for one in (store, other):
        one.write(lambda transaction: changes.add_models(transaction, models.documents)).result()
    begun = store.write(lambda transaction: changes.put_twin(transaction, before)).result()
    wanted = other.write(lambda transaction: changes.put_twin(transaction, after)).result()
    whole = json.loads(wanted.document)
    patch = read(jsonpatch.make_patch(json.loads(begun.document), whole).patch)
    ended = store.write(lambda transaction: changes.patch_twin(transaction, "t", patch)).result()
    assert plain(ended.document) == plain(wanted.document)
    assert (ended == begun) == (plain(begun.document) == plain(wanted.document))


def plain(document: str) -> str:
    """A twin without the server's times, as one text."""
    whole = json.loads(document)
    for component in whole["contents"].values():
        if isinstance(component, dict):
            component.pop("$metadata", None)
    return canonical({**whole, "lastUpdateTime": None})
