-- In each row of `text_part` stands now, beside the parts of texts, which models the twin is an instance of, each as a
-- trigram of its own (asking/text_parts.py). A trigger is gone with its table; those of `document` know no `text_part`.
-- Older servers would read texts without models, and must stop.
DROP TABLE text_part;
CREATE VIRTUAL TABLE text_part USING fts5(
    text, model_1, model_2, model_3, model_4, model_5, model_6, further_models,
    tokenize = 'trigram', content = '', columnsize = 0, detail = 'none'
);
INSERT INTO text_part (text_part, rank) VALUES ('usermerge', 2);
UPDATE state SET value = 0 WHERE name = 'ids_read';
INSERT OR IGNORE INTO unread (twin) SELECT number FROM twin;

-- Contents that stay as they are may be of another model, and a model that was removed and comes back has its ancestors
-- again.
CREATE TRIGGER twin_moved AFTER UPDATE OF model ON twin
WHEN new.model <> old.model
BEGIN
    INSERT INTO unread (twin) SELECT new.number WHERE NOT EXISTS (SELECT 1 FROM unread WHERE twin = new.number);
END;

CREATE TRIGGER model_extended AFTER INSERT ON model_ancestor
BEGIN
    INSERT INTO unread (twin)
    SELECT number FROM twin
    WHERE model = new.model AND NOT EXISTS (SELECT 1 FROM unread WHERE unread.twin = twin.number);
END;
