"""Commands whose permissions bite: root's would let them write anywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1  # linux/prctl.h, linux/capability.h
# What Python is given before the arguments of a command.
BOUNDED = (
    "-c",
    f"import ctypes, os, sys; ctypes.CDLL(None).prctl({_PR_CAPBSET_DROP}, {_CAP_DAC_OVERRIDE}, 0, 0, 0);"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])",
)


def skip_where_all_may_be_written(path: Path) -> None:
    """Skip the test where even a bounded command may write to a file, or make one in a folder, that is read-only."""
    flags = "os.O_RDWR | os.O_TMPFILE" if path.is_dir() else "os.O_RDWR"
    try_it = f"import os; os.close(os.open({str(path)!r}, {flags}))"
    tried = subprocess.run([sys.executable, *BOUNDED, "-c", try_it], stderr=subprocess.DEVNULL, check=False)
    if tried.returncode == 0:
        pytest.skip("this user may write to what is read-only")
