"""What a server process does with memory that it needs no longer."""

import ctypes
import subprocess
import sys

import pytest

ASK = """
import resource
from twinhaus.app import from_environment

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def answer():
    parts = [b"x" * 1000 for _ in range(1000)]
    return b"".join((b"[", b",".join(parts), b"]"))

from_environment()
answer()
before = faults()
for _ in range(20):
    answer()
print(faults() - before)
"""
PAGES_OF_ONE_ANSWER = 500


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library than GNU's")
def test_memory_of_one_answer_serves_the_next() -> None:
    """Twenty answers of a megabyte take fewer pages from the system than one."""
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, check=True, text=True)
    assert int(told.stdout) < PAGES_OF_ONE_ANSWER
