-- How far each mailbox was read. A UID means something only together with its folder's UIDVALIDITY (RFC 3501 2.3.1.1).
CREATE TABLE inbox_places (
    account      TEXT PRIMARY KEY,
    uid_validity INTEGER NOT NULL,
    last_uid     INTEGER NOT NULL,
    read_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
