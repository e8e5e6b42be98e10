"""`python -m docsite FOLDER`: build the documentation into a folder."""

import sys
from pathlib import Path

from docsite.build import build
from docsite.pages import Broken

if len(sys.argv) != 2:
    sys.exit("python -m docsite FOLDER")
try:
    build(Path(sys.argv[1]))
except Broken as broken:
    sys.exit(f"The documentation is not built:\n{broken}")
