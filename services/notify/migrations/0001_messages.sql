-- What is to be told to whom, and how far each message got.

CREATE TABLE intent (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    handler text NOT NULL,
    recipient text NOT NULL,
    case_no text NOT NULL,
    template text NOT NULL,
    template_version integer NOT NULL,
    params json NOT NULL,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'addressed')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    last_error text,
    UNIQUE (event_id, handler, recipient)
);
CREATE INDEX intent_due ON intent (next_at) WHERE state = 'new';
COMMENT ON TABLE intent IS 'written with the checkpoint, before anything is done: a handler never sends';

CREATE TABLE message (
    id uuid PRIMARY KEY,
    intent uuid NOT NULL REFERENCES intent,
    channel text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'attempting', 'unknown', 'sent', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    version integer NOT NULL,
    next_at timestamptz NOT NULL,
    last_error text,
    UNIQUE (intent, channel)
);
CREATE INDEX message_due ON message (next_at) WHERE state IN ('queued', 'attempting', 'unknown');
COMMENT ON COLUMN message.state IS
    'attempting past next_at means the sender died in between: the provider is asked, nothing is repeated blindly';
COMMENT ON COLUMN message.version IS 'of its event stream';

CREATE TABLE sandbox_message (
    key text PRIMARY KEY,
    channel text NOT NULL,
    address text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    accepted_at timestamptz NOT NULL,
    requests integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE sandbox_message IS 'the sandbox provider: keeps what it would have sent, masked';
