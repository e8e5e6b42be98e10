"""RDFLib, which most programs for building metadata are made on: a graph in memory, and SPARQL in Python."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareQuery

from benchmarks.peers.answers import answer_of_triples
from benchmarks.peers.files import Files
from benchmarks.peers.question import Answer, Question, Row
from benchmarks.peers.sparql import sparql_of
from benchmarks.peers.triples import lines


class RDFLib:
    """The Peer of SPARQL in memory."""

    name = "RDFLib"
    setup = "a graph in memory, parsed from N-Triples with the same triples as Oxigraph's; prepareQuery"

    def version(self) -> str:
        return str(rdflib.__version__)

    def convert(self, files: Files, folder: Path) -> None:
        """It is all parsed again by who opens it anew."""

    def load(self, files: Files, folder: Path) -> None:
        self._graph = rdflib.Graph()
        self._graph.parse(data="".join(lines(files)), format="nt")

    def open(self, files: Files, folder: Path) -> None:
        if not hasattr(self, "_graph"):
            self.load(files, folder)

    def wording(self, question: Question) -> str:
        return sparql_of(question, nests=_nests(question))

    def prepare(self, question: Question) -> Callable[[], Sequence[Row]]:
        query = prepareQuery(self.wording(question))

        def ask() -> Sequence[Row]:
            solutions: Any = self._graph.query(query)
            return [[None if term is None else str(term) for term in found] for found in solutions]

        return ask

    def answer(self, question: Question, rows: Sequence[Row]) -> Answer:
        return answer_of_triples(question, rows)


def _nests(question: Question) -> bool:
    """Beside other filters it is better to find what is in a place by itself; alone it is much worse."""
    query = question.query
    return query.location_id is not None and query.model is not None
