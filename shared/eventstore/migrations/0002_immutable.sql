-- Events are never changed, also not by a superuser in a hurry: the embedded shape has no other role.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'correct a fact by appending an event that says so';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a reader applied last: where it finds its place again when its cursor is of another epoch.
ALTER TABLE checkpoints
    ADD COLUMN last_event uuid,
    ADD COLUMN last_stream uuid,
    ADD COLUMN last_version integer;

ALTER TABLE parked ADD COLUMN skipped_at timestamptz;
COMMENT ON COLUMN parked.skipped_at IS 'an operator decided to go on without it; kept, so that a replay leaves it out too';
CREATE INDEX parked_held ON parked (subscriber, stream) WHERE skipped_at IS NULL;
