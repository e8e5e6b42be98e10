"""What is right: twinhaus' own answers, from the store whose data the peers have."""

from dataclasses import dataclass

from benchmarks.lists import ListCase
from benchmarks.peers.answers import answer_of_server
from benchmarks.peers.question import Answer, Question
from twinhaus import strictjson
from twinhaus.api.messages import read_list_request
from twinhaus.storage.store import Reader, Store

READ_TWIN = "BLDG-1-L02-R007"  # In a portfolio of any size.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and its right answer."""

    question: Question
    answer: Answer


class Reference:
    """A store of so many twins that is asked in this process."""

    def __init__(self, store: Store, twins: int, cases: tuple[ListCase, ...]) -> None:
        self.store = store
        self.twins = twins
        self._cases = {(case.kind, case.name): case for case in cases}

    def page(self, kind: str, name: str, after: int) -> Asked:
        """A page of a list, after the twin of this number."""
        traversal = read_list_request(strictjson.write(self._cases[kind, name].request), b"")
        question = Question("list", traversal.query, traversal.include, after, PAGE_SIZE)

        def read(reader: Reader) -> bytes:
            return reader.list_twins(question.query, question.include, after=after, limit=PAGE_SIZE).body

        body = self.store.read(read).result()
        return Asked(question, answer_of_server(question, b'{"content":[%b]}' % body))

    def read(self) -> Asked:
        """One twin by its id."""
        return Asked(Question("read", twin_id=READ_TWIN), Answer(ids=(READ_TWIN,)))

    def count(self, kind: str, name: str) -> Asked:
        """How many twins a list has."""
        query = read_list_request(strictjson.write(self._cases[kind, name].request), b"").query
        count = self.store.read(lambda reader: reader.count_twins(query)).result()
        return Asked(Question("count", query), Answer(count=count))
