-- Statements that SQLite runs once for each row: a call of its own for each row costs less than to take arrays apart.
-- A parameter is a column of what is told, or the same in each row.

-- name: add_twins
INSERT INTO twin (number, id, model, updated)
VALUES (:numbers, :ids, (SELECT number FROM model WHERE id = :models), :updated)

-- name: add_documents
INSERT INTO document (twin, json) VALUES (:numbers, :documents)

-- name: add_own_places
INSERT INTO location (place, twin) VALUES (:numbers, :numbers)

-- name: replace_twins
UPDATE twin SET model = (SELECT number FROM model WHERE id = :models), updated = :updated WHERE number = :numbers

-- name: replace_documents
UPDATE document SET json = :documents WHERE twin = :numbers

-- name: add_kinds_of
INSERT INTO kind (model, twin)
SELECT ancestor, :numbers FROM model_ancestor WHERE model = (SELECT model FROM twin WHERE number = :numbers)

-- name: add_relationships
INSERT INTO relationship (id, source, target, name, properties, document)
VALUES (:ids, :sources, :targets, :names, :properties, :documents)

-- name: add_places
INSERT INTO location (place, twin) VALUES (:places, :twins)

-- name: add_places_of_all_in
-- Of a part, and of whatever is in it.
INSERT OR IGNORE INTO location (place, twin) SELECT :places, part.twin FROM location AS part WHERE part.place = :parts

-- name: add_entries
INSERT INTO audit (instant, author, request, action, kind, id)
VALUES (
    :instants, (SELECT number FROM author WHERE client_id = :client_id), :requests, :actions, :kinds, :ids
)

-- name: add_properties
INSERT INTO property (path, value, twin) VALUES (:paths, :values, :twins)

-- name: remove_properties
DELETE FROM property WHERE path = :paths AND value = :values AND twin = :twins

-- name: add_blocks
INSERT OR IGNORE INTO block (number) VALUES (:blocks)
