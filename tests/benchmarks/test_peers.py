"""Peers of the benchmarks: they are asked the same, and only right answers are timed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.engine import Moments
from benchmarks.lists import ListCase, list_cases
from benchmarks.peers.bench import difference
from benchmarks.peers.files import Files, scalars_of, write_files
from benchmarks.peers.process import PEERS, OverLimit, PeerProcess, new_peer
from benchmarks.peers.question import Answer, Inexpressible, Link, Question
from benchmarks.peers.reference import Reference
from benchmarks.peers.sql import Dialect, Statement
from benchmarks.portfolio import import_all, load_models

from twinhaus import strictjson
from twinhaus.query.plan import Query, RelationshipFilter
from twinhaus.storage.memory import MemoryStore
from twinhaus.testing import buildings
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS

_TWINS = 400
_NUMBERS_AFTER = (0, 150)  # The first page, and one from the middle.


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    """The beginning of the portfolio in the store that asks the law of every twin."""
    filled = MemoryStore()
    load_models(filled)
    import_all(filled, [strictjson.write(one) + b"\n" for one in buildings.iter_twins(_TWINS)], TWINS)
    import_all(
        filled, [strictjson.write(one) + b"\n" for one in buildings.iter_relationships(_TWINS)], RELATIONSHIPS
    )
    return filled


@pytest.fixture(scope="module")
def cases(store: MemoryStore) -> tuple[ListCase, ...]:
    """The measured lists; half of the twins are newer than the date they ask for."""
    updates = sorted(store.read(lambda reader: [twin.updated for twin in reader.each_twin()]).result())
    return list_cases(Moments(updates[_TWINS // 2], updates[_TWINS * 9 // 10]))


@pytest.fixture(scope="module")
def reference(store: MemoryStore, cases: tuple[ListCase, ...]) -> Reference:
    """What is right."""
    return Reference(store, _TWINS, cases)


@pytest.fixture(scope="module")
def files(store: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The portfolio as peers get it."""
    return write_files(store, tmp_path_factory.mktemp("portfolio") / "files")


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.filterwarnings("ignore")  # What peers warn of is theirs.
def test_a_peer_answers_as_the_law_does(
    name: str, reference: Reference, cases: tuple[ListCase, ...], files: Files, tmp_path: Path
) -> None:
    """Whatever the benchmarks ask, a peer answers it with the twins and relationships that the law finds, in order."""
    try:
        peer = new_peer(name)
    except ImportError:
        pytest.skip(f"{name} is not installed; `make bench` installs it")
    peer.convert(files, tmp_path)
    peer.load(files, tmp_path)
    peer.open(files, tmp_path)
    pages = [reference.page(case.kind, case.name, after) for case in cases for after in _NUMBERS_AFTER]
    wrong = [
        asked.question
        for asked in (*pages, reference.read(), reference.count("model", cases[1].name))
        if peer.answer(asked.question, peer.prepare(asked.question)()) != asked.answer
    ]
    assert wrong == []


def test_most_questions_find_something(reference: Reference, cases: tuple[ListCase, ...]) -> None:
    """Small as this portfolio is, only what is meant to find nothing does so."""
    empty = [case.name for case in cases if not reference.page(case.kind, case.name, 0).answer.ids]
    assert empty == [
        "matches none",
        "id, name or others contain, none",
        "id, name or others contain, none of a model",
    ]


@pytest.fixture
def process(files: Files, tmp_path: Path) -> Iterator[PeerProcess]:
    """The peer that is always there, in a process of its own."""
    started = PeerProcess("SQLite", files, tmp_path)
    yield started
    started.close()


def test_a_peer_that_takes_too_long_ends_alone(process: PeerProcess, reference: Reference) -> None:
    """An answer that takes longer than it may is given up, and the next question is answered as ever."""
    process.load(seconds=60)
    asked = reference.page("location", "everything (the portfolio)", 0)
    with pytest.raises(OverLimit, match="over 1e-06 s"):
        process.answer(asked.question, seconds=1e-6)
    answer, _ = process.answer(asked.question, seconds=60)
    assert answer == asked.answer
    assert process.time(share=0, seconds=60)


def test_a_wrong_answer_is_told_in_words() -> None:
    """What is reported of a wrong answer is the first place where it is another."""
    right = Answer(ids=("a", "b"))
    assert difference(Answer(ids=("a", "c")), right) == "c instead of b at place 1"
    assert difference(Answer(ids=("a",)), right) == "None instead of b at place 1"
    assert difference(Answer(count=1), Answer(count=2_000)) == "1 instead of 2,000"
    links: tuple[frozenset[Link], ...] = (frozenset({("a", "isPartOf", "b")}), frozenset())
    assert difference(Answer(ids=("a", "b"), outgoing=links), right) == "other relationships"


def test_what_a_language_cannot_say_is_not_asked() -> None:
    """A question without words is an error of its own, which the report shows as such."""
    either_way = Question("list", Query(relationship=RelationshipFilter()))
    with pytest.raises(Inexpressible):
        Statement(
            either_way, Dialect("".join, lambda value, part: value + part, finds_before_it_fetches=False)
        )


def test_values_are_found_at_their_paths() -> None:
    """Paths go on through objects and the elements of arrays; what is null is no value."""
    contents = {
        "name": "A",
        "area": {"grossArea": 2.5},
        "ids": [{"value": "x"}, {"value": "y"}],
        "none": None,
    }
    assert list(scalars_of(contents)) == [
        (("name",), "A"),
        (("area", "grossArea"), 2.5),
        (("ids", "value"), "x"),
        (("ids", "value"), "y"),
    ]
