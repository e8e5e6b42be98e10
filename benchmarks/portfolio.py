"""The store that is measured: a generated portfolio, imported once and kept, since it is the same every time."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import msgspec
from rich.console import Console

import twinhaus
from twinhaus import changes, instants, ontology, strictjson
from twinhaus.auth.clients import add_client
from twinhaus.auth.scopes import TWINS_READ, TWINS_WRITE
from twinhaus.drafts import TwinDraft, read_twin
from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing import buildings
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind, Ndjson
from twinhaus.transfer.importer import import_lines
from twinhaus.transfer.lines import BATCH_LINES

WORK = Path(__file__).parent / ".work"
TOUCHED_SHARE = (
    0.01  # Of the twins, written again after the import: "the last 1 %" is scattered over all of them.
)
# What a prepared store depends on; when any of it changes, the store is prepared anew.
_SOURCES = ("ontology", "testing/buildings.py", "testing/portfolio", "storage/sql", "changes.py")


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The files of a generated portfolio, and a store that holds it."""

    twins: int
    twins_file: Path
    relationships_file: Path
    store: Path
    moments_file: Path

    @property
    def moments(self) -> "Moments":
        """When it was imported."""
        return msgspec.json.decode(self.moments_file.read_bytes(), type=Moments)


@dataclass(frozen=True, slots=True)
class Moments:
    """Times between the writes, in ticks, for filters by date."""

    before_last_half: int
    before_last_percent: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client of the measured server proves itself with."""

    client_id: str
    client_secret: str


def prepare(twins: int, console: Console) -> Portfolio:
    """The portfolio of so many twins, from the cache where it is there."""
    folder = WORK / f"{twins}-{_fingerprint()}"
    portfolio = Portfolio(
        twins,
        folder / "twins.ndjson",
        folder / "relationships.ndjson",
        folder / "store.db",
        folder / "moments.json",
    )
    if not portfolio.store.exists():
        _forget_others(twins)
        started = time.monotonic()
        console.print(f"Preparing a store of {twins:,} twins in {folder} …")
        buildings.write_ndjson(folder, twins=twins)
        _fill(portfolio)
        console.print(f"Prepared in {time.monotonic() - started:.0f} s; the next run finds it there.")
    return portfolio


@contextmanager
def scratch_copy(portfolio: Portfolio) -> Iterator[Path]:
    """A copy of the prepared store, for a run to write to."""
    path = WORK / "run" / "store.db"
    with empty_folder(path.parent):
        shutil.copyfile(portfolio.store, path)
        yield path


@contextmanager
def empty_folder(path: Path) -> Iterator[Path]:
    """A folder that starts empty, and is gone afterwards."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """The store at a path, made first where there is none."""
    store = open_store(Settings(store=str(path)))
    try:
        yield store
    finally:
        store.close()


def load_models(store: Store) -> None:
    """Load the starter models, which every generated twin is an instance of."""
    store.write(lambda transaction: changes.add_models(transaction, ontology.documents())).result()


def new_credentials(path: Path) -> Credentials:
    """A client that may read and write twins."""
    with opened(path) as store:
        client, secret = store.write(
            lambda transaction: add_client(transaction, "benchmarks", (TWINS_READ, TWINS_WRITE))
        ).result()
    return Credentials(client.id, secret)


def _fill(portfolio: Portfolio) -> None:
    unfinished = portfolio.store.with_suffix(".unfinished.db")
    twins = portfolio.twins_file.read_bytes().splitlines(keepends=True)
    half = len(twins) // 2
    with opened(unfinished) as store:
        load_models(store)
        _import(store, twins[:half], TWINS)
        before_last_half = instants.now()
        _import(store, twins[half:], TWINS)
        links = portfolio.relationships_file.read_bytes().splitlines(keepends=True)
        _import(store, links, RELATIONSHIPS)
        moments = Moments(before_last_half, instants.now())
        _touch(store, twins)
    portfolio.moments_file.write_bytes(msgspec.json.encode(moments))
    unfinished.rename(portfolio.store)


def _touch(store: Store, lines: list[bytes]) -> None:
    """Put some of the twins again, as they are, so that they are newer than the others."""
    drafts = [read_twin(strictjson.read(line)) for line in _some(lines)]

    def put_all(transaction: Transaction, some: list[TwinDraft]) -> None:
        for draft in some:
            changes.put_twin(transaction, draft)

    for start in range(0, len(drafts), BATCH_LINES):
        some = drafts[start : start + BATCH_LINES]
        store.write(lambda transaction, some=some: put_all(transaction, some)).result()  # type: ignore[misc]


def _some(lines: list[bytes]) -> list[bytes]:
    return Random(1).sample(lines, max(1, round(len(lines) * TOUCHED_SHARE)))


def _import(store: Store, lines: list[bytes], kind: Kind) -> None:
    for progress in import_lines(store, BytesIO(b"".join(lines)), Ndjson(kind)):
        for outcome in progress.outcomes:
            if outcome.change is None:
                raise RuntimeError(f"a line of the portfolio was rejected: {outcome}")


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


def _forget_others(twins: int) -> None:
    for folder in WORK.glob(f"{twins}-*"):
        shutil.rmtree(folder)
