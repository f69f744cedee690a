-- Indexes on random keys go: each cost a page of writing a row once a ledger outgrew the page cache.

PRAGMA legacy_alter_table = ON; -- so that what refers to signatures goes on referring to that name
DROP INDEX one_stands;
DROP INDEX one_leaf;
DROP INDEX unconfirmed;
DROP INDEX reviewed;
DROP INDEX unlogged;
DROP INDEX untaken;
DROP INDEX uncovered;
DROP INDEX struck_covered;
DROP INDEX letters_of_signature;
ALTER TABLE signatures RENAME TO signatures_before;

CREATE TABLE signatures (
  id INTEGER PRIMARY KEY, -- order of taking in
  record BLOB NOT NULL UNIQUE, -- begins with the second of signing, so that it grows at one end
  lookup BLOB NOT NULL,
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  tag BLOB, -- NULL once erased
  commitment BLOB NOT NULL, -- x'' once erased
  state TEXT NOT NULL CHECK (state IN (
    'waiting', 'expired', 'duplicate', 'refused', 'confirmed', 'counted', 'review', 'withdrawn', 'erased', 'struck'
  )),
  signed INTEGER NOT NULL,
  review TEXT NOT NULL, -- reason code: doubtful
  code TEXT NOT NULL, -- reason code of striking out or taking back
  letters INTEGER NOT NULL, -- letters queued on its account
  lettered INTEGER NOT NULL, -- when the last was
  leaf INTEGER, -- index of the s line
  logged TEXT NOT NULL CHECK (logged IN ('', 's', 'x', 'w')), -- what the log says of it
  country TEXT NOT NULL, -- as claimed; '' once erased and out of the log's count
  channel TEXT NOT NULL,
  covers TEXT NOT NULL DEFAULT '', -- the code whose t lines count it
  CHECK (state <> 'counted' OR logged = 's'),
  CHECK ((leaf IS NULL) = (logged = '')),
  CHECK (covers = '' OR logged IN ('s', 'x')),
  CHECK (state <> 'erased' OR (tag IS NULL AND commitment = x'' AND (country = '' OR logged = 's')))
) STRICT;

-- That of one address at most one signature stands, and that a lookup is no two rows', the one writer sees to with what
-- it holds in memory (engines/prefixes.py), and proves again and again. An index on random keys would cost a page a row.
-- A door finds a row by its lookup together with the minute of signing, which the token tells.
CREATE UNIQUE INDEX of_minute ON signatures (signed / 60, lookup);
CREATE INDEX unconfirmed ON signatures (campaign, signed) WHERE state = 'waiting';
CREATE INDEX unlogged ON signatures (campaign, logged, id) WHERE state = 'confirmed';
CREATE INDEX untaken ON signatures (campaign, id) WHERE logged = 's' AND state IN ('withdrawn', 'erased', 'struck');
CREATE INDEX uncovered ON signatures (campaign, country, channel, signed) WHERE logged = 's' AND covers = '';
CREATE INDEX struck_covered ON signatures (campaign, covers, channel) WHERE logged = 'x' AND covers <> '';

-- How many rows are waiting, and how many under review.
CREATE TABLE held (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'review')),
  n INTEGER NOT NULL,
  PRIMARY KEY (campaign, state)
) STRICT, WITHOUT ROWID;

INSERT INTO signatures SELECT * FROM signatures_before ORDER BY id;
DROP TABLE signatures_before; -- overwritten: secure_delete
INSERT INTO held SELECT campaign, state, count(*) FROM signatures WHERE state IN ('waiting', 'review') GROUP BY 1, 2;
CREATE INDEX letters_already ON letters (signature) WHERE kind = 'already'; -- the others bear their row's record
PRAGMA legacy_alter_table = OFF;
