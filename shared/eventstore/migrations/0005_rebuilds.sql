-- What a rebuild has done so far, so that one that was killed goes on where it stopped.

CREATE TABLE rebuilds (
    schema text PRIMARY KEY,
    run uuid NOT NULL,
    fingerprint text NOT NULL,
    places json NOT NULL,
    aside json NOT NULL DEFAULT '{}',
    upto json,
    deferred json NOT NULL DEFAULT '[]',
    loaded boolean NOT NULL,
    events bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE rebuilds IS 'a copy of a read model that is being built beside the serving one';
COMMENT ON COLUMN rebuilds.fingerprint IS 'of the tables and the handler; a copy begun with others is begun anew';
COMMENT ON COLUMN rebuilds.aside IS 'streams with parked or skipped events, applied last: from which version on';
COMMENT ON COLUMN rebuilds.upto IS 'the snapshots that bound the events that are folded; null: replayed page by page';
COMMENT ON COLUMN rebuilds.deferred IS 'keys and indexes to be made when all rows are in';

CREATE TABLE rebuild_shares (
    schema text NOT NULL REFERENCES rebuilds ON DELETE CASCADE,
    share integer NOT NULL,
    low uuid NOT NULL,
    high uuid NOT NULL,
    events bigint,
    PRIMARY KEY (schema, share)
);
COMMENT ON COLUMN rebuild_shares.events IS 'how many were folded; null while the share is not done';

CREATE TABLE read_models (
    name text PRIMARY KEY,
    ddl_hash text NOT NULL,
    built_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE read_models IS 'with which tables each serving copy was built; others now mean that a rebuild is due';
