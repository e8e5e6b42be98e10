"""The store that is measured: a generated portfolio, always the same, imported once and kept where it can be."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

from rich.console import Console

import twinhaus
from benchmarks.engine import Engine, Moments
from benchmarks.work import WORK
from twinhaus import changes, instants, ontology, strictjson
from twinhaus.auth.clients import add_client
from twinhaus.auth.scopes import TWINS_READ, TWINS_WRITE
from twinhaus.drafts import TwinDraft, read_twin
from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.sql.sqlite.unread import LOOK_SECONDS
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing import buildings
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind
from twinhaus.transfer.importer import dedicated, format_of, import_lines
from twinhaus.transfer.lines import BATCH_LINES

TOUCHED_SHARE = (
    0.01  # Of the twins, written again after the import: "the last 1 %" is scattered over all of them.
)
# What a prepared store holds depends on these alone; when any of them changes, the store is prepared anew.
_SOURCES = (
    "ontology", "testing/buildings.py", "testing/portfolio", "storage/properties.py", "storage/sql/migrations",
    "storage/sql/writing/transaction.py", "storage/sql/writing/batch.py", "drafts.py", "changes.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The files of a generated portfolio, a store that holds it, and when that was filled."""

    twins: int
    twins_file: Path
    relationships_file: Path
    store: str
    moments: Moments


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client of the measured server proves itself with."""

    client_id: str
    client_secret: str


@contextmanager
def prepared(engine: Engine, twins: int, console: Console) -> Iterator[Portfolio]:
    """The portfolio of so many twins, for the length of a block."""
    folder = _written(WORK / f"{twins}-{_fingerprint()}", twins)
    twins_file, relationships_file = (folder / f"{kind.name}.ndjson" for kind in (TWINS, RELATIONSHIPS))

    def fill(store: str) -> Moments:
        started = time.monotonic()
        console.print(f"Preparing a store of {twins:,} twins …")
        with opened(store) as unfinished:
            moments = _fill(unfinished, *(_lines_of(file) for file in (twins_file, relationships_file)))
        console.print(f"Prepared in {time.monotonic() - started:.0f} s.")
        return moments

    with engine.prepared(folder, fill) as (store, moments):
        yield Portfolio(twins, twins_file, relationships_file, store, moments)


@contextmanager
def opened(store: str) -> Iterator[Store]:
    """A store, made first where there is none."""
    found = open_store(Settings(store=store))
    try:
        yield found
    finally:
        found.close()


def load_models(store: Store) -> None:
    """Load the starter models, which every generated twin is an instance of."""
    store.write(lambda transaction: changes.add_models(transaction, ontology.documents())).result()


def new_credentials(store: str) -> Credentials:
    """A client that may read and write twins."""
    with opened(store) as found:
        client, secret = found.write(
            lambda transaction: add_client(transaction, "benchmarks", (TWINS_READ, TWINS_WRITE))
        ).result()
    return Credentials(client.id, secret)


def import_all(store: Store, lines: Sequence[bytes], kind: Kind) -> None:
    """Lines of the portfolio, as `twinhaus import` imports them."""
    with dedicated():
        for progress in import_lines(store, BytesIO(b"".join(lines)), format_of(kind, is_csv=False)):
            for outcome in progress.outcomes:
                if outcome.change is None:
                    raise RuntimeError(f"a line of the portfolio was rejected: {outcome}")


def _fill(store: Store, twins: list[bytes], relationships: list[bytes]) -> Moments:
    half = len(twins) // 2
    load_models(store)
    started = time.monotonic()
    import_all(store, twins[:half], TWINS)
    before_last_half = instants.now()
    import_all(store, twins[half:], TWINS)
    import_all(store, relationships, RELATIONSHIPS)
    moments = Moments(before_last_half, instants.now(), time.monotonic() - started)
    _touch(store, twins)
    _catch_up(store)
    return moments


def _written(folder: Path, twins: int) -> Path:
    """The folder with the portfolio's files in it."""
    if not folder.exists():
        for other in WORK.glob(f"{twins}-*"):
            shutil.rmtree(other)
        unfinished = folder.with_suffix(".unfinished")
        buildings.write_ndjson(unfinished, twins=twins)
        unfinished.rename(folder)
    return folder


def _lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def _touch(store: Store, lines: list[bytes]) -> None:
    """Put some of the twins again, as they are, so that they are newer than the others."""
    drafts = [read_twin(strictjson.read(line)) for line in _some(lines)]

    def put_all(transaction: Transaction, some: list[TwinDraft]) -> None:
        for draft in some:
            changes.put_twin(transaction, draft)

    for start in range(0, len(drafts), BATCH_LINES):
        some = drafts[start : start + BATCH_LINES]
        store.write(lambda transaction, some=some: put_all(transaction, some)).result()  # type: ignore[misc]


def _catch_up(store: Store) -> None:
    """Do all that writing has put off, as a server does in time."""
    while store.tend().result() not in (None, LOOK_SECONDS):
        pass


def _some(lines: list[bytes]) -> list[bytes]:
    return Random(1).sample(lines, max(1, round(len(lines) * TOUCHED_SHARE)))


def _fingerprint() -> str:
    package = Path(twinhaus.__file__).parent
    digest = sha256(Path(__file__).read_bytes())
    for name in _SOURCES:
        source = package / name
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
