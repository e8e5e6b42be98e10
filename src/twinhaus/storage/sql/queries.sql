-- Fixed statements that every engine understands, by name. Statements that depend on a query's shape come from
-- asking/ and its users.

-- name: models_after
SELECT id, document FROM model WHERE change > :change ORDER BY change

-- name: add_model
INSERT INTO model (id, document, uploaded, change) VALUES (:id, :document, :uploaded, :change)

-- name: add_model_again
-- One that was removed has its row already, and keeps its number.
UPDATE model
SET
    document = :document,
    uploaded = CASE WHEN uploaded < :uploaded THEN :uploaded ELSE uploaded + 1 END,
    change = :change
WHERE id = :id
RETURNING number

-- name: add_model_ancestor
INSERT INTO model_ancestor (model, ancestor)
SELECT model.number, ancestor.number
FROM model, model AS ancestor
WHERE model.id = :id AND ancestor.id = :ancestor
ON CONFLICT DO NOTHING

-- name: restore_kinds
-- The twins that outlived their model are again what its ancestors' twins are.
INSERT INTO kind (model, twin)
SELECT model_ancestor.ancestor, twin.number
FROM model_ancestor
JOIN twin ON twin.model = model_ancestor.model
WHERE model_ancestor.model = (SELECT number FROM model WHERE id = :id)
ON CONFLICT DO NOTHING

-- name: forget_kinds
-- Its twins are no longer what its ancestors' twins are; they stay a kind of it.
DELETE FROM kind
WHERE model IN (
    SELECT ancestor FROM model_ancestor
    WHERE model = (SELECT number FROM model WHERE id = :id) AND ancestor <> model
  )
  AND twin IN (SELECT number FROM twin WHERE model = (SELECT number FROM model WHERE id = :id))

-- name: forget_ancestors
DELETE FROM model_ancestor WHERE model = (SELECT number FROM model WHERE id = :id) AND ancestor <> model

-- name: remove_model
UPDATE model SET document = '', decommissioned = 0, change = :change WHERE id = :id

-- name: count_twins_of
SELECT count(*) FROM twin WHERE model = (SELECT number FROM model WHERE id = :id)

-- name: models
SELECT id, uploaded, decommissioned FROM model WHERE document <> '' ORDER BY change

-- name: find_model
SELECT id, uploaded, decommissioned FROM model WHERE id = :id AND document <> ''

-- name: set_uploaded
UPDATE model SET uploaded = :uploaded WHERE id = :id

-- name: find_model_number
SELECT number FROM model WHERE id = :id

-- name: is_decommissioned
SELECT decommissioned FROM model WHERE id = :id

-- name: set_decommissioned
UPDATE model SET decommissioned = :decommissioned
WHERE id = :id AND decommissioned <> :decommissioned
RETURNING number

-- name: find_twin
SELECT twin.id, model.id, twin.updated, document.json
FROM twin
JOIN model ON model.number = twin.model
JOIN document ON document.twin = twin.number
WHERE twin.id = :id

-- name: model_of
SELECT model.id FROM twin JOIN model ON model.number = twin.model WHERE twin.id = :id

-- name: find_relationship
SELECT
    relationship.id, source.id, target.id, relationship.name, relationship.properties, relationship.document
FROM relationship
JOIN twin AS source ON source.number = relationship.source
JOIN twin AS target ON target.number = relationship.target
WHERE relationship.id = :id

-- name: outgoing
SELECT
    relationship.number, (SELECT id FROM model WHERE number = target.model),
    relationship.id, :id, target.id, relationship.name, relationship.properties, relationship.document
FROM relationship
JOIN twin AS target ON target.number = relationship.target
WHERE relationship.source = (SELECT number FROM twin WHERE id = :id)
ORDER BY relationship.number

-- name: incoming
SELECT
    relationship.number, (SELECT id FROM model WHERE number = source.model),
    relationship.id, source.id, :id, relationship.name, relationship.properties, relationship.document
FROM relationship
JOIN twin AS source ON source.number = relationship.source
WHERE relationship.target = (SELECT number FROM twin WHERE id = :id)
ORDER BY relationship.number

-- name: count_outgoing
SELECT count(*) FROM relationship WHERE source = (SELECT number FROM twin WHERE id = :id) AND name = :name

-- name: all_twin_numbers
SELECT number FROM twin

-- name: clients
SELECT id, name, secret_hash, scopes, created, locations FROM client ORDER BY name

-- name: find_client
SELECT id, name, secret_hash, scopes, created, locations FROM client WHERE id = :id

-- name: add_client
INSERT INTO client (id, name, secret_hash, scopes, created, locations)
VALUES (:id, :name, :secret_hash, :scopes, :created, :locations)

-- name: replace_client
UPDATE client
SET name = :name, secret_hash = :secret_hash, scopes = :scopes, created = :created, locations = :locations
WHERE id = :id

-- name: remove_client
DELETE FROM client WHERE id = :id

-- name: signing_keys
SELECT id, pem, created FROM signing_key ORDER BY created DESC, id

-- name: add_signing_key
INSERT INTO signing_key (id, pem, created) VALUES (:id, :pem, :created)

-- name: remove_signing_key
DELETE FROM signing_key WHERE id = :id

-- name: secret
SELECT value FROM secret WHERE name = :name

-- name: add_secret
INSERT INTO secret (name, value) VALUES (:name, :value)
ON CONFLICT DO NOTHING

-- name: remove_entries
DELETE FROM audit
WHERE instant IN (SELECT instant FROM audit WHERE instant < :before ORDER BY instant LIMIT :most)

-- name: find_copy
SELECT value FROM state WHERE name = 'copy'

-- name: begin_copy
INSERT INTO state (name, value) VALUES ('copy', :value)

-- name: note_copy
-- Only where nobody else has gone on with it.
UPDATE state SET value = :value WHERE name = 'copy' AND value = :before RETURNING name

-- name: end_copy
DELETE FROM state WHERE name = 'copy'

-- name: put_state
INSERT INTO state (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: forget_secrets
DELETE FROM secret

-- name: author_number
SELECT number FROM author WHERE client_id = :client_id
