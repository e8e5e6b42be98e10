"""Instances as files keep the contract, and what files add to it."""

import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from twinhaus.engines import open_instances
from twinhaus.errors import StoreUnusable, Unavailable
from twinhaus.settings import Settings
from twinhaus.storage.instances import Instances, NoInstance
from twinhaus.testing.store_contract.graph import MODELS, Graph
from twinhaus.testing.store_contract.instances import InstancesContract, everything_of, names


@pytest.fixture
def instances(tmp_path: Path) -> Iterator[Instances]:
    """Those beside a store that nobody has made."""
    with closing(open_instances(Settings(store=str(tmp_path / "store.db")))) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where they are."""
    return tmp_path / "store.db.instances"


class TestSqliteInstances(InstancesContract):
    """In a folder."""

    @pytest.fixture
    def instances(self, instances: Instances) -> Instances:
        return instances

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> Iterator[Instances]:
        with closing(open_instances(Settings(store=str(tmp_path / "store.db")))) as opened:
            yield opened


def open_files() -> int:
    """How many files this process has open, where the system tells."""
    own = Path("/proc/self/fd")
    return len(list(own.iterdir())) if own.exists() else 0


def test_only_the_owner_may_look_at_them(instances: Instances, folder: Path) -> None:
    """The folder is mode 0700, each file in it 0600; nothing but them is there when none is open."""
    instances.create("acme")
    with closing(instances.open("acme")) as store:
        Graph(store).add_models(*MODELS)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        ".lock": 0o600,
        "acme.db": 0o600,
    }


def test_to_look_makes_nothing(instances: Instances, folder: Path) -> None:
    """Where there is no instance, neither a list nor a look makes a folder or a file."""
    assert list(instances.list()) == []
    with pytest.raises(NoInstance):
        instances.open("acme")
    assert not folder.exists()


def test_other_files_are_none(instances: Instances, folder: Path) -> None:
    """What else lies in the folder is not listed."""
    instances.create("acme")
    for name in ("Acme.db", "notes.txt", "beta.db-wal", ".new-x.db", "xn--a.db", "beta"):
        (folder / name).touch()
    (folder / "gamma.db").mkdir()
    assert names(instances) == ["acme"]


def test_a_log_that_a_removal_left_is_no_part_of_the_new_one(instances: Instances, folder: Path) -> None:
    """A removal that was cut short leaves a log without its file; whoever makes the instance again removes it first."""
    instances.create("acme")
    with closing(instances.open("acme")) as old:
        Graph(old).add_models(*MODELS)
        log = (folder / "acme.db-wal").read_bytes()
        assert log
    (folder / "acme.db").unlink()
    (folder / "acme.db-wal").write_bytes(log)
    instances.create("acme")
    with closing(instances.open("acme")) as new:
        assert len(new.read(lambda reader: reader.registry).result()) == 0


def test_nothing_is_left_of_one_that_could_not_be_made(
    instances: Instances, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where giving it its name fails, it is as if nobody had asked."""

    def fail(path: Path, target: Path) -> None:
        raise OSError("no")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", fail)
        with pytest.raises(OSError, match="no"):
            instances.create("acme")
    assert names(instances) == []
    assert [file.name for file in folder.iterdir()] == [".lock"]


def test_a_store_that_is_open_does_not_follow_its_name(instances: Instances) -> None:
    """Connections that it opens later are to its own file, or to none: never to another that has its name."""
    instances.create("acme")
    with closing(instances.open("acme")) as old:
        Graph(old).add_models(*MODELS)
        identity = everything_of(old)
        instances.remove("acme")
        instances.create("acme")
        with pytest.raises(Unavailable), old.stream(lambda reader: iter([reader.secret("identity")])) as late:
            next(late)
        assert everything_of(old) == identity  # On a connection that was there.


def test_a_damaged_file_is_unusable(instances: Instances, folder: Path) -> None:
    """It is refused as any damaged store is, and can be removed."""
    instances.create("acme")
    (folder / "acme.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(StoreUnusable):
        instances.open("acme")
    instances.remove("acme")
    assert names(instances) == []


def test_open_instances_share_their_threads(instances: Instances) -> None:
    """Forty of them, each read and written, have fewer threads than one each; idle, each has three files open."""
    before = threading.active_count()
    for number in range(40):
        instances.create(f"i{number}")
    with ExitStack() as closing_:
        files = open_files()
        stores = [closing_.enter_context(closing(instances.open(f"i{number}"))) for number in range(40)]
        assert open_files() - files <= 3 * 40
        assert threading.active_count() == before
        writes = [store.write(lambda transaction: transaction.next_instant()) for store in stores]
        reads = [store.read(lambda reader: reader.clients()) for store in stores]
        assert all(write.result() for write in writes)
        assert [read.result() for read in reads] == [[]] * 40
        assert threading.active_count() - before < 49
