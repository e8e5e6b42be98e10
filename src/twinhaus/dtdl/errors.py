"""What can be wrong with models."""

from collections.abc import Iterable
from dataclasses import dataclass

from twinhaus.errors import Fault, Invalid, NotFound

_VALIDATION_ID_PREFIX = "dtmi:dtdl:parsingError:"


@dataclass(frozen=True, slots=True)
class ModelError:
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


def model_error(
    rule: str, primary_id: str | None, path: str, message: str, *, document: int = 0
) -> ModelError:
    """A ModelError from the rule's bare name, e.g. `duplicateDefinition`."""
    return ModelError(_VALIDATION_ID_PREFIX + rule, primary_id, path or "$", message, document)


class InvalidModels(Invalid):
    """The models break rules of DTDL; `errors` names every one."""

    code = "invalid-models"

    def __init__(self, errors: Iterable[ModelError]) -> None:
        self.errors = tuple(errors)
        super().__init__(*(Fault(error.path, error.message) for error in self.errors))

    def __str__(self) -> str:
        return "\n".join(
            f"{error.primary_id or 'document'} at {error.path}: {error.message}" for error in self.errors
        )


class UnresolvedReferences(Invalid):
    """The models refer to elements that are neither among them nor stored; load those too. `ids` names them."""

    code = "unresolved-references"

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(
            *(Fault("$", f"{id} is referred to, but not defined; load it too.") for id in self.ids)
        )


class UnknownModel(NotFound):
    """There is no such model."""

    code = "unknown-model"

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id
        super().__init__(f"There is no model {model_id}.")
