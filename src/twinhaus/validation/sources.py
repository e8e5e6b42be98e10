"""The files of models that a command is given, and their texts."""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from twinhaus.dtdl.words import listed

STANDARD_INPUT = "-"
SUFFIXES = (".json", ".dtdl")  # As `twinhaus models load` takes them.
FILES_MAX = 100_000  # Several times the largest published sets; what is above is a wrong folder.
BYTES_MAX = 256 * 1024 * 1024  # Of all files together: they are held in memory at once.


class UnusableSource(Exception):
    """A file or folder cannot be read; the message says which, and why."""


class Source(Struct, frozen=True):
    """A file as it was named, and what it holds."""

    name: str
    content: bytes


def read_sources(names: Iterable[str], standard_input: BinaryIO) -> list[Source]:
    """What was named, each file once, folders as the model files below them. Raises UnusableSource."""
    sources: list[Source] = []
    left = BYTES_MAX
    for name in _files(names):
        content = _read(name, standard_input, left)
        left -= len(content)
        sources.append(Source(name, content.removeprefix(codecs.BOM_UTF8)))
    return sources


def _files(names: Iterable[str]) -> Iterator[str]:
    """The files that names stand for; one that is named twice, or by its folder too, comes once."""
    seen: set[Path | str] = set()
    for name in names:
        for file in [name] if name == STANDARD_INPUT else _files_of(Path(name)):
            key = file if file == STANDARD_INPUT else Path(file).resolve()
            if key not in seen:
                seen.add(key)
                yield file
            if len(seen) > FILES_MAX:
                raise UnusableSource(
                    f"There are more than {FILES_MAX} files; name the folders of the models."
                )


def _files_of(path: Path) -> list[str]:
    try:
        if not path.is_dir():
            return [path.as_posix()]
        found = sorted(one for one in path.rglob("*") if one.suffix in SUFFIXES and one.is_file())
    except OSError as error:
        raise UnusableSource(f"{path} cannot be read: {error.strerror}.") from error
    if not found:
        raise UnusableSource(f"There is no {listed(SUFFIXES)} file below {path}.")
    return [file.as_posix() for file in found]


def _read(name: str, standard_input: BinaryIO, bytes_max: int) -> bytes:
    """The content of a file. No more is read than may be, so that an endless one ends."""
    try:
        if name == STANDARD_INPUT:
            content = standard_input.read(bytes_max + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(bytes_max + 1)
    except OSError as error:
        raise UnusableSource(f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > bytes_max:
        message = f"With {name} the files hold more than {BYTES_MAX // 2**20} MiB; validate fewer at a time."
        raise UnusableSource(message)
    return content
