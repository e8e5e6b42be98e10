-- Statements that SQLite is told of many rows at once. Each parameter is a column of what is told, or the same in each
-- row. `told` are the rows, which queries.py puts in: one JSON text, or each value by itself.
-- Where one fails all of its transaction does, so it need not be able to undo itself (OR FAIL): that would take two thirds
-- more time.

-- name: add_twins
INSERT OR FAIL INTO twin (number, id, model, updated)
SELECT :numbers, :ids, model.number, :updated FROM told AS row CROSS JOIN model ON model.id = :models

-- name: add_documents
INSERT OR FAIL INTO document (twin, json) SELECT :numbers, :documents FROM told AS row

-- name: add_own_places
INSERT OR FAIL INTO location (place, twin) SELECT :numbers, :numbers FROM told AS row

-- name: move_twins
UPDATE OR FAIL twin SET model = model.number
FROM told AS row CROSS JOIN model ON model.id = :models
WHERE twin.number = :numbers

-- name: touch_twins
-- To set its model to what it is would write the index by model anew.
UPDATE OR FAIL twin SET updated = :updated FROM told AS row WHERE twin.number = :numbers

-- name: replace_documents
UPDATE OR FAIL document SET json = :documents FROM told AS row WHERE document.twin = :numbers

-- name: add_kinds_of
INSERT OR FAIL INTO kind (model, twin)
SELECT model_ancestor.ancestor, twin.number
FROM told AS row
CROSS JOIN twin ON twin.number = :numbers
CROSS JOIN model_ancestor ON model_ancestor.model = twin.model

-- name: add_relationships
INSERT OR FAIL INTO relationship (id, source, target, name, properties, document)
SELECT :ids, :sources, :targets, :names, :properties, :documents FROM told AS row

-- name: add_places
INSERT OR FAIL INTO location (place, twin) SELECT :places, :twins FROM told AS row

-- name: add_places_of_all_in
-- Of a part, and of whatever is in it.
INSERT OR IGNORE INTO location (place, twin)
SELECT :places, part.twin FROM told AS row CROSS JOIN location AS part ON part.place = :parts

-- name: add_entries
INSERT OR FAIL INTO audit (instant, author, request, action, kind, id)
SELECT :instants, author.number, :requests, :actions, :kinds, :ids
FROM told AS row CROSS JOIN author ON author.client_id = :client_id

-- name: add_entries_of
INSERT OR FAIL INTO audit (instant, author, request, action, kind, id)
SELECT :instants, :authors, :requests, :actions, :kinds, :ids FROM told AS row

-- name: add_properties
INSERT OR FAIL INTO property (twin, path, value) SELECT :twins, :paths, :values FROM told AS row

-- name: remove_properties
DELETE FROM property
WHERE (twin, path, value) IN (SELECT :twins, :paths, :values FROM told AS row)

-- name: add_blocks
INSERT OR IGNORE INTO block (number) SELECT :blocks FROM told AS row
