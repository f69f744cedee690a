-- The journals of all sources. One row of `segments` is one segment: the records of one group commit.

CREATE TABLE journals (
  source text PRIMARY KEY,
  last bigint NOT NULL DEFAULT 0, -- position of the last segment ever appended
  dropped bigint NOT NULL DEFAULT 0, -- up to where segments were removed
  writer bigint NOT NULL DEFAULT 0, -- how often the journal was opened for writing; only the last may append
  CHECK (dropped <= last)
) WITH (fillfactor = 10);

CREATE TABLE segments (
  source text NOT NULL,
  position bigint NOT NULL,
  segment bytea NOT NULL,
  PRIMARY KEY (source, position)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Sealed bytes cannot be compressed; trying costs more than writing them.
ALTER TABLE segments ALTER COLUMN segment SET STORAGE EXTERNAL;

CREATE TABLE covered (
  source text PRIMARY KEY,
  position bigint NOT NULL -- up to which a signed checkpoint covers the journal
);
