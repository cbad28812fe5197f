-- What an operator decided stays on record: which event was skipped, by whom and why.
ALTER TABLE parked
    ADD COLUMN skipped_by text,
    ADD COLUMN skip_reason text;

-- A subscriber that failed for stream after stream stands still for all replicas, also after they are
-- started anew, until an operator lets it go on. Rows stay: they say who did, and when.
CREATE TABLE stopped (
    subscriber text NOT NULL,
    source text NOT NULL,
    reason text NOT NULL,
    stopped_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    resumed_at timestamptz,
    resumed_by text,
    PRIMARY KEY (subscriber, source, stopped_at)
);
CREATE UNIQUE INDEX stopped_now ON stopped (subscriber, source) WHERE resumed_at IS NULL;
COMMENT ON TABLE stopped IS 'subscribers that gave up on a source; resumed_at null means they stand still now';
