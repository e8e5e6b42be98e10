"""Brings the documentation into the wheel. A checkout that is installed to be worked on has it by `make docs`."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Documentation(BuildHookInterface[Any]):
    """Built for each wheel, so that it is of the same version as the code beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from docsite.build import build

        site = Path(self.root) / "build" / "docs"
        build(site)
        build_data["force_include"][str(site)] = "twinhaus/sites/docs"
