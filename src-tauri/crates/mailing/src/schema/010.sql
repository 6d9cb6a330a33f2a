-- What a large import and a large mailing cost: less is written for each person, and every index can be laid aside.

-- Deliveries anew, because an index that a table declares as UNIQUE columns cannot be laid aside, and hashes in no order
-- are written all over it. One index now finds somebody's copies and keeps them from being two in one mailing.
CREATE TABLE deliveries_anew (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    mailing_id    INTEGER NOT NULL REFERENCES mailings (id) ON DELETE CASCADE,
    subscriber_id INTEGER REFERENCES subscribers (id) ON DELETE SET NULL,
    hash          BLOB NOT NULL,
    address       TEXT NOT NULL,
    name          TEXT NOT NULL,
    first_name    TEXT NOT NULL,
    city          TEXT NOT NULL,
    country       TEXT NOT NULL,
    language      TEXT NOT NULL,
    organisation  TEXT NOT NULL,
    token         TEXT NOT NULL,
    message_id    TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'retry', 'accepted', 'uncertain', 'failed',
                                                 'bounced', 'excluded', 'cancelled', 'expired')),
    -- Why the person is excluded.
    reason        TEXT,
    -- When the delivery may be claimed; null when it may not. Queued is 0, so that first attempts go first.
    due_at        INTEGER,
    first_at      INTEGER,
    attempts      INTEGER NOT NULL DEFAULT 0,
    postponed     INTEGER NOT NULL DEFAULT 0,
    resends       INTEGER NOT NULL DEFAULT 0,
    connection    INTEGER,
    code          INTEGER,
    text          TEXT NOT NULL DEFAULT '',
    changed_at    INTEGER NOT NULL,
    -- How many copies may have gone out without an answer. It never goes down: what is not known once is not known later.
    doubts        INTEGER NOT NULL DEFAULT 0,
    -- The order of claims within a connection, which is the order in which it hands messages over.
    claim         INTEGER
) STRICT;
INSERT INTO deliveries_anew
SELECT id, mailing_id, subscriber_id, hash, address, name, first_name, city, country, language, organisation, token,
       message_id, state, reason, due_at, first_at, attempts, postponed, resends, connection, code, text, changed_at,
       doubts, claim FROM deliveries;
-- Numbers of deliveries that are gone are not given again.
DELETE FROM sqlite_sequence WHERE name = 'deliveries_anew';
INSERT INTO sqlite_sequence (name, seq) SELECT 'deliveries_anew', seq FROM sqlite_sequence WHERE name = 'deliveries';
DROP TABLE deliveries;
ALTER TABLE deliveries_anew RENAME TO deliveries;

-- SQLite ends every entry of an index with the row's number; named once more, it would stand there twice.
CREATE UNIQUE INDEX deliveries_by_hash ON deliveries (hash, mailing_id);
CREATE INDEX deliveries_due ON deliveries (mailing_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_by_state ON deliveries (mailing_id, state);
CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id);
CREATE INDEX deliveries_by_message_id ON deliveries (message_id);
DROP INDEX subscribers_by_name;
DROP INDEX subscribers_by_change;
CREATE INDEX subscribers_by_name ON subscribers (name_order);
CREATE INDEX subscribers_by_change ON subscribers (changed_at);

-- The line of the import's file that is the evidence of a consent. What such a consent says beside, source and wording,
-- stands once, with the import, and neither is ever rewritten.
ALTER TABLE consents ADD COLUMN line INTEGER;
CREATE TRIGGER imports_stay BEFORE UPDATE OF at, file_name, source, basis ON imports BEGIN
    SELECT RAISE(ABORT, 'what an import says is the evidence of consents and never rewritten');
END;
CREATE TRIGGER imports_hold BEFORE DELETE ON imports BEGIN
    SELECT RAISE(ABORT, 'what an import says is the evidence of consents and never removed');
END;
