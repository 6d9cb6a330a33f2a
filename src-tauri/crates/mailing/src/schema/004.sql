-- Free attributes, notes, history, segments by name, and search as one types.

-- Two orders of the list, and the columns that segments ask for in one covering index: counting two or three of their
-- conditions reads 60 bytes a person and not the person's whole row.
ALTER TABLE subscribers ADD COLUMN name_order TEXT NOT NULL DEFAULT '';
CREATE INDEX subscribers_by_name ON subscribers (name_order, id);
CREATE INDEX subscribers_by_change ON subscribers (changed_at, id);
CREATE INDEX subscribers_by_place ON subscribers (country, language, city, organisation, status);

-- What only taking an import back asks, which may read the table; a big import need not pay for it.
DROP INDEX subscribers_import;
DROP INDEX consents_by_import;

-- What a publication knows about people beside the columns above; `name_folded` and `folded` are for comparing.
CREATE TABLE attributes (
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    value         TEXT NOT NULL,
    name_folded   TEXT NOT NULL,
    folded        TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX attributes_by_value ON attributes (name_folded, folded, subscriber_id);

-- Every way a city, a country, a language, an organisation or a tag was ever written. Segments compare folded
-- spellings, which SQLite cannot do beyond ASCII, and ask for the spellings found here. One too many does no harm.
CREATE TABLE spellings (
    field  TEXT NOT NULL,
    folded TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (field, folded, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    id            INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    at            INTEGER NOT NULL,
    text          TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_subscriber ON notes (subscriber_id, id);

-- What changed about a person, when and from where: `desk`, `import 3`, `undo of import 3`, `list`.
CREATE TABLE history (
    id            INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    at            INTEGER NOT NULL,
    source        TEXT NOT NULL,
    field         TEXT NOT NULL,
    before        TEXT NOT NULL,
    after         TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_subscriber ON history (subscriber_id, id);

-- Whoever changes a status, it is remembered.
CREATE TRIGGER status_changed AFTER UPDATE OF status ON subscribers WHEN old.status <> new.status BEGIN
    INSERT INTO history (subscriber_id, at, source, field, before, after)
    VALUES (new.id, new.changed_at, 'list', 'status', old.status, new.status);
END;

-- Consents are added and, with their person or their import, taken away; none is ever rewritten.
CREATE TRIGGER consents_stay BEFORE UPDATE ON consents BEGIN
    SELECT RAISE(ABORT, 'a consent is never rewritten');
END;

-- Words of names and addresses. No positions and no sizes: results are not ranked, so neither is ever read.
CREATE VIRTUAL TABLE words USING fts5 (
    name, address, content = 'subscribers', content_rowid = 'id', detail = 'none', columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2"
);
-- An erased person's words are taken out of the index at once and not when it is next merged.
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
INSERT INTO words (words) VALUES ('rebuild');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab ('words', 'row');
CREATE TRIGGER words_added AFTER INSERT ON subscribers BEGIN
    INSERT INTO words (rowid, name, address) VALUES (new.id, new.name, new.address);
END;
CREATE TRIGGER words_removed AFTER DELETE ON subscribers BEGIN
    INSERT INTO words (words, rowid, name, address) VALUES ('delete', old.id, old.name, old.address);
END;
CREATE TRIGGER words_changed AFTER UPDATE OF name, address ON subscribers
WHEN old.name <> new.name OR old.address <> new.address BEGIN
    INSERT INTO words (words, rowid, name, address) VALUES ('delete', old.id, old.name, old.address);
    INSERT INTO words (rowid, name, address) VALUES (new.id, new.name, new.address);
END;

CREATE TABLE segments (
    name       TEXT PRIMARY KEY,
    expression TEXT NOT NULL,
    saved_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The segment an edition was frozen with, as it was written.
ALTER TABLE mailings ADD COLUMN segment TEXT NOT NULL DEFAULT '';
