-- What a new database cluster needs before the first server comes: a role that owns nothing but what it makes.
-- Run once, by the superuser, in the database `twinhaus`: the images do so with what lies in /docker-entrypoint-initdb.d.

-- Parts of texts are found by an index where this extension is, and without it by looking at each.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

\set password `sed -n 's/^password=//p' /run/secrets/pg_service.conf`

CREATE ROLE twinhaus LOGIN PASSWORD :'password';

REVOKE ALL ON DATABASE twinhaus FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- CREATE is for schemas, one for each graph; TEMPORARY everyone has by default.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE twinhaus TO twinhaus;
