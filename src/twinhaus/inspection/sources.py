"""Where the models to look at are: in a store, in files, or in the starter ontology."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from twinhaus import ontology
from twinhaus.dtdl import InvalidModels, Registry, UnresolvedReferences, load_models
from twinhaus.engines import has_store, open_to_read
from twinhaus.errors import TwinhausError
from twinhaus.inspection.options import chosen
from twinhaus.storage.address import is_url, without_password
from twinhaus.validation.sources import Source, UnusableSource, read_sources

_SQLITE = b"SQLite format 3\x00"
_NAMED_MAX = 5


class UnusableModels(Exception):
    """There are no models to be had there; the message says why, and what to do."""


def read_models(store: str, files: Sequence[str], *, starter: bool) -> Registry:
    """The models of files, of the starter ontology, or of both together; without either, those of the store.

    Raises UnusableModels.
    """
    return _from_files(files, starter=starter) if files or starter else _from_store(store)


def read_models_at(name: str) -> Registry:
    """The models of a store, of a file, or of all files below a directory. Raises UnusableModels."""
    return _from_store(name) if _is_store(name) else _from_files([name], starter=False)


def _is_store(name: str) -> bool:
    if is_url(name):
        return True
    try:
        with Path(name).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False  # A directory, or a file that is not there; reading it as one of models says so.


def _from_store(name: str) -> Registry:
    try:
        settings = chosen(name)
        if not has_store(settings):
            shown = without_password(name)
            raise UnusableModels(f"There is no store at {shown}; twinhaus models load makes one.")
        with closing(open_to_read(settings)) as store:
            return store.read(lambda reader: reader.registry).result()
    except TwinhausError as error:
        raise UnusableModels(str(error)) from error


def _from_files(names: Sequence[str], *, starter: bool) -> Registry:
    try:
        sources = read_sources(names, sys.stdin.buffer)
    except UnusableSource as error:
        raise UnusableModels(str(error)) from error
    texts = [*map(_text, sources), *(ontology.documents() if starter else ())]
    try:
        return load_models(texts)
    except InvalidModels as error:
        named = " ".join(names)
        message = f"The models break {len(error.errors)} rules of DTDL; twinhaus validate {named} names them."
        raise UnusableModels(message) from error
    except UnresolvedReferences as error:
        missing = ", ".join(error.ids[:_NAMED_MAX]) + (", …" if len(error.ids) > _NAMED_MAX else "")
        raise UnusableModels(f"Models that are not there: {missing}. Name their files, too.") from error


def _text(source: Source) -> str:
    try:
        return source.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnusableModels(f"{source.name} is not UTF-8: byte {error.start} is wrong.") from error
