-- Fixed statements as PostgreSQL says them. An array is an array; what a parameter is where nothing else says it, a cast
-- does.

-- name: set_state
UPDATE state SET value = CAST(:value AS text) WHERE name = :name

-- name: next_model_change
UPDATE state SET value = CAST(CAST(value AS bigint) + 1 AS text) WHERE name = 'models' RETURNING CAST(value AS bigint)

-- name: each_twin
SELECT twin.id, model.id, twin.updated, document.json
FROM twin
JOIN document ON document.twin = twin.number
JOIN model ON model.number = twin.model
ORDER BY twin.number

-- name: refresh_spans
-- A run that has lost its last twin keeps its span: it lets through nothing, for there is nothing left in it.
INSERT INTO span (run, oldest, newest)
SELECT touched.run, min(twin.updated), max(twin.updated)
FROM unnest(CAST(:runs AS bigint[])) AS touched (run)
JOIN twin ON twin.number BETWEEN touched.run << 4 AND (touched.run << 4) + 15
GROUP BY touched.run
ON CONFLICT (run) DO UPDATE SET oldest = excluded.oldest, newest = excluded.newest

-- name: refresh_wide_spans
INSERT INTO wide_span (run, oldest, newest)
SELECT touched.run, min(span.oldest), max(span.newest)
FROM unnest(CAST(:runs AS bigint[])) AS touched (run)
JOIN span ON span.run BETWEEN touched.run << 6 AND (touched.run << 6) + 63
GROUP BY touched.run
ON CONFLICT (run) DO UPDATE SET oldest = excluded.oldest, newest = excluded.newest

-- name: twin_numbers
SELECT number FROM twin WHERE id = ANY (CAST(:ids AS text[]))

-- name: twins_left_behind
-- The other twins that are located in any of these: once these are gone, their places are in doubt.
SELECT DISTINCT location.twin
FROM location
WHERE location.place = ANY (CAST(:twins AS bigint[])) AND location.twin <> ALL (CAST(:twins AS bigint[]))

-- name: remove_outgoing_of
DELETE FROM relationship WHERE source = ANY (CAST(:twins AS bigint[])) RETURNING number, id

-- name: remove_incoming_of
DELETE FROM relationship WHERE target = ANY (CAST(:twins AS bigint[])) RETURNING number, id

-- name: remove_kinds_of
DELETE FROM kind
USING twin
JOIN model_ancestor ON model_ancestor.model = twin.model
WHERE twin.number = ANY (CAST(:twins AS bigint[]))
  AND kind.model = model_ancestor.ancestor
  AND kind.twin = twin.number

-- name: remove_places_of
DELETE FROM location WHERE twin = ANY (CAST(:twins AS bigint[]))

-- name: documents_of
SELECT twin, json FROM document WHERE twin = ANY (CAST(:twins AS bigint[]))

-- name: remove_documents_of
DELETE FROM document WHERE twin = ANY (CAST(:twins AS bigint[]))

-- name: remove_twins
DELETE FROM twin WHERE number = ANY (CAST(:twins AS bigint[]))

-- name: each_relationship
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM relationship
JOIN twin AS source ON source.number = relationship.source
JOIN twin AS target ON target.number = relationship.target
ORDER BY relationship.number

-- name: each_outgoing_of
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM twin AS source
JOIN relationship ON relationship.source = source.number
JOIN twin AS target ON target.number = relationship.target
WHERE source.id = ANY (CAST(:ids AS text[]))

-- name: each_incoming_of
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM twin AS target
JOIN relationship ON relationship.target = target.number
JOIN twin AS source ON source.number = relationship.source
WHERE target.id = ANY (CAST(:ids AS text[]))

-- name: remove_relationships
DELETE FROM relationship WHERE id = ANY (CAST(:ids AS text[])) RETURNING source, target, name

-- name: wholes_of
SELECT source, target
FROM relationship
WHERE source = ANY (CAST(:parts AS bigint[])) AND name = ANY (CAST(:containment AS text[]))

-- name: twins_located_in
SELECT DISTINCT twin FROM location WHERE place = ANY (CAST(:places AS bigint[]))

-- name: forget_places
-- An edge is gone: for these twins, every place but the twin itself is in doubt.
DELETE FROM location
WHERE twin = ANY (CAST(:twins AS bigint[])) AND place <> twin

-- name: find_places_again
-- For each of these twins, every place reached by following containment from part to whole.
INSERT INTO location (place, twin)
WITH RECURSIVE reached (twin, place) AS (
    SELECT number, number FROM unnest(CAST(:twins AS bigint[])) AS wanted (number)
    UNION
    SELECT reached.twin, relationship.target
    FROM reached
    JOIN relationship ON relationship.source = reached.place
    WHERE relationship.name = ANY (CAST(:containment AS text[]))
)
SELECT place, twin FROM reached
ON CONFLICT DO NOTHING

-- name: located_in
SELECT twin.id
FROM twin
WHERE twin.id = ANY (CAST(:ids AS text[]))
  AND EXISTS (
    SELECT 1 FROM location
    WHERE location.twin = twin.number
      AND location.place IN (SELECT place.number FROM twin AS place WHERE place.id = ANY (CAST(:places AS text[])))
    LIMIT 1 OFFSET 0
)

-- name: path_numbers
SELECT keys, number FROM path WHERE keys = ANY (CAST(:keys AS text[]))

-- name: add_paths
INSERT INTO path (keys) SELECT unnest(CAST(:keys AS text[])) RETURNING keys, number

-- name: add_properties
-- None of them is there, and to ask would cost two thirds as much again.
INSERT INTO property (path, value, twin)
SELECT *
FROM unnest(CAST(:paths AS bigint[]), CAST(:values AS text[]), CAST(:twins AS bigint[]))

-- name: remove_properties
DELETE FROM property
USING unnest(CAST(:paths AS bigint[]), CAST(:values AS text[]), CAST(:twins AS bigint[])) AS gone (path, value, twin)
WHERE property.path = gone.path AND property.value = gone.value AND property.twin = gone.twin

-- name: facts
-- A row of nulls where there are twins with more properties than the index tells of; and for each of these paths some
-- of those that go on from it.
SELECT NULL, NULL WHERE EXISTS (SELECT 1 FROM property WHERE path = 0)
UNION ALL
SELECT asked.value, onward.keys
FROM unnest(CAST(:keys AS text[])) AS asked (value)
CROSS JOIN LATERAL (
    SELECT keys FROM path WHERE keys > asked.value || ',' AND keys < asked.value || '-' LIMIT :most
) AS onward

-- name: lacking_trigrams
-- Which tables have no index of trigrams that this role may make, and the schema of the extension, where it is there.
SELECT wanted.name, pg_namespace.nspname
FROM pg_catalog.pg_extension
JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_extension.extnamespace
CROSS JOIN unnest(ARRAY['wording', 'twin']) AS wanted (name)
JOIN pg_catalog.pg_class ON pg_class.oid = to_regclass(wanted.name) AND pg_has_role(relowner, 'USAGE')
WHERE pg_extension.extname = 'pg_trgm' AND to_regclass(wanted.name || '_by_trigram') IS NULL

-- name: has_trigrams
SELECT count(*) = 2 FROM pg_catalog.pg_index
WHERE indexrelid IN (to_regclass('wording_by_trigram'), to_regclass('twin_by_trigram')) AND indisvalid

-- name: note_commit
-- The last transaction that this server has committed here, so that it finds out whether one was that it lost sight of.
INSERT INTO writer (id, last_commit, seen) VALUES (:id, :commit, :seen)
ON CONFLICT (id) DO UPDATE SET last_commit = excluded.last_commit, seen = excluded.seen

-- name: last_commit
SELECT last_commit FROM writer WHERE id = :id

-- name: forget_writers
DELETE FROM writer WHERE seen < :before

-- name: last_twin_number
SELECT coalesce(pg_sequence_last_value(CAST(pg_get_serial_sequence('twin', 'number') AS regclass)), 0)

-- name: set_last_number
SELECT setval(CAST(pg_get_serial_sequence(:table, 'number') AS regclass), :last)

-- name: indexes
SELECT CAST(CAST(indexrelid AS regclass) AS text), pg_get_indexdef(indexrelid)
FROM pg_index
JOIN pg_class ON pg_class.oid = indrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = current_schema() AND NOT indisunique
ORDER BY indexrelid
