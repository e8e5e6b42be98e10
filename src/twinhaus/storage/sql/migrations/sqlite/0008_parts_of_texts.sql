-- compatible with: 0007
-- Which texts have which three characters in a row, without casing: of each path of a twin, its rows of `property` that
-- are texts, one after the other. Nothing is ever taken out of it, so it yields twins of which some have to be ruled out.
CREATE VIRTUAL TABLE text_part USING fts5(
    text, tokenize = 'trigram', content = '', columnsize = 0, detail = 'none'
);

-- Twins that were written since their texts were last read into it; they are looked at one by one. To read a text takes
-- longer than to write it, so it is done when nobody waits. Triggers note them: servers that know nothing of it write, too.
-- (OR IGNORE would not do: in a trigger OR FAIL of the statement that fires it comes first.)
CREATE TABLE unread (
    twin INTEGER PRIMARY KEY
) STRICT;
INSERT INTO unread (twin) SELECT number FROM twin;

CREATE TRIGGER document_added AFTER INSERT ON document
BEGIN
    INSERT INTO unread (twin) SELECT new.twin WHERE NOT EXISTS (SELECT 1 FROM unread WHERE twin = new.twin);
END;

CREATE TRIGGER document_replaced AFTER UPDATE OF json ON document
WHEN substr(new.json, instr(new.json, ',"contents":')) <> substr(old.json, instr(old.json, ',"contents":'))
BEGIN
    INSERT INTO unread (twin) SELECT new.twin WHERE NOT EXISTS (SELECT 1 FROM unread WHERE twin = new.twin);
END;
