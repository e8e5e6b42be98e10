"""The portfolio as peers get it: three files of JSON lines, the same for all, written from the measured store itself.

Twins come with their place in the order of lists, the instant of their last update in ticks, and their text as answers
carry it; relationships with their texts; models with what they extend.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from twinhaus.storage.store import Reader, Store
from twinhaus.strictjson import JsonObject, write

Scalar = bool | int | float | str
Path_ = tuple[str, ...]


@dataclass(frozen=True)
class Files:
    """The three files of a folder, line by line."""

    folder: Path

    @property
    def twins_file(self) -> Path:
        return self.folder / "twins.ndjson"

    @property
    def relationships_file(self) -> Path:
        return self.folder / "relationships.ndjson"

    @property
    def models_file(self) -> Path:
        return self.folder / "models.ndjson"

    def twins(self) -> Iterator[JsonObject]:
        """`number`, `id`, `model`, `updated`, `document`, `contents`."""
        return _lines(self.twins_file)

    def relationships(self) -> Iterator[JsonObject]:
        """`source`, `name`, `target`, `document`."""
        return _lines(self.relationships_file)

    def models(self) -> Iterator[JsonObject]:
        """`id`, `bases`."""
        return _lines(self.models_file)

    @cached_property
    def relationship_names(self) -> list[str]:
        """All there are."""
        return sorted({one["name"] for one in self.relationships()})


def write_files(store: Store, folder: Path, *, twins: int | None = None) -> Files:
    """Write what a store holds, or its first twins and the relationships among them."""
    folder.mkdir(parents=True)
    files = Files(folder)
    # As a stream, for a million twins take longer than a read may.
    with closing(store.stream(lambda reader: _written(reader, files, twins))) as written:
        deque(written, maxlen=0)
    return files


def _written(reader: Reader, files: Files, twins: int | None) -> Iterator[Path]:
    """Each file, once it is whole."""
    kept: set[str] = set()
    with files.twins_file.open("wb") as file:
        for number, twin in enumerate(islice(reader.each_twin(), twins), start=1):
            kept.add(twin.id)
            row = {"number": number, "id": twin.id, "model": twin.model_id, "updated": twin.updated}
            contents = msgspec.json.decode(twin.document)["contents"]
            file.write(write({**row, "document": twin.document, "contents": contents}) + b"\n")
    yield files.twins_file
    with files.relationships_file.open("wb") as file:
        for link in reader.each_relationship():
            if link.source_id in kept and link.target_id in kept:
                ends = {"source": link.source_id, "name": link.name, "target": link.target_id}
                file.write(write({**ends, "document": link.document}) + b"\n")
    yield files.relationships_file
    registry = reader.registry
    with files.models_file.open("wb") as file:
        for model in reader.models():
            extends = msgspec.json.decode(registry.document(model.id)).get("extends", [])
            bases = [extends] if isinstance(extends, str) else extends
            file.write(write({"id": model.id, "bases": bases}) + b"\n")
    yield files.models_file


def _lines(file: Path) -> Iterator[JsonObject]:
    with file.open("rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line)


def scalars_of(value: Mapping[str, Any], path: Path_ = ()) -> Iterator[tuple[Path_, Scalar]]:
    """Every value in contents with its path, which goes on through the elements of arrays."""
    for name, member in value.items():
        yield from _scalars_at(member, (*path, name))


def _scalars_at(value: Any, path: Path_) -> Iterator[tuple[Path_, Scalar]]:
    match value:
        case dict():
            yield from scalars_of(value, path)
        case list():
            for element in value:
                yield from _scalars_at(element, path)
        case None:
            return
        case _:
            yield path, value
