-- What the servers of one store watch, each in a row that they read inside their own snapshots.
-- `access` is the instant of the last change of a client or a signing key. `compatible` is the oldest version of this
-- schema whose servers can go on working with it as it is; whoever migrates a store sets it.
INSERT INTO state (name, value) VALUES ('access', 0), ('compatible', 6);
