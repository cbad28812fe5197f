-- What the cases service keeps beside its events and read models.

CREATE TABLE case_counter (
    scope text NOT NULL,
    day date NOT NULL,
    last integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (scope, day)
);
COMMENT ON TABLE case_counter IS 'last daily sequence of case numbers per item code (or *): locked last in a transaction';

CREATE TABLE document_counter (
    department_code text NOT NULL,
    kind text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (department_code, kind, year)
);
COMMENT ON TABLE document_counter IS 'last number of acceptances, notices, decisions per department and year, without gaps';

CREATE TABLE file (
    file_id uuid PRIMARY KEY,
    owner text NOT NULL,
    department_code text,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    media_type text NOT NULL,
    name text NOT NULL,
    uploaded_at timestamptz NOT NULL
);
CREATE INDEX file_owner ON file (owner, sha256);
COMMENT ON COLUMN file.owner IS 'account that uploaded it; materials may name files of their own account or department';

CREATE TABLE imported_case (
    external_id text PRIMARY KEY,
    case_no text NOT NULL UNIQUE
);
COMMENT ON TABLE imported_case IS 'historical cases by the id in their log: a second import adds nothing';

CREATE TABLE pushed_message (
    department_code text NOT NULL,
    message_id text NOT NULL,
    data_version integer NOT NULL,
    fingerprint text NOT NULL,
    case_no text NOT NULL,
    answer json NOT NULL,
    PRIMARY KEY (department_code, message_id, data_version)
);
COMMENT ON TABLE pushed_message IS 'process messages already stored, with the answer to give again';

CREATE TABLE fired_deadline (
    stream uuid NOT NULL,
    kind text NOT NULL,
    due_at timestamptz NOT NULL,
    outcome text NOT NULL,
    fired_at timestamptz NOT NULL,
    PRIMARY KEY (stream, kind, due_at)
);
COMMENT ON TABLE fired_deadline IS 'due times that have been acted on, in the transaction of their event';
