-- What is sent again says so, and who pulls gets a replay too.

ALTER TABLE lane ADD COLUMN replayed_to bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN lane.replayed_to IS 'up to here all was or may have been sent before: what is sent now is marked as sent again';

CREATE TABLE pull_replay (
    subscription uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    number integer NOT NULL,
    seq bigint NOT NULL,
    case_no text,
    taken boolean NOT NULL DEFAULT false,
    PRIMARY KEY (subscription, number)
);
COMMENT ON TABLE pull_replay IS
    'who pulls is led back to seq by the answer to its next question; taken once it came back with the place it was led to';
