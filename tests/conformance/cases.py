"""The conformance cases of the language's authors, where they are at hand; their README explains the keys."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from twinhaus.dtdl import InvalidModels, Registry, UnresolvedReferences, load_models
from twinhaus.dtdl.contexts import UndefinedExtensions

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "dtdl-cases"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, and what the authors wrote."""

    name: str
    wanted: dict[str, Any]

    @property
    def is_in_scope(self) -> bool:
        """The authors' own runner passes over quirks of their parser and over partial resolution too."""
        return not (self.wanted.get("quirks") or self.wanted.get("partialResolution"))

    @property
    def is_layered(self) -> bool:
        """It tests layering, which only their parser has: it must be refused, whatever for."""
        return self.name.startswith("Layer")

    @property
    def documents(self) -> list[str]:
        """The texts of the models, which are parsed together."""
        return [json.dumps(document, ensure_ascii=False) for document in self.wanted["input"]]


@dataclass(slots=True)
class Outcome:
    """What loading a case came to. `asked` is what the resolver was asked for, in turns."""

    registry: Registry | None
    errors: set[tuple[str, str | None]]
    unresolved: set[str]
    asked: list[set[str]]


def cases(file: str) -> Iterator[Case]:
    """Every case of a file that is in scope; skips the test where the file is not at hand."""
    path = FOLDER / f"{file}.ndjson.gz"
    if not path.exists():
        pytest.skip(f"needs the conformance cases in {path.parent}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            read = json.loads(line)
            case = Case(f"{read['file']}[{read['index']}]", read["case"])
            if case.is_in_scope:
                yield case


def outcome(case: Case) -> Outcome:
    """Load the models of a case as it asks for."""
    asked: list[set[str]] = []
    errors: set[tuple[str, str | None]] = set()
    unresolved: set[str] = set()
    registry = None
    try:
        registry = load_models(
            case.documents,
            undefined_extensions=_undefined_extensions(case),
            acceptable_limits=case.wanted.get("acceptableLimits") or (),
            max_dtdl_version=case.wanted.get("maxDtdlVersion") or 4,
            resolver=_resolver(case, asked),
        )
    except InvalidModels as invalid:
        errors = {(error.validation_id, error.primary_id) for error in invalid.errors}
    except UnresolvedReferences as missing:
        unresolved = set(missing.ids)
    return Outcome(registry, errors, unresolved, asked)


def _undefined_extensions(case: Case) -> UndefinedExtensions:
    options = case.wanted.get("options") or ()
    if "AllowUndefinedExtensions" in options:
        return "always"
    return "never" if "DisallowUndefinedExtensions" in options else "default"


def _resolver(case: Case, asked: list[set[str]]) -> Callable[[list[str]], list[str]] | None:
    """Answers as the case plays the resolver; None where it does not."""
    if not case.wanted.get("resolution"):
        return None
    replies = iter(case.wanted["resolution"])

    def resolve(ids: list[str]) -> list[str]:
        asked.append(set(ids))
        reply: dict[str, Any] = next(replies, {})
        return [json.dumps(model) for model in reply.get("response") or ()]

    return resolve
