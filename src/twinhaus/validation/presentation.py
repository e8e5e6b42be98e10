"""A report in one of three forms: for people, for programs, and for GitHub's pages."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.text import Text

from twinhaus.dtdl.words import count, printable
from twinhaus.validation.findings import Finding, Report
from twinhaus.validation.sources import STANDARD_INPUT


def as_text(report: Report) -> Iterator[Text]:
    """Lines for people, the findings under the name of their file."""
    yield from _grouped(report.findings, "red")
    yield from _grouped(report.advice, "yellow")
    yield Text(summary(report), "bold green" if report.is_valid else "bold red")


def _grouped(found: Iterable[Finding], color: str) -> Iterator[Text]:
    for file, findings in groupby(found, key=lambda finding: finding.file):
        yield Text(printable(_name(file)), "bold underline")
        for finding in findings:
            place = f"{finding.position.line}:{finding.position.column}"
            yield Text.assemble((f"{place:>8}  ", "cyan"), printable(finding.message))
            yield Text.assemble(" " * 10, (finding.rule, color), (f"  {_about(finding)}", "dim"))
        yield Text()


def as_json(report: Report) -> str:
    """One JSON document; its shape is described in docs/how-to/validate-an-ontology-in-ci.md."""
    document = {
        "valid": report.is_valid,
        "files": report.files,
        "models": report.models,
        "errors": [_plain(finding) for finding in report.findings],
        "advice": [_plain(finding) for finding in report.advice],
    }
    return json.dumps(document, indent=2)


def _plain(finding: Finding) -> dict[str, str | int | None]:
    return {
        "file": finding.file,
        "line": finding.position.line,
        "column": finding.position.column,
        "pointer": finding.position.pointer,
        "path": finding.path,
        "element": finding.element,
        "rule": finding.rule,
        "message": finding.message,
    }


def as_github(report: Report) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines they name, and the summary for the log."""
    yield from (_annotation("error", finding) for finding in report.findings)
    yield from (_annotation("warning", finding) for finding in report.advice)
    yield summary(report)


def _annotation(level: str, finding: Finding) -> str:
    properties = {
        "file": finding.file if finding.file != STANDARD_INPUT else "",
        "line": str(finding.position.line),
        "col": str(finding.position.column),
        "title": finding.rule,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level} {listed}::{_data(f'{printable(finding.message)} ({_about(finding)})')}"


def summary(report: Report) -> str:
    """What came out, in one line."""
    looked_at = f"{count(report.models, 'model')} in {count(report.files, 'file')}"
    if report.is_valid:
        return f"{looked_at}: valid."
    wrong = len({finding.file for finding in report.findings})
    return f"{count(len(report.findings), 'error')} in {wrong} of {count(report.files, 'file')}."


def _about(finding: Finding) -> str:
    """The element, if it can be told, and its place in the file's JSON."""
    pointer = finding.position.pointer
    if finding.element is None:
        return printable(pointer) or "the whole text"
    return printable(f"{finding.element} at {pointer}" if pointer else finding.element)


def _name(file: str) -> str:
    return "standard input" if file == STANDARD_INPUT else file


def _data(text: str) -> str:
    """A message of a workflow command, escaped as GitHub's runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
