"""The reference page of all errors in models, made from the catalogue.

`python -m twinhaus.validation.reference > docs/reference/model-errors.md` makes it again.
"""

import sys
from collections.abc import Iterator

from twinhaus.dtdl.catalogue import Chapter, Rule, chapters
from twinhaus.validation.findings import UNRESOLVED

_BEGINNING = """\
# Errors in models

`twinhaus validate` names these rules for each error it finds ([how](../how-to/validate-an-ontology-in-ci.md)), and
`twinhaus models load` refuses what breaks one. The names are those the language's authors give their rules; where the
parser of theirs says `dtmi:dtdl:parsingError:missingContext`, it is the rule `missingContext` here. Under each heading
stand the sections of the language's description, Digital Twins Definition Language (DTDL), that the rules come from.

This page is made from the code: `python -m twinhaus.validation.reference > docs/reference/model-errors.md`.
"""
_INCOMPLETE = Chapter(
    "References that lead nowhere",
    '"Digital Twins Definition Language"',
    (
        Rule(
            UNRESOLVED,
            "An element refers to one that is in none of the files. Mend the spelling of the id, or name the file that "
            "defines it, too. To the language such models are incomplete, not wrong; this name is ours.",
        ),
    ),
)


def page() -> str:
    """The text of docs/reference/model-errors.md."""
    return "\n".join([_BEGINNING, *map(_section, (*chapters(), _INCOMPLETE))])


def _section(chapter: Chapter) -> str:
    lines = [f"## {chapter.title}", "", f"DTDL: {chapter.source}.", "", *_table(chapter)]
    return "\n".join(lines) + "\n"


def _table(chapter: Chapter) -> Iterator[str]:
    yield "| rule | what breaks it, and what to do |"
    yield "|---|---|"
    for rule in chapter.rules:
        yield f"| `{rule.name}` | {rule.text.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    sys.stdout.write(page())
