-- Which paths in contents the tables `path` and `property` follow (storage/paths.py). Nothing: all of them.
-- Older servers know of no others, and would take what is not there for what no twin has.
INSERT INTO state (name, value) VALUES ('indexed', '');
