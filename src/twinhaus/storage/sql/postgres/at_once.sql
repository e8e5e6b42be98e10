-- What PostgreSQL is asked and told all at once, and all of a transaction that is said by fixed statements.

-- name: begin_reading
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY

-- name: begin_writing
-- Whatever level the database has by default; whether it may be written at all is for the database to say.
BEGIN ISOLATION LEVEL READ COMMITTED

-- name: enter
SELECT set_config('search_path', :path, TRUE)

-- name: limit_transaction
SELECT
    set_config('search_path', :path, TRUE),
    set_config('statement_timeout', :statement, TRUE),
    set_config('idle_in_transaction_session_timeout', :idle, TRUE)

-- name: limit_session
SELECT set_config('search_path', :path, FALSE), set_config('statement_timeout', :statement, FALSE)

-- name: nothing
SELECT 1

-- name: lock_clock
-- Who has this row may write; all others wait.
SELECT value FROM state WHERE name = 'clock' FOR UPDATE

-- name: whole_state
SELECT name, value FROM state

-- name: lasting_state
-- All but what changes with every write.
SELECT name, value FROM state WHERE name <> 'clock'

-- name: allow_bitmaps
SET LOCAL enable_bitmapscan = on

-- name: widen_bitmaps
-- Of some hundred thousand rows one takes 16 MB; where it has no room, whole pages of rows are looked at.
SET LOCAL work_mem = '64MB'

-- name: rule_out_bitmaps
SET LOCAL enable_bitmapscan = off

-- name: begin_attempt
SAVEPOINT attempt

-- name: keep_attempt
RELEASE SAVEPOINT attempt

-- name: commit
COMMIT

-- name: places_of_twins
SELECT twin.id, twin.number, model.id
FROM twin
JOIN model ON model.number = twin.model
WHERE twin.id = ANY (CAST(:ids AS text[]))

-- name: find_twins
-- A text that is too long to hold many of is left out.
SELECT
    twin.id, twin.number, model.id, twin.updated,
    CASE WHEN octet_length(document.json) <= :most THEN document.json END
FROM twin
JOIN model ON model.number = twin.model
JOIN document ON document.twin = twin.number
WHERE twin.id = ANY (CAST(:ids AS text[]))

-- name: find_relationships
SELECT
    wanted.id, source.id, target.id, relationship.name,
    CASE WHEN octet_length(relationship.document) <= :most THEN relationship.properties END,
    CASE WHEN octet_length(relationship.document) <= :most THEN relationship.document END
FROM unnest(CAST(:ids AS text[])) AS wanted (id)
JOIN relationship ON relationship.id = wanted.id
JOIN twin AS source ON source.number = relationship.source
JOIN twin AS target ON target.number = relationship.target

-- name: outgoing_counts
SELECT twin.id, relationship.name, count(*)
FROM twin
JOIN relationship ON relationship.source = twin.number
WHERE twin.id = ANY (CAST(:ids AS text[]))
GROUP BY twin.id, relationship.name

-- name: decommissioned_of
SELECT wanted.id
FROM unnest(CAST(:ids AS text[])) AS wanted (id)
JOIN model ON model.id = wanted.id
WHERE model.decommissioned <> 0

-- name: new_twin_numbers
-- The sequence remembers what it has given out.
SELECT nextval(numbers.sequence)
FROM (SELECT CAST(pg_get_serial_sequence('twin', 'number') AS regclass) AS sequence OFFSET 0) AS numbers
CROSS JOIN generate_series(1, CAST(:count AS integer))

-- name: add_twins
INSERT INTO twin (number, id, model, updated)
SELECT put.number, put.id, model.number, put.updated
FROM unnest(
    CAST(:numbers AS bigint[]), CAST(:ids AS text[]), CAST(:models AS text[]), CAST(:updated AS bigint[])
) AS put (number, id, model, updated)
JOIN model ON model.id = put.model

-- name: add_documents
INSERT INTO document (twin, json) SELECT * FROM unnest(CAST(:numbers AS bigint[]), CAST(:documents AS text[]))

-- name: add_own_places
INSERT INTO location (place, twin) SELECT number, number FROM unnest(CAST(:numbers AS bigint[])) AS put (number)

-- name: move_twins
UPDATE twin
SET model = model.number
FROM unnest(CAST(:numbers AS bigint[]), CAST(:models AS text[])) AS put (number, model)
JOIN model ON model.id = put.model
WHERE twin.number = put.number

-- name: touch_twins
UPDATE twin
SET updated = put.updated
FROM unnest(CAST(:numbers AS bigint[]), CAST(:updated AS bigint[])) AS put (number, updated)
WHERE twin.number = put.number

-- name: replace_documents
UPDATE document
SET json = put.json
FROM unnest(CAST(:numbers AS bigint[]), CAST(:documents AS text[])) AS put (number, json)
WHERE document.twin = put.number

-- name: add_kinds_of
INSERT INTO kind (model, twin)
SELECT model_ancestor.ancestor, twin.number
FROM unnest(CAST(:numbers AS bigint[])) AS put (number)
JOIN twin ON twin.number = put.number
JOIN model_ancestor ON model_ancestor.model = twin.model

-- name: put_wordings
INSERT INTO wording (twin, model, texts)
SELECT twin.number, twin.model, put.texts
FROM unnest(CAST(:twins AS bigint[]), CAST(:texts AS text[])) AS put (twin, texts)
JOIN twin ON twin.number = put.twin
ON CONFLICT (twin) DO UPDATE SET model = excluded.model, texts = excluded.texts

-- name: move_wordings
-- These twins are of other models now.
UPDATE wording SET model = twin.model
FROM twin
WHERE twin.number = wording.twin AND wording.twin = ANY (CAST(:twins AS bigint[]))

-- name: remove_wordings_of
DELETE FROM wording WHERE twin = ANY (CAST(:twins AS bigint[]))

-- name: add_relationships
-- They get their numbers in this order.
INSERT INTO relationship (id, source, target, name, properties, document)
SELECT put.id, put.source, put.target, put.name, put.properties, put.document
FROM unnest(
    CAST(:ids AS text[]), CAST(:sources AS bigint[]), CAST(:targets AS bigint[]), CAST(:names AS text[]),
    CAST(:properties AS text[]), CAST(:documents AS text[])
) WITH ORDINALITY AS put (id, source, target, name, properties, document, position)
ORDER BY put.position

-- name: places_of
SELECT twin, place FROM location WHERE twin = ANY (CAST(:twins AS bigint[]))

-- name: inhabited
-- Those that other twins are in.
SELECT candidate.place
FROM unnest(CAST(:places AS bigint[])) AS candidate (place)
WHERE EXISTS (
    SELECT 1 FROM location WHERE location.place = candidate.place AND location.twin <> candidate.place
    LIMIT 1 OFFSET 0
)

-- name: add_places
INSERT INTO location (place, twin) SELECT * FROM unnest(CAST(:places AS bigint[]), CAST(:twins AS bigint[]))

-- name: add_places_of_all_in
-- Of these parts, and of whatever is in them.
INSERT INTO location (place, twin)
SELECT way.place, part.twin
FROM unnest(CAST(:parts AS bigint[]), CAST(:places AS bigint[])) AS way (part, place)
JOIN location AS part ON part.place = way.part
ON CONFLICT DO NOTHING

-- name: ensure_author
-- The number is not the sequence's, which on Citus is not where this is run; there is one writer at a time.
INSERT INTO author (number, client_id)
SELECT coalesce(max(author.number), 0) + 1, CAST(:client_id AS text)
FROM author
HAVING NOT EXISTS (SELECT 1 FROM author AS one WHERE one.client_id = CAST(:client_id AS text))

-- name: add_entries
-- All of one author.
INSERT INTO audit (instant, author, request, action, kind, id)
SELECT entry.instant, of_all.number, entry.request, entry.action, entry.kind, entry.id
FROM (SELECT author.number FROM author WHERE author.client_id = :client_id) AS of_all
CROSS JOIN unnest(
    CAST(:instants AS bigint[]), CAST(:requests AS text[]), CAST(:actions AS bigint[]), CAST(:kinds AS bigint[]),
    CAST(:ids AS text[])
) AS entry (instant, request, action, kind, id)

-- name: add_entries_of
INSERT INTO audit (instant, author, request, action, kind, id)
SELECT * FROM unnest(
    CAST(:instants AS bigint[]), CAST(:authors AS bigint[]), CAST(:requests AS text[]), CAST(:actions AS bigint[]),
    CAST(:kinds AS bigint[]), CAST(:ids AS text[])
)
