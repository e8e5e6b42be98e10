"""Where the benchmarks keep what they make."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORK = Path(__file__).parent / ".work"


@contextmanager
def empty_folder(path: Path) -> Iterator[Path]:
    """A folder that starts empty, and is gone afterwards."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
