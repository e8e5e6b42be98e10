"""What a reading of documents gathers: elements by id, references to look up, and errors."""

from collections.abc import Collection

from msgspec import Struct, field
from msgspec.structs import replace

from twinhaus.dtdl.contexts import Context, Options, Problem
from twinhaus.dtdl.errors import ModelError, model_error
from twinhaus.dtdl.metamodel import Member
from twinhaus.dtdl.types import Element, Interface
from twinhaus.errors import path_to
from twinhaus.strictjson import Json


class Partition(Struct):
    """An Interface being read: its id, how many elements it holds, and its `@context` as written."""

    id: str
    context: list[Json]
    element_count: int = 0


class Place(Struct, frozen=True):
    """Where an element stands: document, path, Interface, active context, its own id and its owner's."""

    document: int
    path: str
    partition: Partition
    context: Context
    id: str
    owner_id: str | None = None

    def path_of(self, key: str) -> str:
        """The path of a member of the element."""
        return path_to(self.path, key)


class Use(Struct, frozen=True):
    """A member that refers to an element by its id."""

    member: Member
    target_id: str
    path: str
    place: Place


class Reading(Struct):
    """All that a set of documents holds. `elements` are those with an id of their author's, Interfaces apart."""

    options: Options
    interfaces: dict[str, Interface] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    errors: list[ModelError] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)
    # The ids of all roots, also of those that could not be read.
    named: set[str] = field(default_factory=set)

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
        self.named |= further.named

    def without(self, model_ids: Collection[str]) -> "Reading":
        """The same without these Interfaces and all that stands in them; errors stay."""
        elements = {id: one for id, one in self.elements.items() if one.interface_id not in model_ids}
        return replace(
            self,
            interfaces={id: one for id, one in self.interfaces.items() if id not in model_ids},
            elements=elements,
            texts={id: text for id, text in self.texts.items() if id not in model_ids},
            uses=[use for use in self.uses if use.place.partition.id not in model_ids],
            errors=list(self.errors),
            defined={
                id
                for id in self.defined
                if id not in model_ids and (id not in self.elements or id in elements)
            },
        )
