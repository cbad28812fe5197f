-- A tick and the beginning of a batch are functions: one way to the database each, and their plans are kept.

-- As begin_epoch_if_changed(), whose look at the cluster's files is most of what a tick costs. A server that runs keeps
-- its system identifier and its folder, and with it its sessions; only a promotion goes past them. So what was seen
-- once in a session holds while the timeline and what is known of the epoch stay what they were.
CREATE FUNCTION begin_epoch_if_not_seen() RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    here text;
    why text;
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN NULL;
    END IF;
    SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) || e::text INTO here FROM feed_epoch e;
    IF here = current_setting('yiwang.lineage', true) THEN
        RETURN NULL;
    END IF;
    why := begin_epoch_if_changed();
    SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) || e::text INTO here FROM feed_epoch e;
    PERFORM set_config('yiwang.lineage', here, false);
    RETURN why;
END
$$;

-- Takes a tick if there is something new to show. `moment` is of before the call, so that nothing committed earlier
-- is missing from what the tick shows. `newest` is the newest tick there is, taken here or by somebody else.
--
-- New, if some event is at or above the last tick's xmax (it was not yet begun then), or was in flight at the last
-- tick. Never by the sequence's last_value: that strands the events of a writer that pauses between its insert and
-- its commit. ORDER BY ... LIMIT 1 and not EXISTS (... >= ...): for that the planner reads the table from its old
-- end, all of it when there is nothing new.
CREATE FUNCTION take_tick(moment timestamptz, OUT newest bigint, OUT is_taken boolean, OUT new_epoch text)
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    last ticks;
    highest xid8;
BEGIN
    is_taken := false;
    LOOP
        SELECT * INTO last FROM ticks ORDER BY tick DESC LIMIT 1;
        IF last.tick = newest THEN -- looked at again under the lock: nobody took one meanwhile
            INSERT INTO ticks (tick, taken, taken_at) VALUES (newest + 1, pg_current_snapshot(), moment);
            newest := newest + 1;
            is_taken := true;
            RETURN;
        END IF;
        newest := last.tick;
        SELECT txid INTO highest FROM events ORDER BY txid DESC, position DESC LIMIT 1;
        IF highest IS NULL OR highest < pg_snapshot_xmax(last.taken)
                AND NOT EXISTS (SELECT FROM events WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(last.taken)))) THEN
            new_epoch := coalesce(begin_epoch_if_not_seen(), new_epoch);
            RETURN;
        END IF;
        -- Held by somebody else: he takes one now. Not waited for, since his commit waits for the disk.
        IF NOT pg_try_advisory_xact_lock(7310001) THEN
            RETURN;
        END IF;
        -- In the same transaction: no tick of another history is ever taken in the old one's epoch.
        new_epoch := coalesce(begin_epoch_if_not_seen(), new_epoch);
    END LOOP;
END
$$;

-- Begins a follower's batch in the caller's transaction: the lock under which nobody else moves the subscriber, the
-- move from `seen` to `place`, and which of the batch's streams are parked. Answers `is_mine` false when somebody else
-- holds it, `is_next` false when it does not stand at `seen` any more. Each statement sees what was committed before it
-- began, so the parked streams are those of after the lock.
--
-- With `or_fail` it raises YW001 instead, also for a parked stream: for who sends the rows along and asks nothing back.
CREATE FUNCTION begin_batch(
    name text, of_service text, of_category text, seen text, place text, upto timestamptz,
    event_id uuid, event_stream uuid, event_version integer, streams uuid[], or_fail boolean,
    OUT is_mine boolean, OUT is_next boolean, OUT held uuid[]
) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    is_next := false;
    is_mine := pg_try_advisory_xact_lock(7310010, hashtext(name));
    IF is_mine THEN
        UPDATE checkpoints c SET cursor = place, head_at = greatest(c.head_at, upto), current = upto IS NOT NULL,
            updated_at = clock_timestamp(), last_event = coalesce(event_id, c.last_event),
            last_stream = coalesce(event_stream, c.last_stream), last_version = coalesce(event_version, c.last_version)
        WHERE c.subscriber = name AND c.source = of_service AND c.category = of_category AND c.cursor = seen;
        is_next := found;
        SELECT array_agg(DISTINCT p.stream) INTO held FROM parked p
        WHERE p.subscriber = name AND p.skipped_at IS NULL AND p.stream = ANY(streams);
    END IF;
    IF or_fail AND NOT (is_mine AND is_next AND held IS NULL) THEN
        RAISE EXCEPTION 'the batch of % is not to be applied as it is', name USING ERRCODE = 'YW001';
    END IF;
END
$$;
