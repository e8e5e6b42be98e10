"""How the SQL of an engine says what each says its own way. Pure: text in, text out."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Order = Literal["twin", "wide, run, twin", "block, twin", "row"]
Levels = tuple[tuple[str, str], ...]


class Words(Struct, frozen=True):
    """The words of one engine. A parameter may stand for an array of texts.

    `exists(rows)` is whether there is one. `among(column, parameter)` is whether a text is one of an array's, and
    `like(text, parameter)` whether it is like a pattern, whatever the casing of ASCII. `one_of(numbers)`, after a
    number, is whether it is one of those that a statement yields, whatever the row; `numbered(number, table,
    parameter)` whether it is that of a row whose id is one of an array's.
    `nested(levels)` is rows of tables, each a name and a condition on it and those before, visited in this order.
    `related(numbers, end, other, named)` are the relationships, as a table `relationship`, that have at the other end
    one of the twins whose `number` a statement yields, at this end one after `:after`, and a name as the condition
    says. An engine that `waits_for_each_arm` merges only what matches, and so looks for the first of each.
    `each(parameter, name)` is a table of an array's texts, in the column `value`, ordered by `key`.
    `relationship_texts(condition)` are those of all relationships for which it holds, oldest first, commas between;
    NULL where there are none. `led_by(index)`, after a table's name, says which index leads (None: none does) where an
    engine has to be told. `ranked_after(end, other)` is whether a relationship `edge` is at this end of the twin `:id`,
    and after the rank `:name`, `:other`, `:number`.

    Of the table `property`: `value(table, is_looked_at)` is that of a row, the table under a name; by one that is
    looked at the engine must not choose an index. `held(of_path, key, condition)` is whether a twin has a row `held`
    of a path; `of_path`, after a path's number, says which it is, such as `one_of`. Of a path, `valued(of_path,
    condition)` are the rows with one value, `gathered(of_path, condition)` with one in a range,
    `gathered_values(of_path, parameter)` with one of an array's, `all_of(of_path)` all rows. They come in the `order`
    that `columns` begin, all but those that are gathered. `block_bits`: of how many bits of a number the blocks are
    that they come in.

    `by_trigrams(parameter, models)` are the twins with a text like a pattern, whatever its path: rows of `wording`,
    which an engine keeps that `has_wordings`. `ids_by_trigrams(parameter, models)` are those with an id like one, or
    with casing beyond that of ASCII. Both are of models whose numbers a statement yields, if there is one. Where an
    engine does not say what goes by trigrams, there is `text_parts.py`.
    """

    exists: Callable[[str], str]
    among: Callable[[str, str], str]
    like: Callable[[str, str], str]
    one_of: Callable[[str], str]
    numbered: Callable[[str, str, str], str]
    nested: Callable[[Levels], str]
    related: Callable[[str, str, str, str], str]
    each: Callable[[str, str], str]
    relationship_texts: Callable[[str], str]
    led_by: Callable[[str | None], str]
    ranked_after: Callable[[str, str], str]
    value: Callable[[str, bool], str]
    held: Callable[[str, str, str], str]
    valued: Callable[[str, str], str]
    gathered: Callable[[str, str], str]
    gathered_values: Callable[[str, str], str]
    by_trigrams: Callable[[str, str | None], str] | None
    ids_by_trigrams: Callable[[str, str | None], str] | None
    all_of: Callable[[str], str]
    columns: str = ""
    order: Order = "twin"
    block_bits: int | None = None
    has_wordings: bool = False
    waits_for_each_arm: bool = False


# Of 8,192 twins. What is written to a new block lies close together, however many twins there are; and each is looked
# up by itself, so there should not be too many.
BLOCK_BITS = 13


def _in_blocks(of_path: str, condition: str) -> str:
    # The sign makes of the number a mere value, as the index has it.
    return f"""block CROSS JOIN property INDEXED BY property_by_value
        WHERE block.number >= (:after >> {BLOCK_BITS})
          AND property.path {of_path} AND property.twin >> {BLOCK_BITS} = +block.number
          AND {condition} AND property.twin > :after"""


SQLITE = Words(
    # The sign keeps the tests in their order: else this may be made a join, and come after the law has been asked.
    exists=lambda rows: f"+EXISTS (SELECT 1 FROM {rows})",
    among=lambda column, parameter: f"{column} IN (SELECT value FROM json_each({parameter}))",
    like=lambda text, parameter: f"{text} LIKE {parameter} ESCAPE '\\'",  # As it is there.
    one_of=lambda numbers: f"IN ({numbers})",
    numbered=lambda number, table, parameter: (
        f"{number} IN (SELECT number FROM {table} WHERE id IN (SELECT value FROM json_each({parameter})))"
    ),
    nested=lambda levels: (
        f"{' CROSS JOIN '.join(table for table, _ in levels)} WHERE {' AND '.join(test for _, test in levels)}"
    ),
    related=lambda numbers, end, other, named: (
        f"""({numbers}) AS related CROSS JOIN relationship
        WHERE relationship.{other} = related.number AND {named} AND relationship.{end} > :after"""
    ),
    each=lambda parameter, name: f"json_each({parameter}) AS {name}",
    # Numbers are sorted, not texts; the limit, which is none, keeps the two apart.
    relationship_texts=lambda condition: (
        f"""(SELECT group_concat(one.document, ',')
            FROM (SELECT relationship.number FROM relationship WHERE {condition}
                  ORDER BY relationship.number LIMIT -1) AS found
            CROSS JOIN relationship AS one ON one.number = found.number)"""
    ),
    led_by=lambda index: f"INDEXED BY {index}" if index else "NOT INDEXED",
    ranked_after=lambda end, other: (
        f"""edge.{end} = (SELECT number FROM twin WHERE id = :id)
          AND (edge.name, edge.{other}, edge.number) > (:name, :other, :number)"""
    ),
    value=lambda table, is_looked_at: f"{'+' if is_looked_at else ''}{table}.value",
    held=lambda of_path, key, condition: (
        f"+EXISTS (SELECT 1 FROM property AS held WHERE held.path {of_path} AND held.twin = {key} AND {condition})"
    ),
    valued=_in_blocks,
    gathered=_in_blocks,
    gathered_values=lambda of_path, parameter: _in_blocks(
        of_path, f"property.value IN (SELECT value FROM json_each({parameter}))"
    ),
    by_trigrams=None,
    ids_by_trigrams=None,
    all_of=lambda of_path: _in_blocks(of_path, "TRUE"),
    columns="block.number AS block, ",
    order="block, twin",
    block_bits=BLOCK_BITS,
    waits_for_each_arm=True,
)


def _nested_laterally(levels: Levels) -> str:
    """OFFSET keeps each level's rows to be looked up for each row of those before it."""
    (first, test), *further = levels
    inner = "".join(
        f" CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {inner_test} OFFSET 0) AS {table}"
        for table, inner_test in further
    )
    return f"{first}{inner} WHERE {test}"


# What the index of trigrams of ids is of: those beyond ASCII are all one text. In each is the model, too, as an array,
# which PostgreSQL can index so without a further extension.
_BEYOND = "beyond ascii"
LOWERED_ID = f"CASE WHEN octet_length(twin.id) = length(twin.id) THEN lower(twin.id) ELSE '{_BEYOND}' END"
OF_MODEL = "ARRAY[model]"


def _and_of(models: str | None) -> str:
    return f"AND {OF_MODEL} && ARRAY({models})" if models else ""


POSTGRES = Words(
    # OFFSET keeps the question as it is, asked of one twin at a time; else it may be turned round, and every twin that
    # fits be found first.
    exists=lambda rows: f"EXISTS (SELECT 1 FROM {rows} LIMIT 1 OFFSET 0)",
    among=lambda column, parameter: f"{column} = ANY (CAST({parameter} AS text[]))",
    like=lambda text, parameter: f"lower({text}) LIKE {parameter} ESCAPE '\\'",  # In the collation "C".
    # As an array it is found once, not with each test. A hash index takes one id at a time.
    one_of=lambda numbers: f"= ANY (ARRAY({numbers}))",
    numbered=lambda number, table, parameter: (
        f"{number} = ANY (ARRAY(SELECT {table}.number FROM unnest(CAST({parameter} AS text[])) AS wanted (value)"
        f" JOIN {table} ON {table}.id = wanted.value))"
    ),
    nested=_nested_laterally,
    # Many may have no such relationship: where there are more than may be looked at, as many rows say so. The sum keeps
    # an index that leads by this end from being searched for each.
    related=lambda numbers, end, other, named: (
        f"""(WITH related AS MATERIALIZED ({numbers} LIMIT :chunk + 1),
            beyond (is_so) AS MATERIALIZED (SELECT count(*) > :chunk FROM related)
            SELECT one.source, one.target
            FROM related
            CROSS JOIN LATERAL (SELECT relationship.source, relationship.target FROM relationship
                WHERE relationship.{other} = related.number AND {named} AND relationship.{end} + 0 > :after
                LIMIT :chunk + 1) AS one
            WHERE NOT (SELECT beyond.is_so FROM beyond)
            UNION ALL
            SELECT related.number, related.number FROM related
            WHERE (SELECT beyond.is_so FROM beyond)) AS relationship"""
    ),
    each=lambda parameter, name: (
        f"unnest(CAST({parameter} AS text[])) WITH ORDINALITY AS {name} (value, key)"
    ),
    relationship_texts=lambda condition: (
        f"""(
            SELECT string_agg(relationship.document, ',' ORDER BY relationship.number)
            FROM relationship WHERE {condition})"""
    ),
    led_by=lambda index: "",
    # Between two bounds, and not equal: so the order begins with the end, which only the right index has.
    ranked_after=lambda end, other: (
        f"""(edge.{end}, edge.name, edge.{other}, edge.number)
            > ((SELECT number FROM twin WHERE id = :id), :name, :other, :number)
          AND edge.{end} <= (SELECT number FROM twin WHERE id = :id)"""
    ),
    value=lambda table, is_looked_at: f"{table}.value",
    # A name of its own in the middle, too: the key may be that of a row of `property` around it.
    held=lambda of_path, key, condition: (
        f"""EXISTS (SELECT 1
        FROM (SELECT * FROM property AS own WHERE own.path {of_path} AND own.twin = {key} OFFSET 0) AS held
        WHERE {condition} LIMIT 1 OFFSET 0)"""
    ),
    valued=lambda of_path, condition: (
        f"property WHERE property.path {of_path} AND {condition} AND property.twin > :after"
    ),
    # No more than would be too many: `:chunk + 1`, whatever the order, which only says which index leads.
    gathered=lambda of_path, condition: (
        f"""(SELECT property.twin
        FROM property WHERE property.path {of_path} AND {condition}
        ORDER BY property.value LIMIT :chunk + 1) AS property"""
    ),
    gathered_values=lambda of_path, parameter: (
        f"""(SELECT one.twin
        FROM unnest(CAST({parameter} AS text[])) AS wanted (value)
        CROSS JOIN LATERAL (SELECT property.twin FROM property
            WHERE property.path {of_path} AND property.value = wanted.value LIMIT :chunk + 1) AS one
        LIMIT :chunk + 1) AS property"""
    ),
    by_trigrams=lambda parameter, models: (
        f"""(SELECT found.twin
        FROM (SELECT wording.twin FROM wording
            WHERE wording.texts LIKE {parameter} ESCAPE '\\' {_and_of(models)} OFFSET 0) AS found
        WHERE found.twin > :after LIMIT :chunk + 1) AS wording"""
    ),
    ids_by_trigrams=lambda parameter, models: (
        f"""(SELECT found.number
        FROM (SELECT twin.number FROM twin
            WHERE (({LOWERED_ID}) LIKE {parameter} ESCAPE '\\' OR ({LOWERED_ID}) LIKE '{_BEYOND}') {_and_of(models)}
            OFFSET 0) AS found
        WHERE found.number > :after LIMIT :chunk + 1) AS twin"""
    ),
    all_of=lambda of_path: f"property WHERE property.path {of_path} AND property.twin > :after",
    has_wordings=True,
)
