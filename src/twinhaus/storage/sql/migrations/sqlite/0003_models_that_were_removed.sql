-- Models can be removed. One that was keeps its row, with an empty document: its number is never another's, and the
-- twins that are left still say whose they are. It keeps itself as its only ancestor.
-- `change` orders all additions and removals, and `models` in `state` is the last of them, so whoever has followed up
-- to some change finds what came after it.
ALTER TABLE model ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
UPDATE model SET change = number;
CREATE UNIQUE INDEX model_by_change ON model (change);
UPDATE state SET value = (SELECT coalesce(max(change), 0) FROM model) WHERE name = 'models';
