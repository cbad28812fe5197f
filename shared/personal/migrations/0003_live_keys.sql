-- Subject keys that are not destroyed, for a command that asks for them together with other things.

CREATE FUNCTION live_subject_keys(subjects text[]) RETURNS json LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('key', key, 'subject', subject, 'cipher', cipher,
            'wrapped', encode(wrapped, 'hex'), 'master', master)), '[]')
        FROM vault.subject_keys WHERE destroyed_at IS NULL AND subject = ANY(subjects)
    );
END
$$;
