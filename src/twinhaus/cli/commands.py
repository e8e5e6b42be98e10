"""Commands by their names, each of them imported when it is looked up: what one needs, the others start without."""

from collections import UserDict
from collections.abc import Iterator, Mapping
from importlib import import_module

import click


class Commands(UserDict[str, click.Command]):
    """Those of a table of names and places, such as `twinhaus.cli.serve:serve`."""

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__()
        self._places = places

    def __missing__(self, name: str) -> click.Command:
        module, _, attribute = self._places[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        self[name] = command
        return command

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
