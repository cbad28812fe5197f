-- Events, ticks, commands and checkpoints: the same in every service's database.

CREATE TABLE feed_epoch (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch text NOT NULL
);
COMMENT ON TABLE feed_epoch IS 'Part of every cursor; changes at promotion and restore, so that old cursors are refused';
INSERT INTO feed_epoch (epoch) VALUES (substr(md5(gen_random_uuid()::text), 1, 8));

CREATE TABLE events (
    position bigint GENERATED ALWAYS AS IDENTITY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL,
    stream uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    type text NOT NULL,
    schema_version smallint NOT NULL,
    -- json, not jsonb: jsonb rewrites numbers and key order, and the hash is over what is stored.
    data json NOT NULL,
    metadata json NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (txid, position),
    UNIQUE (stream, version)
);
COMMENT ON COLUMN events.position IS 'an address, not an order: it is handed out before the commit';
COMMENT ON COLUMN events.txid IS 'what the ticks are compared with; a logical restore must renumber it';

CREATE TABLE ticks (
    tick bigint PRIMARY KEY,
    taken pg_snapshot NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE ticks IS 'a page of the feed is what is visible in tick b and was not in tick b-1';
INSERT INTO ticks (tick, taken) VALUES (0, '1:1:');

CREATE TABLE commands (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    answer json,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (principal, key)
);
COMMENT ON COLUMN commands.answer IS 'null only inside the transaction that runs the command';

CREATE TABLE checkpoints (
    subscriber text NOT NULL,
    source text NOT NULL,
    category text NOT NULL,
    cursor text NOT NULL,
    head_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subscriber, source, category)
);
COMMENT ON COLUMN checkpoints.head_at IS 'everything the source committed before this moment has been applied';

CREATE TABLE parked (
    subscriber text NOT NULL,
    stream uuid NOT NULL,
    event_id uuid NOT NULL,
    source text NOT NULL,
    version integer NOT NULL,
    event json NOT NULL,
    error text,
    tries integer NOT NULL DEFAULT 0,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subscriber, stream, version)
);
COMMENT ON TABLE parked IS 'a failing event and the later ones of its stream, per subscriber, in order';
