"""SQLite's index of parts of texts, as a source. Pure. What it has read, `unread.py` says."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from twinhaus.storage.sql.asking.membership import Parameters, Test
from twinhaus.storage.sql.asking.patterns import Pattern
from twinhaus.storage.sql.asking.sources import Arm, Driver

# Each trigram with each row that it is in: a table of the connection alone, which its index is seen through.
TRIGRAMS_OF_ROWS = "CREATE VIRTUAL TABLE temp.trigram_of_row USING fts5vocab(main, text_part, instance)"

# Of a row's number: the path's is above them. More paths than then have a place share theirs, which only makes them
# yield each other's twins.
TWIN_BITS = 44
OF_IDS = "0"  # In place of the number of a path.

# In each row, too: the models that the twin is an instance of, each as three times a character for private use. Models
# may share one, which only makes them yield each other's twins. Whoever asks for more than so many asks for none.
_FIRST_OF_MODELS, _OF_MODELS = 0xF0000, 0xFFFE
_MODELS_MAX = 16


def driver_of(pattern: Pattern) -> Driver:
    """What such arms are together. Pairs are not there to be looked up with each twin: of a frequent one every trigram
    in every row would be gone through.
    """
    return "pair" if pattern.pairs else "trigram"


def of_models(numbers: Iterable[int]) -> tuple[str, ...]:
    """What stands in the rows of the twins that are instances of these models, in their order."""
    return tuple(chr(_FIRST_OF_MODELS + number % _OF_MODELS) * 3 for number in numbers)


def arms_of(pattern: Pattern, parameters: Parameters) -> Callable[[str, Test], Arm] | None:
    """How the twins are found whose texts at a path may be like a pattern, in order, and which may be of the model that
    is wanted; what was read of each may have changed. None where the index cannot tell.
    """
    bind = parameters.bind
    if pattern.trigrams:
        return partial(
            _arm_of_trigrams, [bind(trigrams) for trigrams in pattern.trigrams], _models_wanted(parameters)
        )
    if pattern.pairs:
        return partial(_arm_of_pairs, [bind(pair) for pair in pattern.pairs])
    return None


def _models_wanted(parameters: Parameters) -> str:
    """The numbers of the models of which twins have to be, as a JSON array; NULL where they may be of any."""
    model = parameters.model
    if model is None or len(model.model_ids) > _MODELS_MAX:
        return "NULL"
    is_wanted = parameters.among("model.id", model.model_ids)
    return f"(SELECT json_group_array(model.number) FROM model WHERE {is_wanted})"


def _arm_of_trigrams(parts: Sequence[str], models: str, path: str, test: Test) -> Arm:
    """By all trigrams of any of these parts, as `sqlite/together.py` asks for them."""
    row = "text_part.rowid"
    wanted = " || ' OR ' || ".join(f"together({trigrams}, {path}, :after, {models})" for trigrams in parts)
    return _arm(f"text_part WHERE text_part MATCH {wanted} AND {_is_at(path, row)}", row, test)


def _arm_of_pairs(pairs: Sequence[str], path: str, test: Test) -> Arm:
    """By all trigrams that begin with one of these; UNION, for a row may have several."""
    rows = [
        f"""SELECT doc FROM temp.trigram_of_row
            WHERE term >= {pair} AND term <= {pair} || char(0x10FFFF) AND {_is_at(path, "doc")}"""
        for pair in pairs
    ]
    return _arm(
        f"({' UNION '.join([*rows, 'SELECT NULL WHERE FALSE'])}) AS paired WHERE TRUE", "paired.doc", test
    )


def _is_at(path: str, row: str) -> str:
    """That a row is of a path, and of a twin that is yet to come."""
    first = f"(coalesce({path}, -1) << {TWIN_BITS})"
    return f"{row} > {first} + :after AND {row} < {first} + {1 << TWIN_BITS}"


def _arm(rows: str, row: str, test: Test) -> Arm:
    twin = f"({row} & {(1 << TWIN_BITS) - 1})"
    return Arm(rows, twin, test(twin), f"{row} AS row, ", "row")


def unread_arm(test: Test) -> Arm:
    """The twins whose texts or models were not read yet, each of which has to be looked at."""
    return Arm("unread WHERE unread.twin > :after", "unread.twin", test("unread.twin"))


def new_arm(test: Test) -> Arm:
    """The twins whose ids were not read yet: those that came after the last whose was. An id never changes."""
    rows = """twin
        WHERE twin.number > max(:after, (SELECT state.value FROM state WHERE state.name = 'ids_read'))"""
    return Arm(rows, "twin.number", test("twin.number"))
