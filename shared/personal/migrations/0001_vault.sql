-- Keys of data subjects: in a schema of their own, so that they are backed up apart from the events they open.

CREATE SCHEMA vault;

CREATE TABLE vault.subject_keys (
    key text PRIMARY KEY,
    subject text NOT NULL,
    cipher text NOT NULL,
    wrapped bytea,
    master text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
COMMENT ON TABLE vault.subject_keys IS 'a destroyed key leaves its row behind: its events are erased, not broken';
CREATE UNIQUE INDEX subject_keys_live ON vault.subject_keys (subject) WHERE destroyed_at IS NULL;
CREATE INDEX subject_keys_by_master ON vault.subject_keys (master) WHERE destroyed_at IS NULL;

CREATE TABLE vault.subject_streams (
    stream uuid PRIMARY KEY,
    subject text NOT NULL
);
COMMENT ON TABLE vault.subject_streams IS 'whose stream it is, for streams that hold anything personal';
CREATE INDEX subject_streams_by_subject ON vault.subject_streams (subject);

CREATE TABLE vault.generation (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    n bigint NOT NULL
);
COMMENT ON TABLE vault.generation IS 'counts erasures: who holds unwrapped keys of an older one forgets them';
INSERT INTO vault.generation (n) VALUES (0);
