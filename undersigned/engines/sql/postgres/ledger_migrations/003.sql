-- What link or poster led to a signature, and what groups signatures that are looked at together.
ALTER TABLE signatures ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE signatures ADD COLUMN cohort bytea NOT NULL DEFAULT '';
