"""Every rule that the sources can raise stands in the catalogue, and no other."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.dtdl.conftest import SHARED
from tests.unit.dtdl.raised_rules import raised_rules

import twinhaus.dtdl
from twinhaus.dtdl import InvalidModels, UnresolvedReferences, load_models
from twinhaus.dtdl.catalogue import Rule, chapters, rules

SOURCES = Path(twinhaus.dtdl.__file__).parent
CASES = SHARED / "dtdl-cases" / "generated.ndjson.gz"
# What could be put together, but is not: the keyword is one that the object may have.
NEVER_RAISED = {"langStringElementLanguage", "valueObjectType"}


def test_the_catalogue_holds_every_rule() -> None:
    """Every name of a rule that the sources of `twinhaus.dtdl` raise stands in the catalogue."""
    missing = raised_rules(SOURCES) - NEVER_RAISED - rules().keys()
    assert missing == set(), f"add to catalogue_texts.py or catalogue_values.py: {', '.join(sorted(missing))}"


def test_the_catalogue_holds_no_other_rule() -> None:
    """Every rule of the catalogue is raised somewhere."""
    surplus = rules().keys() - (raised_rules(SOURCES) - NEVER_RAISED)
    assert surplus == set(), f"nothing raises these; take them out: {', '.join(sorted(surplus))}"


def test_a_rule_stands_once_and_is_described() -> None:
    """No rule stands twice in the catalogue; each has a description, each chapter rules and a source."""
    all_rules = [rule for chapter in chapters() for rule in chapter.rules]
    assert len(all_rules) == len(rules())
    assert all(rule.text.endswith(".") and "  " not in rule.text for rule in all_rules)
    assert all(chapter.title and chapter.source and chapter.rules for chapter in chapters())


def test_a_rule_is_found_by_its_name() -> None:
    """A rule comes with its text in one line, however it is broken in the sources."""
    assert rules()["missingContext"] == Rule(
        "missingContext",
        "An Interface has no `@context`. Begin it with the version of the language, such as "
        '`"@context": "dtmi:dtdl:context;3"`.',
    )


def test_names_that_are_put_together_are_found(tmp_path: Path) -> None:
    """A rule's name is read from literals, assignments, tables, conditions and the arguments of calls."""
    (tmp_path / "some.py").write_text(
        "WORDS = {'a': 'Alpha'}\n"
        "def refuse(rule, message): ...\n"
        "def check(sort, key):\n"
        "    refuse('plainName', 'x')\n"
        "    rule = 'anyThing' if sort == 'any' else f'{sort}Not{sort.capitalize()}'\n"
        "    refuse(rule, 'x')\n"
        "    return f'looked{WORDS.get(key, \"Up\")}', f'{key} is wrong'\n"
        "def start():\n"
        "    check('any', 'x')\n"
        "    check('string', 'a')\n",
        "utf-8",
    )
    assert raised_rules(tmp_path) == {
        "plainName",
        "anyThing",
        "stringNotString",
        "lookedAlpha",
        "lookedUp",
    }


def test_a_name_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    """Where a rule's name is put together in a way that cannot be followed, the reading of the sources fails."""
    (tmp_path / "some.py").write_text(
        "def refuse(rule, message): ...\ndef check(given):\n    refuse(f'not{given()}', 'x')\n", "utf-8"
    )
    with pytest.raises(AssertionError, match="not"):
        raised_rules(tmp_path)


def test_every_rule_that_cases_break_is_in_the_catalogue() -> None:
    """Whatever rule the conformance cases of the language's authors break, it stands in the catalogue."""
    broken = {rule for case in cases() for rule in rules_broken_by(case)}
    assert len(broken) > 50
    assert broken <= rules().keys()


def cases() -> Iterator[dict[str, Any]]:
    """The invalid ones among the cases; skips the test where they are not at hand."""
    if not CASES.exists():
        pytest.skip(f"needs {CASES}")
    with gzip.open(CASES, "rt", encoding="utf-8") as lines:
        for line in lines:
            case: dict[str, Any] = json.loads(line)["case"]
            if not case["valid"]:
                yield case


def rules_broken_by(case: dict[str, Any]) -> list[str]:
    """The bare names of the rules that a case breaks."""
    try:
        load_models([json.dumps(document) for document in case["input"]])
    except InvalidModels as invalid:
        return [error.validation_id.rpartition(":")[2] for error in invalid.errors]
    except UnresolvedReferences:
        pass
    return []
