-- What a submission asks before it decides is one call, made when its key is claimed.

-- `number` is null for somebody whose data was erased here: then nothing was counted. Each statement sees what was
-- committed before it began, so a wait for the key hides no erasure. The counter's row comes last: it stays locked.
CREATE FUNCTION begin_submission(counter text, counted_on date, who text, subjects text[])
RETURNS json LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    keys json := live_subject_keys(subjects);
    number integer;
BEGIN
    IF NOT EXISTS (SELECT FROM vault.erased WHERE subject = who) THEN
        INSERT INTO case_counter AS c (scope, day, last) VALUES (counter, counted_on, 1)
        ON CONFLICT (scope, day) DO UPDATE SET last = c.last + 1 RETURNING last INTO number;
    END IF;
    RETURN json_build_object('number', number, 'keys', keys);
END
$$;
