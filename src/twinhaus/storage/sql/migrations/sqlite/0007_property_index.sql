-- What the contents of twins hold (storage/properties.py), so that filters on properties need not look into every text.
-- A path has a number, which is never another's. That of the empty one is 0: a twin of which nothing else is told.
CREATE TABLE path (
    number INTEGER PRIMARY KEY,
    keys TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO path (number, keys) VALUES (0, '');

CREATE TABLE property (
    twin INTEGER NOT NULL,
    path INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (twin, path, value)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO path (keys)
SELECT DISTINCT entry.value ->> 0
FROM document CROSS JOIN json_each(entries_of(document.json)) AS entry;
INSERT INTO property (twin, path, value)
SELECT document.twin, path.number, entry.value ->> 1
FROM document
CROSS JOIN json_each(entries_of(document.json)) AS entry
CROSS JOIN path ON path.keys = entry.value ->> 0;

-- By value in blocks of 8,192 twins, one after the other. So values are found in the order of twins, a range of them
-- too; and what is written lies close together, where all values would be scattered over all that there are.
CREATE TABLE block (
    number INTEGER PRIMARY KEY
) STRICT;
INSERT INTO block (number) SELECT DISTINCT number >> 13 FROM twin;
CREATE INDEX property_by_value ON property (path, twin >> 13, value, twin);
