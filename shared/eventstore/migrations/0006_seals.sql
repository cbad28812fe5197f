-- Seals: signed roots over the feed, and the lists of events they are roots of.

CREATE TABLE seals (
    number integer PRIMARY KEY CHECK (number > 0),
    service text NOT NULL,
    first bigint NOT NULL,
    count bigint NOT NULL,
    until timestamptz NOT NULL UNIQUE,
    taken_at timestamptz NOT NULL,
    root bytea NOT NULL,
    previous bytea NOT NULL,
    hash text NOT NULL,
    signature_kind text NOT NULL,
    key text NOT NULL,
    signature bytea NOT NULL,
    first_tick bigint NOT NULL,
    last_tick bigint NOT NULL
);
COMMENT ON COLUMN seals.first IS 'how many events stand before its first in the order of the feed';
COMMENT ON COLUMN seals.first_tick IS 'where its events stand in this database; not signed, a restore renumbers';

CREATE TABLE seal_entries (
    -- Deferred, because the list is written before its seal: the root is not known sooner.
    seal integer NOT NULL REFERENCES seals DEFERRABLE INITIALLY DEFERRED,
    chunk integer NOT NULL,
    node bytea NOT NULL,
    entries bytea NOT NULL,
    PRIMARY KEY (seal, chunk)
);
-- Hashes don't compress.
ALTER TABLE seal_entries ALTER COLUMN entries SET STORAGE EXTERNAL;
COMMENT ON TABLE seal_entries IS
    'id, stream, version and hash of the sealed events, 1024 to a chunk, so that an audit can name what is gone';
COMMENT ON COLUMN seal_entries.node IS 'root of the chunk''s leaves: a subtree of the seal''s tree';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
