"""Oxigraph, by pyoxigraph: triples on disk, each indexed in every order, and SPARQL."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph

from benchmarks.peers.answers import answer_of_triples
from benchmarks.peers.files import Files
from benchmarks.peers.question import Answer, Question, Row
from benchmarks.peers.sparql import sparql_of
from benchmarks.peers.triples import lines

_TRIPLES = "portfolio.nt"


class Oxigraph:
    """The Peer of SPARQL on disk."""

    name = "Oxigraph"
    setup = (
        "a store on disk; a triple for each value in contents, for each relationship and for the twin's text; "
        "bulk_load of N-Triples, optimize; its own indexes in every order of a triple"
    )

    def version(self) -> str:
        return str(pyoxigraph.__version__)

    def convert(self, files: Files, folder: Path) -> None:
        with (folder / _TRIPLES).open("w", encoding="utf-8") as file:
            file.writelines(lines(files))

    def load(self, files: Files, folder: Path) -> None:
        self.open(files, folder)
        self._store.bulk_load(path=folder / _TRIPLES, format=pyoxigraph.RdfFormat.N_TRIPLES)
        self._store.optimize()
        (folder / _TRIPLES).unlink()
        del self._store

    def open(self, files: Files, folder: Path) -> None:
        self._store = pyoxigraph.Store(folder / "store")

    def wording(self, question: Question) -> str:
        return sparql_of(question, nests=True)

    def prepare(self, question: Question) -> Callable[[], Sequence[Row]]:
        # It has no prepared queries; to read one takes it some ten microseconds.
        text = sparql_of(question, nests=True)

        def ask() -> Sequence[Row]:
            solutions: Any = self._store.query(text)
            width = range(len(solutions.variables))
            return [
                [None if (term := found[at]) is None else term.value for at in width] for found in solutions
            ]

        return ask

    def answer(self, question: Question, rows: Sequence[Row]) -> Answer:
        return answer_of_triples(question, rows)
