-- Who was erased here, and when. It is copied outside too (`yiwang erasures`), where no restore takes it back.

CREATE TABLE vault.erased (
    subject text PRIMARY KEY,
    erased_at timestamptz NOT NULL
);
