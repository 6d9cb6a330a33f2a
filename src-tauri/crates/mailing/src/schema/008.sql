-- Every suppression and every one taken back, as it happened. `suppressions` says what holds now; this says how it came
-- to that, and is only ever added to. What an erased person's entries say is emptied, because it may name them.
CREATE TABLE suppression_entries (
    id     INTEGER PRIMARY KEY,
    hash   BLOB NOT NULL,
    -- Null when it was taken back.
    reason TEXT,
    at     INTEGER NOT NULL,
    note   TEXT NOT NULL
) STRICT;
CREATE INDEX suppression_entries_by_hash ON suppression_entries (hash, id);
INSERT INTO suppression_entries (hash, reason, at, note) SELECT hash, reason, at, note FROM suppressions;

CREATE TRIGGER suppression_put AFTER INSERT ON suppressions BEGIN
    INSERT INTO suppression_entries (hash, reason, at, note) VALUES (new.hash, new.reason, new.at, new.note);
END;
CREATE TRIGGER suppression_changed AFTER UPDATE OF reason, at, note ON suppressions
WHEN old.reason <> new.reason OR old.at <> new.at OR old.note <> new.note BEGIN
    INSERT INTO suppression_entries (hash, reason, at, note) VALUES (new.hash, new.reason, new.at, new.note);
END;
-- Whoever takes one back says so first.
CREATE TRIGGER suppression_kept BEFORE DELETE ON suppressions
WHEN (SELECT reason FROM suppression_entries WHERE hash = old.hash ORDER BY id DESC LIMIT 1) IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'a suppression is taken back by a further entry');
END;
CREATE TRIGGER suppression_entries_stay BEFORE DELETE ON suppression_entries BEGIN
    SELECT RAISE(ABORT, 'an entry about a suppression is never removed');
END;
CREATE TRIGGER suppression_entries_hold BEFORE UPDATE ON suppression_entries
WHEN new.note <> '' OR new.hash <> old.hash OR new.reason IS NOT old.reason OR new.at <> old.at BEGIN
    SELECT RAISE(ABORT, 'an entry about a suppression is never rewritten');
END;
