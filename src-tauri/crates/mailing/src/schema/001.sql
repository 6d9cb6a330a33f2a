-- Subscribers, consent, suppression and the delivery ledger. Times are milliseconds since 1970, UTC.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The key of the suppression hashes. Without it a hash cannot be tried against a list of addresses.
INSERT INTO meta (key, value) VALUES ('suppression-key', randomblob(32));

CREATE TABLE imports (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    source    TEXT NOT NULL,
    basis     TEXT NOT NULL,
    report    TEXT NOT NULL DEFAULT '{}',
    undone_at INTEGER
) STRICT;

CREATE TABLE subscribers (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT NOT NULL UNIQUE,
    hash         BLOB NOT NULL UNIQUE,
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
    token        TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
    import_id    INTEGER REFERENCES imports (id),
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX subscribers_import ON subscribers (import_id);

CREATE TABLE tags (
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    tag           TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag, subscriber_id);

-- Why a person may be mailed (GDPR article 7.1: the controller must be able to show it).
CREATE TABLE consents (
    id            INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    recorded_at   INTEGER NOT NULL,
    given_at      INTEGER,
    how           TEXT NOT NULL,
    wording       TEXT NOT NULL,
    source        TEXT NOT NULL,
    evidence      TEXT NOT NULL,
    import_id     INTEGER REFERENCES imports (id)
) STRICT;
CREATE INDEX consents_by_subscriber ON consents (subscriber_id);
CREATE INDEX consents_by_import ON consents (import_id);

-- Why a person must not be mailed. Only a keyed hash, so that it may outlive the person's erasure.
CREATE TABLE suppressions (
    hash   BLOB PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'erased', 'complained')),
    at     INTEGER NOT NULL,
    note   TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- What an import wrote over, for taking it back.
CREATE TABLE import_changes (
    import_id     INTEGER NOT NULL REFERENCES imports (id),
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    before        TEXT NOT NULL,
    PRIMARY KEY (import_id, subscriber_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_changes_by_subscriber ON import_changes (subscriber_id);

CREATE TABLE mailings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    edition      TEXT NOT NULL,
    rehearsal    INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
    state        TEXT NOT NULL CHECK (state IN ('running', 'paused', 'finished', 'cancelled')),
    pause        TEXT,
    frozen_at    INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    candidates   INTEGER NOT NULL,
    -- Fixed here, so that every copy of a message is the same bytes.
    boundary     TEXT NOT NULL,
    letter       TEXT NOT NULL,
    UNIQUE (edition, rehearsal)
) STRICT;

-- Pictures and attachments of a letter.
CREATE TABLE letter_files (
    mailing_id INTEGER NOT NULL REFERENCES mailings (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (mailing_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
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
    UNIQUE (mailing_id, hash)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (mailing_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_by_state ON deliveries (mailing_id, state, id);
CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id);
CREATE INDEX deliveries_by_hash ON deliveries (hash);
CREATE INDEX deliveries_by_message_id ON deliveries (message_id);

CREATE TABLE attempts (
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    connection  INTEGER,
    stage       TEXT NOT NULL,
    code        INTEGER,
    text        TEXT NOT NULL,
    outcome     TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_delivery ON attempts (delivery_id, id);
