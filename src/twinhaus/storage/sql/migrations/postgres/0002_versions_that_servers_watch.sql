-- As SQLite's 0006. `version` is that of the schema; `compatible` the oldest whose servers can work with it.
INSERT INTO state (name, value) VALUES ('access', '0'), ('compatible', '2');
