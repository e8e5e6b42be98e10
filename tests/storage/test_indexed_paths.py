"""What a deployment says about the paths that are indexed; that answers stay right is in `tests/properties/`."""

from collections.abc import Sequence
from contextlib import closing

import pytest
from tests.copies import PAIRS, copy, engine_called, pair_of

from twinhaus.engines import open_instances, open_store
from twinhaus.settings import BadSetting, Settings, load_settings
from twinhaus.storage.store import Store

PATHS: Sequence[tuple[str, ...]] = (("a",), ("a", "b"), ("a", "b", "c"), ("d",))


def indexed(store: Store) -> list[tuple[str, ...]]:
    """Which of the paths are."""
    return store.read(lambda reader: [path for path in PATHS if reader.is_indexed(path)]).result()


@pytest.mark.parametrize(
    ("only", "left_out", "expected"),
    [
        ("*", "", [("a",), ("a", "b"), ("a", "b", "c"), ("d",)]),
        ("a.b", "", [("a",), ("a", "b"), ("a", "b", "c")]),
        ("contents.d,a[b].c", "", [("a",), ("a", "b"), ("a", "b", "c"), ("d",)]),
        ("", "a.b", [("a",), ("d",)]),
        ("", "a,d", []),
        ("*", "d", [("a",), ("a", "b"), ("a", "b", "c")]),
        ("a", "a.b.c,d", [("a",), ("a", "b")]),
        ("a.b", "a", []),
        ("ab", "", []),
    ],
)
def test_a_path_stands_for_all_beyond_it(
    new_store: str, only: str, left_out: str, expected: list[tuple[str, ...]]
) -> None:
    """And where only some are indexed for what leads to it, too. What is left out is so, whatever else is said."""
    settings = {"STORE": new_store, "INDEX_ONLY": only, "INDEX_EXCEPT": left_out}
    said = load_settings({f"TWINHAUS_{name}": text for name, text in settings.items()})
    with closing(open_store(said)) as store:
        assert indexed(store) == expected
    with closing(open_store(Settings(store=new_store))) as store:
        assert indexed(store) == expected


@pytest.mark.parametrize("setting", ["index_only", "index_except"])
@pytest.mark.parametrize("field", ["id", "a..b", "[", "area.$metadata", "x" * 1_001])
def test_what_is_no_path_is_named(new_store: str, setting: str, field: str) -> None:
    """What filters do not take as one, what is no content, and what is too long to be indexed."""
    with pytest.raises(BadSetting, match=rf"^{setting}: ") as refused:
        open_store(Settings(store=new_store, **{setting: ("a", field)}))  # type: ignore[arg-type]
    assert repr(field) in str(refused.value)


def test_instances_follow_the_settings_of_who_opens_them(new_store: str) -> None:
    """As the graph without a name does."""
    with closing(open_instances(Settings(store=new_store))) as instances:
        instances.create("acme")
    for left_out, expected in ((("a",), [("d",)]), ((), [("d",)]), (("a.b", "d"), [("a",)])):
        with (
            closing(open_instances(Settings(store=new_store, index_except=left_out))) as instances,
            closing(instances.open("acme")) as store,
        ):
            assert indexed(store) == expected


@pytest.mark.parametrize("pair", PAIRS, ids=" to ".join)
def test_a_copy_indexes_everything(request: pytest.FixtureRequest, pair: tuple[str, str]) -> None:
    """The index is of the place where a store is, not of the store."""
    source, target = (engine_called(request, name) for name in pair)
    with pair_of(source.new_store(), target) as stores:
        open_store(Settings(store=stores.source, index_only=("d",))).close()
        copy(stores.source, stores.target)
        with closing(open_store(Settings(store=stores.target))) as store:
            assert indexed(store) == list(PATHS)
