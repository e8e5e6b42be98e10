-- Models, and every model's ancestors (itself included). Both only ever grow: stored models do not change.
CREATE TABLE model (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    uploaded INTEGER NOT NULL,
    decommissioned INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE model_ancestor (
    model INTEGER NOT NULL REFERENCES model,
    ancestor INTEGER NOT NULL REFERENCES model,
    PRIMARY KEY (model, ancestor)
) STRICT, WITHOUT ROWID;

-- A twin's number is given once, kept, and never given again: it is the order of every list. Rows are narrow so that scans are short;
-- the text an answer carries stands apart.
CREATE TABLE twin (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    model INTEGER NOT NULL REFERENCES model,
    updated INTEGER NOT NULL
) STRICT;
CREATE INDEX twin_by_model ON twin (model);

CREATE TABLE document (
    twin INTEGER PRIMARY KEY REFERENCES twin,
    json TEXT NOT NULL
) STRICT;

-- Every model a twin is an instance of, through extends: a model and its thousand subclasses are one range.
CREATE TABLE kind (
    model INTEGER NOT NULL,
    twin INTEGER NOT NULL,
    PRIMARY KEY (model, twin)
) STRICT, WITHOUT ROWID;

-- Every place a twin is in, itself included: the closure of the containment relationships.
CREATE TABLE location (
    place INTEGER NOT NULL,
    twin INTEGER NOT NULL,
    PRIMARY KEY (place, twin)
) STRICT, WITHOUT ROWID;
CREATE INDEX location_by_twin ON location (twin, place);

-- For each run of 64 twin numbers the span of their last updates, so that a date filter skips runs it cannot match.
CREATE TABLE span (
    run INTEGER PRIMARY KEY,
    oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL
) STRICT;

CREATE TABLE relationship (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source INTEGER NOT NULL REFERENCES twin,
    target INTEGER NOT NULL REFERENCES twin,
    name TEXT NOT NULL,
    properties TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX relationship_by_source ON relationship (source, name, target, properties);
CREATE INDEX relationship_by_target ON relationship (target, name, source);
CREATE INDEX relationship_by_name_and_source ON relationship (name, source, target);
CREATE INDEX relationship_by_name_and_target ON relationship (name, target, source);

CREATE TABLE client (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_key (
    id TEXT PRIMARY KEY,
    pem TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What changes as a whole: `models` counts changes of the model set, `clock` is the last instant handed out,
-- `containment` names the relationships the location table follows.
CREATE TABLE state (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO state VALUES ('models', 0), ('clock', 0), ('containment', '');
