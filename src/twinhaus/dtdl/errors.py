"""What can be wrong with models."""

from collections.abc import Iterable

from msgspec import Struct

from twinhaus.errors import Fault, Invalid, NotFound

# Of one answer; who sends a whole ontology of another kind is helped by the first of them.
FAULTS_MAX = 1_000
_VALIDATION_ID_PREFIX = "dtmi:dtdl:parsingError:"


class ModelError(Struct, frozen=True):
    """One rule of the language that a model breaks.

    `validation_id` is the name the language's authors give the rule (`dtmi:dtdl:parsingError:…`), `primary_id` the
    element that breaks it, `path` the place in its document (`contents[2].schema`, `$` for the whole), `document` which
    of the documents given.
    """

    validation_id: str
    primary_id: str | None
    path: str
    message: str
    document: int = 0


def model_error(rule: str, primary_id: str | None, path: str, message: str, *, document: int) -> ModelError:
    """A ModelError from the rule's bare name, e.g. `duplicateDefinition`."""
    return ModelError(_VALIDATION_ID_PREFIX + rule, primary_id, path or "$", message, document)


def _first(faults: list[Fault]) -> list[Fault]:
    """As many as one answer takes, and how many more there are."""
    if len(faults) <= FAULTS_MAX:
        return faults
    return [*faults[:FAULTS_MAX], Fault("$", f"{len(faults) - FAULTS_MAX} more faults are not named here.")]


class InvalidModels(Invalid):
    """The models break rules of DTDL; `errors` names every one.

    The faults are the errors by their places, and beside them the references that lead nowhere, which are none to the
    language.
    """

    code = "invalid-models"

    def __init__(self, errors: Iterable[ModelError], unresolved: Iterable[Fault] = ()) -> None:
        self.errors = tuple(errors)
        super().__init__(*_first([*(Fault(error.path, error.message) for error in self.errors), *unresolved]))

    def __str__(self) -> str:
        return "\n".join(
            f"{error.primary_id or 'document'} at {error.path}: {error.message}" for error in self.errors
        )


class UnresolvedReferences(Invalid):
    """The models refer to elements that are neither among them nor stored; load those too. `errors` names them.

    `ids` are the elements, in order of their first use; the faults are all uses, each at its place.
    """

    code = "unresolved-references"

    def __init__(self, ids: Iterable[str], uses: Iterable[Fault]) -> None:
        self.ids = tuple(dict.fromkeys(ids))
        super().__init__(*_first(list(uses)))


class UnknownModel(NotFound):
    """There is no such model."""

    code = "unknown-model"

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id
        super().__init__(f"There is no model {model_id}.")
