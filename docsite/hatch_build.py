"""Brings the pages into the wheel: the documentation, and the explorer if it was built (`make explorer`, with Node.js).

A checkout that is installed to be worked on shows those of `make`.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Sites(BuildHookInterface[Any]):
    """The documentation is built for each wheel, so that it is of the same version as the code beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from docsite.build import build

        built = Path(self.root) / "build"
        build(built / "docs")
        for site in ("docs", "explorer"):
            if (built / site).is_dir():
                build_data["force_include"][str(built / site)] = f"twinhaus/sites/{site}"
            else:
                self.app.display_warning(
                    f"build/{site} is not there: the wheel goes without; `make {site}` builds it"
                )
