-- Fixed statements as SQLite says them. An array is a JSON text. CROSS JOIN keeps the order of the tables.

-- name: get_state
SELECT value FROM state WHERE name = :name

-- name: set_state
UPDATE state SET value = :value WHERE name = :name

-- name: next_model_change
UPDATE state SET value = value + 1 WHERE name = 'models' RETURNING value

-- name: each_twin
-- CROSS JOIN keeps twin the outer loop, so the rows come in its order and one by one.
SELECT twin.id, model.id, twin.updated, document.json
FROM twin
CROSS JOIN document ON document.twin = twin.number
CROSS JOIN model ON model.number = twin.model
ORDER BY twin.number

-- name: refresh_spans
-- A run that has lost its last twin keeps its span: it lets through nothing, for there is nothing left in it.
INSERT INTO span (run, oldest, newest)
SELECT touched.value, min(twin.updated), max(twin.updated)
FROM json_each(:runs) AS touched
CROSS JOIN twin ON twin.number BETWEEN touched.value << 4 AND (touched.value << 4) + 15
GROUP BY touched.value
ON CONFLICT (run) DO UPDATE SET oldest = excluded.oldest, newest = excluded.newest

-- name: refresh_wide_spans
INSERT INTO wide_span (run, oldest, newest)
SELECT touched.value, min(span.oldest), max(span.newest)
FROM json_each(:runs) AS touched
CROSS JOIN span ON span.run BETWEEN touched.value << 6 AND (touched.value << 6) + 63
GROUP BY touched.value
ON CONFLICT (run) DO UPDATE SET oldest = excluded.oldest, newest = excluded.newest

-- name: twin_numbers
SELECT number FROM twin WHERE id IN (SELECT value FROM json_each(:ids))

-- name: twins_left_behind
-- The other twins that are located in any of these: once these are gone, their places are in doubt.
SELECT DISTINCT location.twin
FROM json_each(:twins) AS gone
CROSS JOIN location ON location.place = gone.value
WHERE location.twin NOT IN (SELECT value FROM json_each(:twins))

-- name: remove_outgoing_of
DELETE FROM relationship WHERE source IN (SELECT value FROM json_each(:twins)) RETURNING number, id

-- name: remove_incoming_of
DELETE FROM relationship WHERE target IN (SELECT value FROM json_each(:twins)) RETURNING number, id

-- name: remove_kinds_of
DELETE FROM kind
WHERE (model, twin) IN (
    SELECT model_ancestor.ancestor, twin.number
    FROM json_each(:twins) AS gone
    CROSS JOIN twin ON twin.number = gone.value
    CROSS JOIN model_ancestor ON model_ancestor.model = twin.model
)

-- name: remove_places_of
DELETE FROM location WHERE twin IN (SELECT value FROM json_each(:twins))

-- name: documents_of
SELECT twin, json FROM document WHERE twin IN (SELECT value FROM json_each(:twins))

-- name: remove_documents_of
DELETE FROM document WHERE twin IN (SELECT value FROM json_each(:twins))

-- name: remove_twins
DELETE FROM twin WHERE number IN (SELECT value FROM json_each(:twins))

-- name: each_relationship
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM relationship
CROSS JOIN twin AS source ON source.number = relationship.source
CROSS JOIN twin AS target ON target.number = relationship.target
ORDER BY relationship.number

-- name: each_outgoing_of
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM json_each(:ids) AS wanted
CROSS JOIN twin AS source ON source.id = wanted.value
CROSS JOIN relationship ON relationship.source = source.number
CROSS JOIN twin AS target ON target.number = relationship.target

-- name: each_incoming_of
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM json_each(:ids) AS wanted
CROSS JOIN twin AS target ON target.id = wanted.value
CROSS JOIN relationship ON relationship.target = target.number
CROSS JOIN twin AS source ON source.number = relationship.source

-- name: remove_relationships
DELETE FROM relationship WHERE id IN (SELECT value FROM json_each(:ids)) RETURNING source, target, name

-- name: wholes_of
SELECT relationship.source, relationship.target
FROM json_each(:parts) AS part
CROSS JOIN relationship ON relationship.source = part.value
WHERE relationship.name IN (SELECT value FROM json_each(:containment))

-- name: twins_located_in
SELECT DISTINCT location.twin FROM json_each(:places) AS part CROSS JOIN location ON location.place = part.value

-- name: forget_places
-- An edge is gone: for these twins (a JSON array), every place but the twin itself is in doubt.
DELETE FROM location
WHERE twin IN (SELECT value FROM json_each(:twins)) AND place <> twin

-- name: find_places_again
-- For each of these twins (a JSON array), every place reached by following containment from part to whole.
-- From what was reached to its relationships, of which there are few; of a name there are many.
INSERT OR IGNORE INTO location (place, twin)
WITH RECURSIVE reached (twin, place) AS (
    SELECT value, value FROM json_each(:twins)
    UNION
    SELECT reached.twin, relationship.target
    FROM reached
    CROSS JOIN relationship ON relationship.source = reached.place
    WHERE relationship.name IN (SELECT value FROM json_each(:containment))
)
SELECT place, twin FROM reached

-- name: located_in
SELECT twin.id
FROM json_each(:ids) AS wanted
CROSS JOIN twin ON twin.id = wanted.value
WHERE EXISTS (
    SELECT 1 FROM location
    WHERE location.twin = twin.number
      AND location.place IN (
        SELECT place.number FROM twin AS place WHERE place.id IN (SELECT value FROM json_each(:places))
      )
)

-- name: last_twin_number
SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'twin'

-- name: set_last_twin_number
UPDATE sqlite_sequence SET seq = :number WHERE name = 'twin'

-- name: add_last_twin_number
INSERT INTO sqlite_sequence (name, seq)
SELECT 'twin', :number WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'twin')

-- name: tables
-- Without those that a virtual table consists of.
SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'

-- name: indexes
SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid

-- name: path_numbers
SELECT keys, number FROM path WHERE keys IN (SELECT value FROM json_each(:keys))

-- name: add_paths
INSERT INTO path (keys) SELECT value FROM json_each(:keys) RETURNING keys, number

-- name: is_any_unread
SELECT EXISTS (SELECT 1 FROM unread)
    OR EXISTS (SELECT 1 FROM twin WHERE number > (SELECT value FROM state WHERE name = 'ids_read'))

-- name: some_unread
-- With how many texts each has.
SELECT unread.twin, (SELECT count(*) FROM property WHERE property.twin = unread.twin AND property.value < '#')
FROM unread
ORDER BY unread.twin
LIMIT :most

-- name: read_texts
-- Beside the texts of each path, and once beside the id, the models that a twin is an instance of, as `of_models` of
-- asking/text_parts.py says them; beyond six they share a column. In the order of their numbers; else each would be
-- written by itself.
INSERT INTO text_part (
    rowid, text, model_1, model_2, model_3, model_4, model_5, model_6, further_models
)
WITH some (twin, models) AS MATERIALIZED (
    SELECT twin.number, (
        SELECT group_concat(replace('...', '.', char(0xF0000 + ancestor % 0xFFFE)), '')
        FROM model_ancestor WHERE model_ancestor.model = twin.model
    )
    FROM unread CROSS JOIN twin ON twin.number = unread.twin
    WHERE unread.twin <= :last
),
each (number, text, models) AS (
    SELECT some.twin, NULL, some.models FROM some
    UNION ALL
    SELECT (property.path << 44) + some.twin, group_concat(property.value, char(10)) || char(10), some.models
    FROM some CROSS JOIN property ON property.twin = some.twin
    WHERE property.value < '#'
    GROUP BY property.twin, property.path
)
SELECT
    number, text, substr(models, 1, 3), substr(models, 4, 3), substr(models, 7, 3), substr(models, 10, 3),
    substr(models, 13, 3), substr(models, 16, 3), substr(models, 19)
FROM each
ORDER BY number

-- name: some_new_ids
SELECT number, id FROM twin
WHERE number > (SELECT value FROM state WHERE name = 'ids_read')
ORDER BY number
LIMIT :most

-- name: read_ids
-- Each a number and a text; in place of the number of a path there is none.
INSERT INTO text_part (rowid, text) SELECT value ->> 0, value ->> 1 FROM json_each(:texts) ORDER BY key

-- name: merge_parts
INSERT INTO text_part (text_part, rank) VALUES ('merge', :pages)

-- name: rarest_trigrams
-- In each of its pieces FTS5 keeps with which term a page begins. So the pages between the last one that begins with a
-- trigram or before it, and the first after it, tell in how many rows it is. Before each term stands what says that it is
-- no prefix. The null lets all be there where there is no piece yet.
WITH RECURSIVE piece (id) AS (
    SELECT min(segid) FROM text_part_idx
    UNION ALL
    SELECT (SELECT min(segid) FROM text_part_idx WHERE segid > piece.id) FROM piece WHERE piece.id IS NOT NULL
)
SELECT wanted.value, sum(
    (SELECT pgno FROM text_part_idx
        WHERE segid = piece.id AND term > CAST('0' || wanted.value AS BLOB) ORDER BY term LIMIT 1)
    - (SELECT pgno FROM text_part_idx
        WHERE segid = piece.id AND term <= CAST('0' || wanted.value AS BLOB) ORDER BY term DESC LIMIT 1)) AS pages
FROM json_each(:trigrams) AS wanted CROSS JOIN piece
GROUP BY wanted.key
ORDER BY pages

-- name: is_trigram_among
SELECT 1 FROM text_part WHERE text_part MATCH :trigram AND rowid > :first AND rowid < :end LIMIT 1

-- name: changes
-- Of rows, by this connection.
SELECT total_changes()

-- name: forget_unread
DELETE FROM unread WHERE twin <= :last

-- name: read_all_again
INSERT OR IGNORE INTO unread (twin) SELECT number FROM twin

-- name: facts
-- A row of nulls where there are twins with more properties than the index tells of; and for each of these paths some
-- of those that go on from it.
SELECT NULL, NULL WHERE EXISTS (SELECT 1 FROM property WHERE path = 0)
UNION ALL
SELECT asked.value, onward.keys
FROM json_each(:keys) AS asked
CROSS JOIN path AS onward ON onward.number IN (
    SELECT number FROM path WHERE keys > asked.value || ',' AND keys < asked.value || '-' LIMIT :most
)

-- name: places_of_twins
SELECT twin.id, twin.number, model.id
FROM json_each(:ids) AS wanted
CROSS JOIN twin ON twin.id = wanted.value
CROSS JOIN model ON model.number = twin.model

-- name: find_twins
-- A text that is too long to hold many of is left out.
SELECT
    twin.id, twin.number, model.id, twin.updated,
    CASE WHEN octet_length(document.json) <= :most THEN document.json END
FROM json_each(:ids) AS wanted
CROSS JOIN twin ON twin.id = wanted.value
CROSS JOIN document ON document.twin = twin.number
CROSS JOIN model ON model.number = twin.model

-- name: find_relationships
SELECT
    wanted.value, source.id, target.id, relationship.name,
    CASE WHEN octet_length(relationship.document) <= :most THEN relationship.properties END,
    CASE WHEN octet_length(relationship.document) <= :most THEN relationship.document END
FROM json_each(:ids) AS wanted
CROSS JOIN relationship ON relationship.id = wanted.value
CROSS JOIN twin AS source ON source.number = relationship.source
CROSS JOIN twin AS target ON target.number = relationship.target

-- name: outgoing_counts
SELECT twin.id, relationship.name, count(*)
FROM json_each(:ids) AS wanted
CROSS JOIN twin ON twin.id = wanted.value
CROSS JOIN relationship ON relationship.source = twin.number
GROUP BY twin.id, relationship.name

-- name: decommissioned_of
SELECT id FROM model WHERE id IN (SELECT value FROM json_each(:ids)) AND decommissioned <> 0

-- name: new_twin_numbers
-- What was given out and not used is not remembered here.
WITH RECURSIVE given (number, position) AS (
    SELECT max(:after, (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'twin')) + 1, 1
    UNION ALL
    SELECT number + 1, position + 1 FROM given WHERE position < :count
)
SELECT number FROM given

-- name: places_of
SELECT location.twin, location.place
FROM json_each(:twins) AS wanted
CROSS JOIN location ON location.twin = wanted.value

-- name: inhabited
-- Those that other twins are in.
SELECT candidate.value
FROM json_each(:places) AS candidate
WHERE EXISTS (
    SELECT 1 FROM location WHERE location.place = candidate.value AND location.twin <> candidate.value
)

-- name: ensure_author
INSERT INTO author (client_id) VALUES (:client_id) ON CONFLICT DO NOTHING
