-- Looking at the cluster's own files may be refused although it serves: it opens the control file by its whole
-- path, and somebody may have closed a folder above it since the start. What can't be known is null, and
-- ticks go on.
CREATE OR REPLACE FUNCTION lineage(OUT system_identifier bigint, OUT timeline integer, OUT folder_changed timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_is_in_recovery() THEN
        -- Not pg_control_checkpoint(): that shows the new timeline only after the next checkpoint.
        timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer;
    END IF;
    BEGIN
        SELECT c.system_identifier INTO system_identifier FROM pg_control_system() c;
        IF has_function_privilege('pg_stat_file(text)', 'EXECUTE') THEN
            SELECT f.change INTO folder_changed FROM pg_stat_file('PG_VERSION') f;
        END IF;
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR io_error THEN
        NULL;
    END;
END
$$;
