-- A file's name often is a person's: it lies sealed for who uploaded it. Names from before stay as they are.

ALTER TABLE file ADD COLUMN sealed_name json;
UPDATE file SET sealed_name = to_json(name);
ALTER TABLE file ALTER COLUMN sealed_name SET NOT NULL, DROP COLUMN name;
