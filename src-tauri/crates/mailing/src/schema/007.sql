-- Indexes that a big import can lay aside and make anew when everybody is in: in order, and not row by row all over.
-- Those that a table declares as UNIQUE columns cannot be dropped, so the table is written anew without them.
CREATE TABLE subscribers_anew (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT NOT NULL,
    hash         BLOB NOT NULL,
    address      TEXT NOT NULL,
    name         TEXT NOT NULL DEFAULT '',
    first_name   TEXT NOT NULL DEFAULT '',
    city         TEXT NOT NULL DEFAULT '',
    country      TEXT NOT NULL DEFAULT '',
    language     TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL CHECK (status IN ('active', 'unsubscribed', 'bounced')),
    role         INTEGER NOT NULL CHECK (role IN (0, 1)),
    -- What an unsubscribe link carries instead of the address.
    token        TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))),
    import_id    INTEGER REFERENCES imports (id),
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    name_order   TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO subscribers_anew
SELECT id, key, hash, address, name, first_name, city, country, language, organisation, status, role, token, import_id,
       created_at, changed_at, name_order FROM subscribers;
-- Numbers of people who are gone are not given again.
DELETE FROM sqlite_sequence WHERE name = 'subscribers_anew';
INSERT INTO sqlite_sequence (name, seq) SELECT 'subscribers_anew', seq FROM sqlite_sequence WHERE name = 'subscribers';
DROP TABLE subscribers;
ALTER TABLE subscribers_anew RENAME TO subscribers;

CREATE UNIQUE INDEX subscribers_by_key ON subscribers (key);
CREATE UNIQUE INDEX subscribers_by_hash ON subscribers (hash);
CREATE UNIQUE INDEX subscribers_by_token ON subscribers (token);
CREATE INDEX subscribers_by_name ON subscribers (name_order, id);
CREATE INDEX subscribers_by_change ON subscribers (changed_at, id);
CREATE INDEX subscribers_by_place ON subscribers (country, language, city, organisation, status);

-- Whoever changes a status, it is remembered.
CREATE TRIGGER status_changed AFTER UPDATE OF status ON subscribers WHEN old.status <> new.status BEGIN
    INSERT INTO history (subscriber_id, at, source, field, before, after)
    VALUES (new.id, new.changed_at, 'list', 'status', old.status, new.status);
END;

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
