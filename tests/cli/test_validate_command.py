"""validate: files of models are checked as one set, without a store, and every error is shown at its place."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner, Result
from tests.cli.stores import BARE, SPECIAL, bare, model_file, special
from tests.cli.test_terminal import run_on_a_terminal

from twinhaus.cli import main
from twinhaus.validation import sources

FREEZER = """\
{"@context": "dtmi:dtdl:context;3",
 "@id": "dtmi:com:example:Freezer;1",
 "@type": "Interface",
 "extends": "dtmi:com:example:Device;1",
 "contents": [
   {"@type": "Property", "name": "temperature", "schema": "dubble"}]}
"""


def validate(
    *arguments: str | Path, input: str | bytes | None = None, env: Mapping[str, str] | None = None
) -> Result:
    """Runs the command."""
    return CliRunner().invoke(main, ["validate", *map(str, arguments)], input=input, env=env)


def report_of(ended: Result) -> dict[str, Any]:
    """The report in JSON."""
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


def rules_of(*arguments: str | Path, **more: Any) -> list[str]:
    """The rules that the report in JSON names."""
    return [error["rule"] for error in report_of(validate(*arguments, "--format", "json", **more))["errors"]]


@pytest.fixture
def freezer(tmp_path: Path) -> Path:
    """A file with one error and one reference that leads nowhere."""
    file = tmp_path / "freezer.json"
    file.write_text(FREEZER, "utf-8")
    return file


def test_valid_models_are_counted(tmp_path: Path) -> None:
    """Files and folders that are valid together exit with 0, and are counted; each file counts once."""
    one = model_file(tmp_path / "one" / "special.json", special())
    model_file(tmp_path / "two" / "deep" / "bare.json", bare())
    ended = validate(one, tmp_path / "two", tmp_path)
    assert (ended.exit_code, ended.stdout) == (0, "2 models in 2 files: valid.\n")


def test_models_of_one_file_count_on_another(tmp_path: Path) -> None:
    """A model that extends what none of the files defines is refused at its `extends`; with that file, it is not."""
    base, more = model_file(tmp_path / "a.json", bare()), model_file(tmp_path / "b.json", special())
    (error,) = report_of(validate(more, "--format", "json"))["errors"]
    assert (error["rule"], error["path"], error["element"]) == (
        "unresolvedReference",
        "[0].extends",
        SPECIAL,
    )
    assert BARE in error["message"]
    assert validate(more, base).exit_code == 0


def test_a_model_that_is_only_spoken_of_is_missing() -> None:
    """An id that stands as an `@id` where no element is read defines nothing."""
    model = special()
    own = {"@context": "dtmi:dtdl:context;2", "@type": ["Interface", "Own"], "own": {"@id": BARE}}
    assert rules_of("-", input=json.dumps(model | own)) == ["unresolvedReference"]


def test_a_model_that_cannot_be_read_is_not_missing(tmp_path: Path) -> None:
    """What extends a model of a broken file is not told that this model is missing: it is not."""
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(bare())[:-1], "utf-8")
    assert rules_of(broken, model_file(tmp_path / "special.json", special())) == ["notJsonObject"]


def test_a_file_that_breaks_rules_is_shown_to_people(freezer: Path) -> None:
    """Each error comes with line and column, message, rule, element and JSON pointer, under its file's name."""
    ended = validate(freezer)
    assert ended.exit_code == 1
    assert ended.stdout.splitlines() == [
        freezer.as_posix(),
        "     4:2  dtmi:com:example:Device;1 is not defined in any of the files; name the one that defines it, too.",
        "          unresolvedReference  dtmi:com:example:Freezer;1 at /extends",
        '    6:49  schema "dubble" is neither a term of the language nor a well-formed DTMI. Did you mean "double"?',
        "          badDtmiOrTerm  dtmi:com:example:Freezer:_contents:__temperature;1 at /contents/0/schema",
        "",
        "2 errors in 1 of 1 file.",
    ]


def test_a_file_that_breaks_rules_is_shown_to_programs(freezer: Path) -> None:
    """The JSON form is one document of a stable shape."""
    ended = validate(freezer, "--format", "json")
    assert ended.exit_code == 1
    report = report_of(ended)
    assert {name: report[name] for name in ("valid", "files", "models")} == {
        "valid": False,
        "files": 1,
        "models": 1,
    }
    assert report["errors"][1] == {
        "file": freezer.as_posix(),
        "line": 6,
        "column": 49,
        "pointer": "/contents/0/schema",
        "path": "contents[0].schema",
        "element": "dtmi:com:example:Freezer:_contents:__temperature;1",
        "rule": "badDtmiOrTerm",
        "message": 'schema "dubble" is neither a term of the language nor a well-formed DTMI. Did you mean "double"?',
    }


def test_valid_models_are_reported_to_programs(tmp_path: Path) -> None:
    """The JSON form has the same members where nothing is wrong."""
    ended = validate(model_file(tmp_path / "bare.json", bare()), "--format", "json")
    assert ended.exit_code == 0
    assert report_of(ended) == {"valid": True, "files": 1, "models": 1, "errors": [], "advice": []}


def test_a_pull_request_is_marked(tmp_path: Path) -> None:
    """The GitHub form has one command for each error; what would end a property or the line is escaped."""
    folder = tmp_path / "100%, all:of them"
    text = json.dumps(bare(**{"50%\n::set-output name=x::y": 1}), indent=1)
    folder.mkdir()
    (folder / "a.json").write_text(text, "utf-8")
    ended = validate(folder / "a.json", "--format", "github")
    assert ended.exit_code == 1
    command, summary = ended.stdout.splitlines()
    found = re.fullmatch(r"::error file=([^:,]*),line=(\d+),col=(\d+),title=(\w+)::(.+)", command)
    assert found is not None
    assert unquote(found[1]) == (folder / "a.json").as_posix()
    assert text.splitlines()[int(found[2]) - 1][int(found[3]) - 1 :].startswith('"50%')
    assert found[4] == "propertyNotDtmiNorTerm"
    assert BARE in found[5]
    assert "50%25" in found[5]
    assert summary == "1 error in 1 of 1 file."


def test_standard_input_is_a_file(tmp_path: Path) -> None:
    """`-` is standard input, alone or beside files."""
    base = model_file(tmp_path / "bare.json", bare())
    assert validate("-", base, input=json.dumps(special())).exit_code == 0
    ended = validate("-", input=FREEZER)
    assert ended.exit_code == 1
    assert ended.stdout.startswith("standard input\n")
    assert report_of(validate("-", "--format", "json", input=FREEZER))["errors"][0]["file"] == "-"
    assert "file=" not in validate("-", "--format", "github", input=FREEZER).stdout


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b'{"a": 1,\r\n "b" 2}', 2, 6),
        (b'\xef\xbb\xbf{"\xc3\xbcber" 1}', 1, 9),
        (b'{"a":\n "f\xfcr"}', 2, 4),
        (b'{"a": 1,\n "a": 2}', 2, 2),
        (b'{"a":\n NaN}', 2, 2),
        (b"", 1, 1),
    ],
)
def test_what_is_no_json_is_an_error_at_its_place(
    tmp_path: Path, content: bytes, line: int, column: int
) -> None:
    """A file that is not JSON, or not UTF-8, is an error of the models, at the line and column where it goes wrong."""
    (tmp_path / "cut.json").write_bytes(content)
    model_file(tmp_path / "good.json", bare())
    ended = validate(tmp_path, "--format", "json")
    assert ended.exit_code == 1
    (error,) = report_of(ended)["errors"]
    assert (error["rule"], error["line"], error["column"]) == ("notJsonObject", line, column)
    assert error["file"].endswith("/cut.json")


def test_errors_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    """Files come as they were named, the errors of each from its top to its end."""
    wrong = [{"@type": "Property", "name": "1x", "schema": "strng"}, {"@type": "Property", "name": "y"}]
    first = model_file(tmp_path / "z.json", bare(contents=wrong, oops=1))
    second = model_file(tmp_path / "a.json", special(contents=wrong, extends=[]))
    for file in (first, second):
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")), indent=1), "utf-8")
    errors = report_of(validate(first, second, "--format", "json"))["errors"]
    assert [error["file"] for error in errors] == [first.as_posix()] * 4 + [second.as_posix()] * 3
    lines = [error["line"] for error in errors]
    assert lines[:4] == sorted(lines[:4])
    assert lines[4:] == sorted(lines[4:])


def test_an_id_that_is_defined_twice_leads_to_both_places(tmp_path: Path) -> None:
    """The second definition is the error, and its message says where the first is."""
    first, second = model_file(tmp_path / "a.json", bare()), model_file(tmp_path / "b.json", bare())
    (error,) = report_of(validate(first, second, "--format", "json"))["errors"]
    assert (error["rule"], error["file"], error["pointer"]) == (
        "duplicateDefinition",
        second.as_posix(),
        "/0/@id",
    )
    column = first.read_text("utf-8").index('"@id"') + 1
    assert f"{first.as_posix()}:1:{column}." in error["message"]


def test_what_a_terminal_would_act_upon_is_escaped(tmp_path: Path) -> None:
    """Control characters that a model brings into a message are shown as escapes."""
    file = model_file(tmp_path / "a.json", bare(**{"\u001b[31mred\u202e": 1}))
    assert "\\x1b[31mred\\u202e" in validate(file).stdout
    assert "\x1b" not in validate(file, "--format", "github").stdout


def test_options_let_through_or_refuse() -> None:
    """Undefined extensions, raised limits and versions of the language are taken as the options say."""
    unknown = json.dumps(bare(**{"@context": ["dtmi:dtdl:context;3", "dtmi:com:example:own;1"]}))
    assert rules_of("-", input=unknown) == ["unresolvableContextSpecifier"]
    assert rules_of("-", "--undefined-extensions", "always", input=unknown) == []
    raised = json.dumps(bare(**{"@context": ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:onvif;1"]}))
    assert rules_of("-", input=raised) == ["disallowedLimitContext"]
    for name in ("onvif", "dtmi:dtdl:limits:onvif", "dtmi:dtdl:limits:onvif;1"):
        assert rules_of("-", "--limits", "aio", "--limits", name, input=raised) == []
    assert rules_of("-", "--max-dtdl-version", "2", input=json.dumps(bare())) == ["disallowedContextVersion"]


def test_options_are_taken_from_the_environment() -> None:
    """Each option is a variable too."""
    both = json.dumps(
        [
            bare(**{"@context": ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:aio;1"]}),
            special(**{"@context": ["dtmi:dtdl:context;4", "dtmi:com:example:own;1"]}),
        ]
    )
    env = {
        "TWINHAUS_FORMAT": "json",
        "TWINHAUS_UNDEFINED_EXTENSIONS": "always",
        "TWINHAUS_LIMITS": "onvif aio",
        "TWINHAUS_MAX_DTDL_VERSION": "3",
    }
    assert {error["rule"] for error in report_of(validate("-", input=both, env=env))["errors"]} == {
        "disallowedContextVersion"
    }
    assert report_of(validate("-", input=both, env={**env, "TWINHAUS_MAX_DTDL_VERSION": "4"}))["valid"]


def test_wrong_usage_is_told_from_wrong_models(tmp_path: Path) -> None:
    """Nothing named, what is not there, a folder without models, and what no option takes exit with 2."""
    file = model_file(tmp_path / "bare.json", bare())
    empty = tmp_path / "empty"
    empty.mkdir()
    for arguments in (
        [],
        [tmp_path / "nothing.json"],
        [empty],
        [file, "--limits", "mine"],
        [file, "--max-dtdl-version", "5"],
        [file, "--format", "xml"],
    ):
        ended = validate(*arguments)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert "Error: " in ended.stderr


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that the system does not let us read exits with 2, and is named."""
    pipe = tmp_path / "models.json"
    pipe.symlink_to("/proc/self/mem" if Path("/proc/self/mem").exists() else "/dev/mem")
    ended = validate(pipe)
    assert ended.exit_code == 2
    assert "models.json" in ended.stderr


def test_no_more_is_read_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are larger together than the limit, or too many, exit with 2 before anything is checked."""
    files = [model_file(tmp_path / f"{name}.json", bare()) for name in "ab"]
    size = files[0].stat().st_size
    monkeypatch.setattr(sources, "BYTES_MAX", 2 * size)
    assert validate(*files).exit_code == 1  # Defined twice.
    monkeypatch.setattr(sources, "BYTES_MAX", 2 * size - 1)
    ended = validate(*files)
    assert ended.exit_code == 2
    assert "b.json" in ended.stderr
    monkeypatch.undo()
    monkeypatch.setattr(sources, "FILES_MAX", 1)
    assert validate(files[0]).exit_code == 0
    assert validate(tmp_path).exit_code == 2


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    """It is said which files would have been models."""
    (tmp_path / "notes.txt").write_text("none")
    ended = validate(tmp_path)
    assert ended.exit_code == 2
    assert f"There is no .json or .dtdl file below {tmp_path}." in ended.stderr


def test_a_terminal_has_colours_unless_they_are_refused(
    freezer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the report is coloured; with NO_COLOR it is not."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    code, shown = run_on_a_terminal("-m", "twinhaus.cli", "validate", str(freezer))
    assert code == 1
    assert re.search(r"\x1b\[\d*(;\d+)*m", shown)
    monkeypatch.setenv("NO_COLOR", "1")
    code, shown = run_on_a_terminal("-m", "twinhaus.cli", "validate", str(freezer))
    assert code == 1
    assert not re.search(r"\x1b\[3\dm", shown)


def test_a_published_ontology_is_valid() -> None:
    """A published set of 3,700 models is valid in one call."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "ontologies" / "willow-building"
    if not folder.is_dir():
        pytest.skip(f"needs the ontology in {folder}")
    ended = validate(folder)
    assert (ended.exit_code, ended.stdout) == (0, "3700 models in 1 file: valid.\n")


def test_advice_is_given_where_it_is_asked_for(tmp_path: Path) -> None:
    """What the language recommends is no error: shown after them, on GitHub as warnings, and exit code 0."""
    model = {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:A;1", "@type": "dtmi:dtdl:class:Interface;3"}
    file = tmp_path / "verbose.json"
    file.write_text(json.dumps(model, indent=1), "utf-8")
    assert validate(file).stdout == "1 model in 1 file: valid.\n"
    advised = validate("--advice", file)
    assert advised.exit_code == 0
    assert "4:2  Write the term Interface instead of its DTMI.\n" in advised.stdout
    (advice,) = report_of(validate("--advice", "--format", "json", file))["advice"]
    assert (advice["rule"], advice["line"], advice["pointer"]) == ("recommendation", 4, "/@type")
    marked = validate("--advice", "--format", "github", file).stdout
    assert marked.startswith("::warning file=")
    assert validate(file, env={"TWINHAUS_ADVICE": "1"}).stdout == advised.stdout


def test_no_advice_is_given_on_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that is no JSON is an error, and nothing else."""
    (tmp_path / "broken.json").write_text('{"@type":', "utf-8")
    report = report_of(validate("--advice", "--format", "json", tmp_path))
    assert (len(report["errors"]), report["advice"]) == (1, [])
