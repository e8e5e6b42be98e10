-- All texts of a twin in one row, with its model: an index of trigrams of these (postgres/trigrams.py) yields twins, and
-- of the models that are asked for alone. What a row says stands in storage/properties.py. The indexes that were before
-- had an entry for each text, and none of them knew of models.
CREATE TABLE wording (
    twin BIGINT PRIMARY KEY,
    model BIGINT NOT NULL,
    texts TEXT COLLATE "C" NOT NULL
);
-- Here whole tables are looked at, once.
SET LOCAL enable_seqscan = on;
SET LOCAL enable_hashjoin = on;
SET LOCAL enable_mergejoin = on;
SET LOCAL work_mem = '256MB';
INSERT INTO wording (twin, model, texts)
SELECT twin.number, twin.model, coalesce(told.texts, E'\n')
FROM twin
LEFT JOIN (
    SELECT line.twin, E'\n' || string_agg(DISTINCT line.text, E'\n' ORDER BY line.text) || E'\n' AS texts
    FROM (
        SELECT property.twin, lower(substr(property.value, 2)) AS text
        FROM property WHERE property.value < '#' AND length(property.value) > 1
    ) AS line
    GROUP BY line.twin
) AS told ON told.twin = twin.number;
DROP INDEX IF EXISTS property_by_trigram;
DROP INDEX IF EXISTS twin_by_trigram;
