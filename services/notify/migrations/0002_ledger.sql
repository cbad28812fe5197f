-- Departments: the ledger they read from, and how far each of them got.

CREATE TABLE ledger_head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    seq bigint NOT NULL
);
INSERT INTO ledger_head (seq) VALUES (0);
COMMENT ON TABLE ledger_head IS
    'its row lock makes commit order the order of seq: whoever reads up to the head has missed nothing';

CREATE TABLE ledger (
    seq bigint PRIMARY KEY,
    source text NOT NULL,
    category text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    stream uuid NOT NULL,
    case_no text,
    department_code text,
    region_code text,
    item_code text,
    recorded_at timestamptz NOT NULL,
    -- json, not jsonb: a department gets the bytes its producer wrote.
    cloudevent json NOT NULL,
    UNIQUE (source, event_id)
);
CREATE INDEX ledger_case ON ledger (case_no, seq);
CREATE INDEX ledger_department ON ledger (department_code, seq);
CREATE INDEX ledger_recorded ON ledger (recorded_at);

CREATE TABLE delivery (
    subscription uuid PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    secret text,
    delivered bigint NOT NULL DEFAULT 0,
    ended boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX delivery_name ON delivery (name) WHERE NOT ended;
COMMENT ON TABLE delivery IS 'a subscription at work; its row lock lets one deliverer at a time work on it';
COMMENT ON COLUMN delivery.secret IS 'signs webhooks; shown once, never in an event';

CREATE TABLE lane (
    subscription uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    case_no text NOT NULL DEFAULT '',
    seq bigint NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    last_error text,
    PRIMARY KEY (subscription, case_no)
);
COMMENT ON TABLE lane IS
    'up to seq all is delivered; a case that is replayed or held goes its own lane until it has met the main one';

CREATE TABLE attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    at timestamptz NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    events integer NOT NULL,
    outcome text NOT NULL,
    detail text
);
CREATE INDEX attempt_subscription ON attempt (subscription, id);
