-- The unsubscribe box, and people who are asked to confirm by mail. Times are milliseconds since 1970, UTC.

-- When each box was last asked with success, and where in its log the next question begins.
CREATE TABLE box_pulls (
    box       TEXT PRIMARY KEY,
    position  TEXT NOT NULL,
    pulled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Choices of a language that were taken over. A box that is read again from its start, as after a backup was restored,
-- changes nothing twice. Whoever leaves stands in `returns`.
CREATE TABLE box_wishes (
    digest BLOB PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- People who were asked whether they want the newsletter; without an answer they are not mailed.
CREATE TABLE confirmations (
    subscriber_id INTEGER PRIMARY KEY REFERENCES subscribers (id) ON DELETE CASCADE,
    wording       TEXT NOT NULL,
    source        TEXT NOT NULL,
    since         INTEGER NOT NULL,
    -- When the mail that asks was taken by a server; null until then.
    asked_at      INTEGER,
    confirmed_at  INTEGER
) STRICT;
