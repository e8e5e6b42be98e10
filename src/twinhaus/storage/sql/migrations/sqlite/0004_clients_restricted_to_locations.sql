-- A JSON array of the ids of twins: the places that a client is restricted to. Without any it may go everywhere.
ALTER TABLE client ADD COLUMN locations TEXT NOT NULL DEFAULT '[]';
