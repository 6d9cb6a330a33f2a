-- How often somebody was asked to confirm, and what their server said when it refused the question for good.
ALTER TABLE confirmations ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE confirmations ADD COLUMN refused TEXT;
UPDATE confirmations SET asks = 1 WHERE asked_at IS NOT NULL;

-- One row a place instead of one a word: a word's row counts the people who have it, which for the `org` of an address
-- is everybody.
DROP TABLE vocabulary;
CREATE VIRTUAL TABLE vocabulary USING fts5vocab ('words', 'instance');
