-- What the sender keeps: doubt, schedules, claims ahead, quotas.

-- How many copies may have gone out without an answer. It never goes down: what is not known once is not known later.
ALTER TABLE deliveries ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;
UPDATE deliveries SET doubts = (SELECT count(*) FROM attempts a WHERE a.delivery_id = deliveries.id
                                                                  AND a.outcome = 'uncertain')
WHERE attempts > 0;
-- The order of claims within a connection, which is the order in which it hands messages over.
ALTER TABLE deliveries ADD COLUMN claim INTEGER;

-- A mailing that is to start at a time of its own, and the last moment at which that still makes sense.
ALTER TABLE mailings ADD COLUMN start_at INTEGER;
ALTER TABLE mailings ADD COLUMN start_by INTEGER;
-- The run of the sender whose journal may be believed after a crash.
ALTER TABLE mailings ADD COLUMN journal TEXT;

-- Every message that counts against a quota, until its period is over.
CREATE TABLE grants (
    id    INTEGER PRIMARY KEY,
    quota TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;
CREATE INDEX grants_by_quota ON grants (quota, at);
