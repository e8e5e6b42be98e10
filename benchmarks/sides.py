"""What is measured side by side."""

from dataclasses import dataclass

from benchmarks.constant import ConstantServer
from benchmarks.engine import Statements
from twinhaus.storage.store import Store


@dataclass(frozen=True, slots=True)
class Sides:
    """A server, by its URL and a token for it; the constant endpoint; the same store within this process, and the bare
    engine.
    """

    url: str
    token: str
    constant: ConstantServer
    store: Store
    statements: Statements
