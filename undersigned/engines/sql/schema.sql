-- The ledger. Times are seconds since 1970, days whole days since 1970, names and hashes raw bytes.
-- Slots lie in a file of their own (slots.sql), see docs/adr/0005-the-ledger.md.

CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  as_of INTEGER NOT NULL DEFAULT 0, -- latest time of an event taken in
  turn INTEGER NOT NULL DEFAULT 0 -- last transaction of the slots' file that this file has followed
) STRICT;

INSERT INTO state (id) VALUES (1);

CREATE TABLE sources (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL -- of the last segment taken in
) STRICT;

CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL DEFAULT 0, -- head of the tree of the entries
  root BLOB NOT NULL,
  edge BLOB NOT NULL DEFAULT x'', -- compact range: 32 bytes a subtree, the largest first
  day TEXT NOT NULL DEFAULT '', -- of the last d line
  grown INTEGER NOT NULL DEFAULT 0, -- when the last lines were entered
  note BLOB NOT NULL DEFAULT x'', -- last signed checkpoint
  signed_size INTEGER NOT NULL DEFAULT 0,
  signed_at INTEGER NOT NULL DEFAULT 0,
  counts BLOB -- what the tally saved last, JSON
) STRICT;

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
  source TEXT NOT NULL DEFAULT '', -- code of the link or poster; '' if none, and once erased
  cohort BLOB NOT NULL DEFAULT x'', -- keyed hash of the address's domain; x'' if none, and once erased
  language TEXT NOT NULL DEFAULT '', -- of the page signed on; '' once erased
  appeal TEXT NOT NULL DEFAULT '' CHECK (appeal IN ('', 'made', 'upheld', 'dismissed')),
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
CREATE INDEX doubtful ON signatures (campaign, signed) WHERE review <> '';
CREATE INDEX struck_rows ON signatures (campaign, signed) WHERE state = 'struck';

-- Domains of cohorts that at least k forms came from.
CREATE TABLE domains (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  cohort BLOB NOT NULL, -- 8 bytes
  domain TEXT NOT NULL,
  PRIMARY KEY (campaign, cohort)
) STRICT, WITHOUT ROWID;

-- How many rows are waiting, and how many under review.
CREATE TABLE held (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'review')),
  n INTEGER NOT NULL,
  PRIMARY KEY (campaign, state)
) STRICT, WITHOUT ROWID;

-- What is sealed, apart from its row, so that it is written once and overwritten in place.
CREATE TABLE seals (
  signature INTEGER PRIMARY KEY REFERENCES signatures (id),
  epoch BLOB NOT NULL,
  sealed BLOB NOT NULL, -- zero bytes once destroyed
  text BLOB NOT NULL, -- version signed
  consent TEXT NOT NULL,
  updates INTEGER NOT NULL,
  language TEXT NOT NULL -- '-' for each letter once erased
) STRICT;

-- Lookups that are no row's own: of the letter "you have signed already", or (signature 0) of a form dropped.
CREATE TABLE links (
  lookup BLOB PRIMARY KEY,
  signature INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  record BLOB NOT NULL, -- whose form asked for it
  signature INTEGER NOT NULL REFERENCES signatures (id), -- which it speaks of
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  language TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('confirm', 'already')),
  hour INTEGER NOT NULL, -- of the mail key
  sealed BLOB NOT NULL
) STRICT;

CREATE INDEX letters_of_record ON letters (record);
CREATE INDEX letters_already ON letters (signature) WHERE kind = 'already'; -- the others bear their row's record

CREATE TABLE epochs (
  id INTEGER PRIMARY KEY,
  epoch BLOB NOT NULL UNIQUE,
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  file BLOB NOT NULL, -- an age file
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  at INTEGER NOT NULL,
  texts BLOB NOT NULL, -- MessagePack of [[language, hash], ...]
  kind TEXT NOT NULL CHECK (kind IN ('g', 'v', '')),
  line TEXT NOT NULL,
  entered INTEGER NOT NULL, -- 1 where nothing waits
  UNIQUE (campaign, at, texts)
) STRICT;

-- Figures stated in public.
CREATE TABLE claims (
  id INTEGER PRIMARY KEY,
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  line TEXT NOT NULL,
  entered INTEGER NOT NULL, -- 1 where nothing waits
  UNIQUE (campaign, line)
) STRICT;

CREATE TABLE entries (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  leaf INTEGER NOT NULL,
  line BLOB NOT NULL,
  PRIMARY KEY (campaign, leaf)
) STRICT, WITHOUT ROWID;

-- Sums of the t lines, and how many of the signatures they count the log says are standing.
CREATE TABLE coverage (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  geo TEXT NOT NULL,
  channel TEXT NOT NULL,
  released INTEGER NOT NULL,
  covered INTEGER NOT NULL CHECK (covered >= 0),
  PRIMARY KEY (campaign, geo, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE funnel (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (campaign, day, kind)
) STRICT, WITHOUT ROWID;

-- How many signatures stand, and were ever confirmed, by day of signing and what is known of them (core/cells.py).
CREATE TABLE cells (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  day INTEGER NOT NULL,
  country TEXT NOT NULL,
  language TEXT NOT NULL,
  source TEXT NOT NULL,
  standing INTEGER NOT NULL,
  collected INTEGER NOT NULL,
  PRIMARY KEY (campaign, day, country, source, language)
) STRICT, WITHOUT ROWID;

-- The same by hour of signing alone.
CREATE TABLE hours (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  hour INTEGER NOT NULL, -- whole hours since 1970
  standing INTEGER NOT NULL,
  collected INTEGER NOT NULL,
  PRIMARY KEY (campaign, hour)
) STRICT, WITHOUT ROWID;

-- What became of forms and how long letters took, by the hour in which it happened, for a month.
CREATE TABLE happened (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  hour INTEGER NOT NULL, -- whole hours since 1970
  kind TEXT NOT NULL, -- of the funnel, or letter- and the seconds within which a letter left
  n INTEGER NOT NULL,
  PRIMARY KEY (campaign, hour, kind)
) STRICT, WITHOUT ROWID;
