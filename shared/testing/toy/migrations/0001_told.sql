CREATE TABLE told (
    place bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid PRIMARY KEY,
    colour text NOT NULL
);
