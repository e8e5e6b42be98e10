"""Bytes that wait for whoever reads them: the first of them in memory, more of them on disk, and never too many."""

from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock

from twinhaus.errors import StorageFull, TooLarge

MEMORY_BYTES_MAX = 1024 * 1024


class Spool:
    """What is written is read once, in order. One thread may write while another reads."""

    def __init__(self, folder: Path, *, bytes_max: int) -> None:
        """On disk it is a file without a name in this folder, which goes with the process."""
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(  # noqa: SIM115  Closed by `close`.
            max_size=MEMORY_BYTES_MAX, dir=str(folder)
        )
        self._bytes_max = bytes_max
        self._written = self._read = 0
        self._lock = Lock()

    def write(self, data: bytes, *, is_last: bool = False) -> None:
        """Raises StorageFull, and TooLarge where more would wait than may, unless it is the last."""
        with self._lock:
            waiting = self._written - self._read + len(data)
            if waiting > self._bytes_max and not is_last:
                raise TooLarge(f"At most {self._bytes_max} bytes can be kept here.")
            try:
                self._file.seek(self._written)
                self._file.write(data)
            except OSError as error:
                raise StorageFull from error
            self._written += len(data)

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none where all have been read. Raises StorageFull."""
        with self._lock:
            try:
                self._file.seek(self._read)
                data = self._file.read(size)
                self._read += len(data)
                if data and self._read == self._written:
                    self._file.seek(0)
                    self._file.truncate()  # So that it does not grow where its reader keeps up.
                    self._read = self._written = 0
            except OSError as error:
                raise StorageFull from error
            return data

    def close(self) -> None:
        with self._lock:
            self._file.close()
