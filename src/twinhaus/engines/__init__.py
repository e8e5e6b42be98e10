"""From settings to stores: which engine keeps a deployment's graphs.

The one for databases, and the driver with it, is imported where a URL names one: commands on a file do without.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from twinhaus.engines.files import Files
from twinhaus.settings import BadSetting, Settings
from twinhaus.storage.address import is_url
from twinhaus.storage.instances import InstanceExists, Instances
from twinhaus.storage.store import Store
from twinhaus.storage.tables import TableReader, TableWriter


class Engine(Protocol):
    """One way to keep the graphs of a deployment, as its settings say. What it raises, the functions below name."""

    def open_store(self) -> Store: ...
    def open_to_read(self) -> Store: ...
    def has_store(self) -> bool:
        """Of the one without a name."""
        ...

    def open_instances(self) -> Instances: ...
    def open_with_instances(self) -> tuple[Store, Instances]: ...
    def reading_tables(self) -> AbstractContextManager[TableReader]: ...
    def filling_tables(self) -> AbstractContextManager[TableWriter]:
        """Of an instance that is there."""
        ...


def _engine(settings: Settings) -> Engine:
    if not is_url(settings.store):
        return Files(settings)
    from twinhaus.engines.databases import Databases

    return Databases(settings)


def open_store(settings: Settings) -> Store:
    """The store that is meant: an instance's, which must be there, or the one without a name, made first where there is
    none. Raises NoInstance, BadSetting, and as the engines do.
    """
    _check_spool(settings)
    return _engine(settings).open_store()


def open_to_read(settings: Settings) -> Store:
    """The store that is meant, which must be there, for someone who only reads: it goes on following what it does, and
    a file is left as it is. Raises as `open_store`.
    """
    return _engine(replace(settings, containment=(), index_only=(), index_except=())).open_to_read()


def has_store(settings: Settings) -> bool:
    """Whether the store that is meant is there already, or is an instance's, which is never made by opening it.

    Raises BadSetting, and as the engines do.
    """
    return bool(settings.instance) or _engine(settings).has_store()


def open_instances(settings: Settings) -> Instances:
    """The instances of a deployment. Raises BadSetting."""
    return _engine(settings).open_instances()


def open_with_instances(settings: Settings) -> tuple[Store, Instances]:
    """The store without a name, and the instances beside it; what they can share, they share.

    Raises as `open_store`.
    """
    _check_spool(settings)
    return _engine(settings).open_with_instances()


def reading_tables(settings: Settings) -> AbstractContextManager[TableReader]:
    """The tables of the store that is meant, to be copied. Raises NoInstance, BadSetting, and as the engines do."""
    return _engine(settings).reading_tables()


@contextmanager
def filling_tables(settings: Settings) -> Iterator[TableWriter]:
    """A store to be filled, made where there is none. Raises BadInstanceName, BadSetting, and as the engines do."""
    if settings.instance:
        with closing(open_instances(settings)) as instances, suppress(InstanceExists):
            instances.create(settings.instance)
    with _engine(settings).filling_tables() as writer:
        yield writer


def _check_spool(settings: Settings) -> None:
    if settings.spool_folder and not Path(settings.spool_folder).is_dir():
        raise BadSetting(f"spool_folder: there is no folder {settings.spool_folder}.")
