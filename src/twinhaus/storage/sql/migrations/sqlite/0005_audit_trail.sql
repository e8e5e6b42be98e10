-- Who changed what. An instant is handed out once, and each later than all before, so it is an entry's key and its
-- place in the trail. Only ever added to; the oldest may be removed.
CREATE TABLE author (
    number INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE audit (
    instant INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES author,
    request TEXT NOT NULL,
    action INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id TEXT NOT NULL
) STRICT;
-- Each ends with the instant, as every index of SQLite ends with its table's key.
CREATE INDEX audit_by_id ON audit (id);
CREATE INDEX audit_by_author ON audit (author);
CREATE INDEX audit_by_request ON audit (request) WHERE request <> '';
-- Not twins and relationships, which are most of the trail: what changed among models, clients and keys.
CREATE INDEX audit_by_rare_kind ON audit (kind) WHERE kind > 2;
