-- What link or poster led to a signature, and what groups signatures that are looked at together.

ALTER TABLE signatures ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE signatures ADD COLUMN cohort BLOB NOT NULL DEFAULT x'';
