-- A database knows what history it is of, and begins a new epoch when it finds itself in another one: after
-- the promotion of a standby, a restore to a point in time, a copy of the data folder put in place.

ALTER TABLE feed_epoch
    ADD COLUMN system_identifier bigint,
    ADD COLUMN timeline integer,
    ADD COLUMN folder_changed timestamptz;
COMMENT ON COLUMN feed_epoch.timeline IS 'of the write-ahead log: PostgreSQL begins one at each promotion and recovery';
COMMENT ON COLUMN feed_epoch.folder_changed IS
    'when the inode of PG_VERSION in the data folder was changed: no copy keeps it. Null where the owner of these '
    'tables may not look';

CREATE TABLE feed_epochs (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    epoch text NOT NULL UNIQUE,
    last_tick bigint NOT NULL,
    reason text NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE feed_epochs IS 'epochs that ended; their places up to last_tick mean the same in the present one';

-- What the two functions below compare. Null where it can't be known.
CREATE FUNCTION lineage(OUT system_identifier bigint, OUT timeline integer, OUT folder_changed timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT c.system_identifier INTO system_identifier FROM pg_control_system() c;
    IF NOT pg_is_in_recovery() THEN
        -- Not pg_control_checkpoint(): that shows the new timeline only after the next checkpoint.
        timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer;
    END IF;
    IF has_function_privilege('pg_stat_file(text)', 'EXECUTE') THEN
        SELECT f.change INTO folder_changed FROM pg_stat_file('PG_VERSION') f;
    END IF;
END
$$;

CREATE FUNCTION lineage_changed() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN pg_is_in_recovery() THEN NULL
        WHEN here.system_identifier <> known.system_identifier THEN 'another system identifier'
        WHEN here.timeline <> known.timeline THEN 'another timeline'
        WHEN here.folder_changed <> known.folder_changed THEN 'another data folder'
        WHEN known.timeline IS NULL OR (known.folder_changed IS NULL AND here.folder_changed IS NOT NULL)
            THEN 'not known yet'
    END FROM feed_epoch known, lineage() here
$$;
COMMENT ON FUNCTION lineage_changed IS 'why this is not the history that the epoch began in; null when it is';

-- Under a lock, since every replica's ticker looks. Checkpoints of this database's own feed stand in this very
-- history, so their places stay what they were.
CREATE FUNCTION begin_epoch_if_changed() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    why text;
    old text;
    new text := substr(md5(gen_random_uuid()::text), 1, 8);
BEGIN
    PERFORM pg_advisory_xact_lock(7310003);
    why := lineage_changed();
    IF why IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE feed_epoch known SET system_identifier = here.system_identifier, timeline = here.timeline,
        folder_changed = coalesce(here.folder_changed, known.folder_changed) FROM lineage() here;
    IF why = 'not known yet' THEN
        RETURN NULL;
    END IF;
    SELECT epoch INTO old FROM feed_epoch;
    INSERT INTO feed_epochs (epoch, last_tick, reason) SELECT old, max(tick), why FROM ticks;
    UPDATE feed_epoch SET epoch = new;
    UPDATE checkpoints SET cursor = new || substr(cursor, length(old) + 1) WHERE starts_with(cursor, old || '-');
    RETURN why;
END
$$;
