-- Joins the workers to the coordinator. It may be run again: what has joined stays as it is.

-- How workers reach the coordinator; by default it says `localhost`.
SELECT citus_set_coordinator_host('coordinator', 5432);

SELECT citus_add_node('worker-1', 5432);
SELECT citus_add_node('worker-2', 5432);
