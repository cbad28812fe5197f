-- A transaction's events may be applied in several batches. While they are, what is known of its
-- streams is half a truth; a reader that acts on facts with old dates has to know that.
ALTER TABLE checkpoints ADD COLUMN current boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN checkpoints.current IS 'the last batch ended at the end of the feed: no transaction is applied in part';
