"""Whole ontologies, read and checked, beside the floor: the standard library decoding the same text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing import take_turns
from twinhaus import ontology
from twinhaus.dtdl import load_models

_SHARED = Path(__file__).parents[2] / "shared" / "ontologies"
_PUBLISHED = ("willow-building", "rec4", "azure-building")  # Measured where they are at hand.


@dataclass(frozen=True, slots=True)
class OntologyMeasured:
    """A set of models: how many, how long its text is in bytes, and the milliseconds by the median."""

    what: str
    models: int
    length: int
    loaded: float
    floor: float

    @property
    def ratio(self) -> float:
        """How many times as long as its floor it took."""
        return self.loaded / self.floor


def measure_ontologies(*, seconds: float) -> Iterator[OntologyMeasured]:
    """The starter ontology, and published ones where they are at hand."""
    yield _measure("starter", ontology.documents(), seconds)
    for name in _PUBLISHED:
        file = _SHARED / name / "models.json"
        if file.exists():
            yield _measure(name, [file.read_text("utf-8-sig")], seconds)


def _measure(what: str, documents: Sequence[str], seconds: float) -> OntologyMeasured:
    def load() -> None:
        load_models(documents)

    def decode() -> None:
        for document in documents:
            json.loads(document)

    loaded, floor = take_turns(load, decode, seconds=seconds)
    length = sum(len(document.encode()) for document in documents)
    return OntologyMeasured(what, len(load_models(documents)), length, loaded.median, floor.median)
