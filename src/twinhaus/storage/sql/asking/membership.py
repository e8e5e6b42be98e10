"""Whether a twin is one of those asked for: tests of its number, as SQL. Pure; values are parameters always."""

from collections.abc import Callable

from msgspec import Struct, field

from twinhaus.query.plan import ModelFilter
from twinhaus.storage.sql.words import Words

SqlValue = int | str | tuple[str, ...]  # The last is an array, which each engine takes in a form of its own.
Test = Callable[[str], str]  # From the SQL of a twin's number to the SQL of a condition.


class Parameters(Struct):
    """Hands out the parameter names of a query, so that no value ever stands in the text."""

    words: Words
    model: ModelFilter | None = None  # What all twins have to be, whatever else is asked.
    values: dict[str, SqlValue] = field(default_factory=dict)

    def bind(self, value: SqlValue) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def among(self, column: str, values: tuple[str, ...]) -> str:
        """That a text is one of these: one parameter for any number of them."""
        return self.words.among(column, self.bind(values))

    def numbered(self, number: str, table: str, ids: tuple[str, ...]) -> str:
        """That a number is that of one of a table's rows with these ids."""
        return self.words.numbered(number, table, self.bind(ids))


def is_any(key: str) -> str:
    """Every twin."""
    return "TRUE"


def is_named(names: tuple[str, ...], parameters: Parameters) -> str:
    """Of the relationship `edge`: that it has one of these names; without any, all do."""
    return parameters.among("edge.name", names) if names else "TRUE"


def is_instance(model: ModelFilter, parameters: Parameters) -> Test:
    """That a twin is an instance of one of these models."""
    table, number = ("twin", "number") if model.exact else ("kind", "twin")
    is_wanted = parameters.numbered("other.model", "model", model.model_ids)
    return lambda key: parameters.words.exists(
        f"{table} AS other WHERE other.{number} = {key} AND {is_wanted}"
    )


def models_wanted(parameters: Parameters) -> str | None:
    """The numbers of all models that twins may be of, as a statement; None where they may be of any."""
    if parameters.model is None:
        return None
    is_wanted = parameters.among("model.id", parameters.model.model_ids)
    if parameters.model.exact:
        return f"SELECT model.number FROM model WHERE {is_wanted}"
    return f"""SELECT model_ancestor.model FROM model_ancestor
        JOIN model ON model.number = model_ancestor.ancestor WHERE {is_wanted}"""


def is_visible(within: tuple[str, ...], parameters: Parameters) -> Test:
    """That a twin is located in one of these places; without any, all are seen."""
    if not within:
        return is_any
    is_place = parameters.numbered("seen.place", "twin", within)
    return lambda key: parameters.words.exists(f"location AS seen WHERE seen.twin = {key} AND {is_place}")
