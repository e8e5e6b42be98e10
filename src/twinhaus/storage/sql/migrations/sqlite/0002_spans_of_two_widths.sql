-- Spans of 16 twin numbers instead of 64, and wide ones of 64 spans each: a date filter looks at fewer twins among
-- those that changed lately, and passes over long stretches that did not in a single step.

DELETE FROM span;
INSERT INTO span (run, oldest, newest)
SELECT number >> 4, min(updated), max(updated) FROM twin GROUP BY 1;

CREATE TABLE wide_span (
    run INTEGER PRIMARY KEY,
    oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL
) STRICT;
INSERT INTO wide_span (run, oldest, newest)
SELECT run >> 6, min(oldest), max(newest) FROM span GROUP BY 1;
