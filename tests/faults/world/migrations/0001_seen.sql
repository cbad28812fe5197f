-- No key on event_id: what comes twice shall be seen twice.
CREATE TABLE seen (
    place bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    stream uuid NOT NULL,
    version integer NOT NULL
);
CREATE INDEX seen_event ON seen (event_id);
CREATE TABLE mended (what text PRIMARY KEY);
