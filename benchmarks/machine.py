"""The machine and the versions that numbers were measured with."""

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

_SYNCS = 50
_BLOCK = b"x" * 4_096


def machine_facts(disk: Path | None) -> dict[str, str]:
    """Names and values. The folder lies on the disk that is measured, where that is this machine's."""
    packages = ("starlette", "uvicorn", "uvloop", "httptools", "msgspec")
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "revision": _revision(),
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "load at the start": load(),
        "time of an fsync": f"{_sync_milliseconds(disk):.2f} ms" if disk is not None else "unknown",
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


def own_megabytes(process: int) -> float:
    """The memory of a process that is its own, and no page of a file that the system could let go of; 0 where Linux
    does not tell.
    """
    status = Path(f"/proc/{process}/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1_000


def load() -> str:
    """How many processes wanted a core, over the last 1, 5 and 15 minutes; the benchmark itself is one or two."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def _revision() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text("utf-8").splitlines() if facts.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _sync_milliseconds(folder: Path) -> float:
    """How long the disk takes to make a small write durable."""
    path = folder / "sync"
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            file.write(_BLOCK)
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - started)
    path.unlink()
    return median(took) * 1e3
