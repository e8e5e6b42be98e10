"""What a reading of documents gathers: elements by id, references to look up, and errors."""

from dataclasses import dataclass, field

from twinhaus.dtdl.contexts import Context, Options, Problem
from twinhaus.dtdl.errors import ModelError, model_error
from twinhaus.dtdl.metamodel import Member
from twinhaus.dtdl.types import Element, Interface
from twinhaus.strictjson import Json


@dataclass(slots=True)
class Partition:
    """An Interface being read: its id, how many elements it holds, and its `@context` as written."""

    id: str
    context: list[Json]
    element_count: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands: document, path, Interface, active context, its own id and its owner's."""

    document: int
    path: str
    partition: Partition
    context: Context
    id: str
    owner_id: str | None = None

    def path_of(self, key: str) -> str:
        """The path of a member of the element."""
        return f"{self.path}.{key}" if self.path else key


@dataclass(frozen=True, slots=True)
class Use:
    """A member that refers to an element by its id."""

    member: Member
    target_id: str
    path: str
    place: Place


@dataclass(slots=True)
class Reading:
    """All that a set of documents holds. `elements` are those with an id of their author's, Interfaces apart."""

    options: Options
    interfaces: dict[str, Interface] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    errors: list[ModelError] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)

    def note(self, place: Place, problem: Problem, key: str = "", *, about: str | None) -> None:
        """Keeps an error of a member at a place; `about` is the id of the element that breaks the rule."""
        path = place.path_of(key) if key else place.path
        self.errors.append(model_error(problem[0], about, path, problem[1], document=place.document))

    def merge(self, further: "Reading") -> None:
        """Adds what further documents hold."""
        self.interfaces |= further.interfaces
        self.elements |= further.elements
        self.texts |= further.texts
        self.uses += further.uses
        self.errors += further.errors
        self.defined |= further.defined
