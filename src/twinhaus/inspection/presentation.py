"""Differences in one of two forms: for people, and for programs."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from twinhaus.dtdl.words import count
from twinhaus.inspection.differences import ADDED, CHANGED, REMOVED, Change

_SIGNS = {ADDED: ("+", "green"), REMOVED: ("-", "red"), CHANGED: ("~", "yellow")}


def as_text(changes: Sequence[Change]) -> Iterator[Text]:
    """Lines for people: each model, its changes below it, those that break marked by a word."""
    for model_id, found in groupby(changes, key=lambda change: change.model_id):
        own = list(found)
        whole = [change for change in own if not change.subject]
        if whole:
            yield _line("", whole[0], model_id)
        else:
            yield Text.assemble(_SIGNS[CHANGED], " ", (model_id, "bold"))
        for change in own:
            if change.subject:
                yield _line("    ", change, change.subject)
    yield Text(summary(changes), "bold")


def _line(indent: str, change: Change, subject: str) -> Text:
    detail = f": {change.detail}" if change.detail else ""
    breaks = ("  (breaks)", "bold red") if change.breaks else ""
    return Text.assemble(
        indent, _SIGNS[change.change], " ", (subject, "" if indent else "bold"), detail, breaks
    )


def summary(changes: Sequence[Change]) -> str:
    """How much has changed, in one line."""
    if not changes:
        return "No difference."
    breaking = sum(change.breaks for change in changes)
    models = len({change.model_id for change in changes})
    return f"{count(len(changes), 'change')} in {count(models, 'model')}, {breaking} of them breaking."


def as_json(changes: Sequence[Change]) -> str:
    """An array of objects, one for each change."""
    return json.dumps(
        [
            {
                "modelId": change.model_id,
                "change": change.change,
                "subject": change.subject or None,
                "detail": change.detail or None,
                "breaks": change.breaks,
            }
            for change in changes
        ],
        indent=2,
        ensure_ascii=False,
    )
