-- The people of a file are put into the index of words together, when all of them are in: one by one that is most of
-- what an import costs. `importing` stands in `meta` only within the import's own transaction.
DROP TRIGGER words_added;
CREATE TRIGGER words_added AFTER INSERT ON subscribers
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'importing') BEGIN
    INSERT INTO words (rowid, name, address) VALUES (new.id, new.name, new.address);
END;
