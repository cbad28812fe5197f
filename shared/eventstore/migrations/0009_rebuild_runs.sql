-- Rebuilds that operators ask for over HTTP: who asked and released, how far they are, how they ended.

CREATE TABLE rebuild_runs (
    id uuid PRIMARY KEY,
    read_model text NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'replaced', 'waiting', 'running', 'done', 'failed')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    released_by text,
    released_at timestamptz,
    workers integer NOT NULL,
    afresh boolean NOT NULL,
    starts integer NOT NULL DEFAULT 0,
    phase text,
    events bigint NOT NULL DEFAULT 0,
    per_second double precision,
    done double precision,
    seconds_left double precision,
    ended_at timestamptz,
    failure text,
    outcome jsonb
);
CREATE UNIQUE INDEX rebuild_runs_open ON rebuild_runs (read_model) WHERE state IN ('proposed', 'waiting', 'running');
CREATE INDEX rebuild_runs_asked ON rebuild_runs (asked_at, id);
COMMENT ON COLUMN rebuild_runs.starts IS 'how often it was begun: one that is interrupted goes on, not for ever';
COMMENT ON COLUMN rebuild_runs.afresh IS 'begin from the first event; false once it has, so that it goes on after a kill';
