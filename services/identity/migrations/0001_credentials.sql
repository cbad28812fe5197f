-- What must be unique or secret. None of it is in events: a log is kept for ever, a secret is not.

CREATE TABLE login (
    digest bytea PRIMARY KEY,
    account text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('login', 'id_no', 'phone'))
);
COMMENT ON COLUMN login.digest IS 'HMAC-SHA-256 of the login name, identity number or phone: found by equality, not readable';
CREATE INDEX login_by_account ON login (account);

CREATE TABLE credential (
    account text PRIMARY KEY,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL,
    totp_secret text,
    totp_confirmed boolean NOT NULL DEFAULT false,
    totp_last_step bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN credential.totp_last_step IS 'a one-time code counts once';

CREATE TABLE attempt (
    subject text PRIMARY KEY,
    failures integer NOT NULL,
    locked_until timestamptz
);
COMMENT ON TABLE attempt IS 'counted before the password is looked at, so that parallel guesses count too; also for names nobody has';

CREATE TABLE refresh_token (
    digest bytea PRIMARY KEY,
    family uuid NOT NULL,
    account text NOT NULL,
    enterprise_id text,
    expires_at timestamptz NOT NULL,
    family_ends_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON TABLE refresh_token IS 'each is good once; one that comes twice was stolen, and ends its whole family';
CREATE INDEX refresh_token_by_family ON refresh_token (family);
CREATE INDEX refresh_token_by_account ON refresh_token (account);

CREATE TABLE sign_in_log (
    at timestamptz NOT NULL,
    account text,
    outcome text NOT NULL,
    correlation_id text
);
COMMENT ON TABLE sign_in_log IS 'GB/T 22239 8.1.4.3: who signed in when, and what failed; account is null for names nobody has';
CREATE INDEX sign_in_log_by_account ON sign_in_log (account, at);
