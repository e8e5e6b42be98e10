-- How the server has its statements planned, on every machine: it says so to the coordinator by itself, and what is set
-- for a session does not reach workers. Run on each before it joins.
ALTER ROLE twinhaus SET jit = off;
ALTER ROLE twinhaus SET plan_cache_mode = force_custom_plan;
ALTER ROLE twinhaus SET enable_seqscan = off;
ALTER ROLE twinhaus SET enable_bitmapscan = off;
ALTER ROLE twinhaus SET enable_hashjoin = off;
ALTER ROLE twinhaus SET enable_mergejoin = off;
ALTER ROLE twinhaus SET enable_hashagg = off;
