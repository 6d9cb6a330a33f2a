-- What came back about a person after mail was sent to them: bounces, complaints, unsubscriptions made elsewhere. Each
-- row keeps what it was seen by and what it changed, so that it can be shown and taken back.
CREATE TABLE returns (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The same event read twice has the same mark, and counts once.
    mark            BLOB NOT NULL UNIQUE,
    hash            BLOB NOT NULL,
    delivery_id     INTEGER REFERENCES deliveries (id) ON DELETE SET NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('hard_bounce', 'soft_bounce', 'delay', 'policy', 'complaint',
                                                  'unsubscribe')),
    source          TEXT NOT NULL CHECK (source IN ('inbox', 'unsubscribe_box')),
    known_by        TEXT NOT NULL CHECK (known_by IN ('message_id', 'return_path', 'token', 'address', 'guess')),
    -- 1 when its meaning was read out of running text.
    guessed         INTEGER NOT NULL DEFAULT 0 CHECK (guessed IN (0, 1)),
    happened_at     INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    words           TEXT NOT NULL,
    report          BLOB NOT NULL,
    -- 1 when it is the reason why the person is suppressed, or was until a stronger one came.
    suppressed      INTEGER NOT NULL DEFAULT 0 CHECK (suppressed IN (0, 1)),
    -- What it wrote over, as JSON.
    before          TEXT NOT NULL DEFAULT '{}',
    undone_at       INTEGER
) STRICT;
CREATE INDEX returns_by_hash ON returns (hash, id);
CREATE INDEX returns_by_delivery ON returns (delivery_id);

-- Which return made a suppression; null when the desk or a relay's own refusal did.
ALTER TABLE suppressions ADD COLUMN return_id INTEGER;
