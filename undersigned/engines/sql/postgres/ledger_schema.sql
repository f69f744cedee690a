-- The ledger. Times are seconds since 1970, days whole days since 1970; names of 16 bytes are of type uuid, which is
-- compared and stored as 16 bytes. What never changes of a signature and what does lie apart, and what waits for
-- the log lies in tables of its own, so that a change touches no index: docs/adr/0008-the-ledger-in-postgresql.md.

CREATE TABLE state (
  id integer PRIMARY KEY CHECK (id = 1),
  as_of bigint NOT NULL DEFAULT 0, -- latest time of an event taken in
  turn bigint NOT NULL DEFAULT 0, -- how often slots were destroyed; the same number stands in slots_turn
  fence bigint NOT NULL DEFAULT 0, -- how often the ledger was opened for writing; only the last may write
  swept bigint NOT NULL DEFAULT 0 -- no row signed before this second is waiting
);
INSERT INTO state (id) VALUES (1);

CREATE TABLE sources (
  name text PRIMARY KEY,
  position bigint NOT NULL -- of the last segment taken in
) WITH (fillfactor = 10);

CREATE TABLE campaigns (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE,
  size bigint NOT NULL DEFAULT 0, -- head of the tree of the entries
  root bytea NOT NULL,
  edge bytea NOT NULL DEFAULT '', -- compact range: 32 bytes a subtree, the largest first
  day text NOT NULL DEFAULT '', -- of the last d line
  grown bigint NOT NULL DEFAULT 0, -- when the last lines were entered
  note bytea NOT NULL DEFAULT '', -- last signed checkpoint
  signed_size bigint NOT NULL DEFAULT 0,
  signed_at bigint NOT NULL DEFAULT 0,
  counts bytea -- what the tally saved last, JSON
) WITH (fillfactor = 20);

-- Changed only when somebody is erased or a record is destroyed.
CREATE TABLE signatures (
  id bigint PRIMARY KEY, -- order of taking in
  record uuid NOT NULL UNIQUE,
  lookup uuid NOT NULL UNIQUE,
  campaign integer NOT NULL,
  tag uuid, -- NULL once erased
  commitment bytea NOT NULL, -- empty once erased
  signed bigint NOT NULL,
  country text NOT NULL, -- as claimed; '' once erased and out of the log's count
  channel text NOT NULL,
  epoch bytea NOT NULL,
  sealed bytea NOT NULL, -- zero bytes once destroyed
  text bytea NOT NULL, -- version signed
  consent text NOT NULL,
  updates boolean NOT NULL,
  language text NOT NULL, -- '-' for each letter once erased
  source text NOT NULL DEFAULT '', -- code of the link or poster; '' if none, and once erased
  cohort bytea NOT NULL DEFAULT '' -- keyed hash of the address's domain; empty if none, and once erased
);
ALTER TABLE signatures ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX of_time ON signatures (signed);

-- What becomes of a signature. No index on what a confirmation changes, and room on each page, so that a change stays
-- on its page.
CREATE TABLE states (
  id bigint PRIMARY KEY,
  campaign integer NOT NULL,
  state text NOT NULL CHECK (state IN (
    'waiting', 'expired', 'duplicate', 'refused', 'confirmed', 'counted', 'review', 'withdrawn', 'erased', 'struck'
  )),
  review text NOT NULL, -- reason code: doubtful
  code text NOT NULL, -- reason code of striking out or taking back
  letters integer NOT NULL, -- letters queued on its account
  lettered bigint NOT NULL, -- when the last was
  leaf bigint, -- index of the s line
  logged text NOT NULL DEFAULT '' CHECK (logged IN ('', 's', 'x', 'w')), -- what the log says of it
  covers text NOT NULL DEFAULT '', -- the code whose t lines count it
  appeal text NOT NULL DEFAULT '' CHECK (appeal IN ('', 'made', 'upheld', 'dismissed')),
  CHECK (state <> 'counted' OR logged = 's'),
  CHECK ((leaf IS NULL) = (logged = '')),
  CHECK (covers = '' OR logged IN ('s', 'x'))
) WITH (fillfactor = 50);
CREATE INDEX doubtful ON states (campaign, id) WHERE review <> '';
CREATE INDEX struck_rows ON states (campaign, id) WHERE code NOT IN ('', 'withdrawn', 'erased', 'not-me');

-- Domains of cohorts that at least k forms came from.
CREATE TABLE domains (
  campaign integer NOT NULL,
  cohort bytea NOT NULL, -- 8 bytes
  domain text NOT NULL,
  PRIMARY KEY (campaign, cohort)
);

-- Exactness: of one address at most one signature stands.
CREATE TABLE standing (
  campaign integer NOT NULL,
  tag uuid NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (campaign, tag)
);

-- Deleting a slot erases the person. A table of its own, to be written anew after erasures and left out of dumps.
CREATE TABLE slots (
  id bigint PRIMARY KEY,
  slot bytea NOT NULL CHECK (length(slot) = 48) -- zero bytes once destroyed
);
CREATE TABLE slots_turn (
  id integer PRIMARY KEY CHECK (id = 1),
  turn bigint NOT NULL
);
INSERT INTO slots_turn VALUES (1, 0);

-- What the log does not hold yet: a signature, a withdrawal, a strike, a reinstatement.
CREATE TABLE unlogged (
  campaign integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('s', 'w', 'x', 'r')),
  id bigint NOT NULL,
  PRIMARY KEY (campaign, kind, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- What stands in the log and no t line counts yet.
CREATE TABLE uncovered (
  campaign integer NOT NULL,
  country text NOT NULL,
  channel text NOT NULL,
  signed bigint NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (campaign, country, channel, signed, id)
);

-- What was struck out in the log while a t line counts it.
CREATE TABLE struck (
  campaign integer NOT NULL,
  covers text NOT NULL,
  channel text NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (campaign, covers, channel, id)
);

-- Of each group: how many are uncovered, the sum of its t lines, and how many of those they count still stand.
CREATE TABLE coverage (
  campaign integer NOT NULL,
  geo text NOT NULL,
  channel text NOT NULL,
  live bigint NOT NULL DEFAULT 0 CHECK (live >= 0),
  told boolean NOT NULL DEFAULT false, -- there was a t line
  released bigint NOT NULL DEFAULT 0,
  covered bigint NOT NULL DEFAULT 0 CHECK (covered >= 0),
  PRIMARY KEY (campaign, geo, channel)
) WITH (fillfactor = 20);

-- How many rows are waiting, and how many under review.
CREATE TABLE held (
  campaign integer NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'review')),
  n bigint NOT NULL,
  PRIMARY KEY (campaign, state)
) WITH (fillfactor = 20);

-- Lookups that are no row's own: of the letter "you have signed already", or (signature 0) of a form dropped.
CREATE TABLE links (
  lookup uuid PRIMARY KEY,
  signature bigint NOT NULL
);

CREATE TABLE letters (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record uuid NOT NULL, -- whose form asked for it
  signature bigint NOT NULL, -- which it speaks of
  campaign integer NOT NULL,
  language text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('confirm', 'already')),
  hour bigint NOT NULL, -- of the mail key
  sealed bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
ALTER TABLE letters ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX letters_of_record ON letters (record);
CREATE INDEX letters_of_signature ON letters (signature);

CREATE TABLE epochs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  epoch bytea NOT NULL UNIQUE,
  campaign integer NOT NULL REFERENCES campaigns (id),
  file bytea NOT NULL, -- an age file
  at bigint NOT NULL
);

CREATE TABLE texts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign integer NOT NULL REFERENCES campaigns (id),
  at bigint NOT NULL,
  texts bytea NOT NULL, -- MessagePack of [[language, hash], ...]
  kind text NOT NULL CHECK (kind IN ('g', 'v', '')),
  line text NOT NULL,
  entered boolean NOT NULL, -- true where nothing waits
  UNIQUE (campaign, at, texts)
);

-- Figures stated in public.
CREATE TABLE claims (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign integer NOT NULL REFERENCES campaigns (id),
  line text NOT NULL,
  entered boolean NOT NULL, -- true where nothing waits
  UNIQUE (campaign, line)
);

CREATE TABLE entries (
  campaign integer NOT NULL,
  leaf bigint NOT NULL,
  line bytea NOT NULL,
  PRIMARY KEY (campaign, leaf)
);

CREATE TABLE funnel (
  campaign integer NOT NULL,
  day bigint NOT NULL,
  kind text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (campaign, day, kind)
) WITH (fillfactor = 20);

-- How many signatures stand, and were ever confirmed, by day of signing and what is known of them (core/cells.py).
CREATE TABLE cells (
  campaign integer NOT NULL,
  day bigint NOT NULL,
  country text NOT NULL,
  language text NOT NULL,
  source text NOT NULL,
  standing bigint NOT NULL,
  collected bigint NOT NULL,
  PRIMARY KEY (campaign, day, country, source, language)
) WITH (fillfactor = 20);

-- The same by hour of signing alone.
CREATE TABLE hours (
  campaign integer NOT NULL,
  hour bigint NOT NULL, -- whole hours since 1970
  standing bigint NOT NULL,
  collected bigint NOT NULL,
  PRIMARY KEY (campaign, hour)
) WITH (fillfactor = 20);

-- What became of forms and how long letters took, by the hour in which it happened, for a month.
CREATE TABLE happened (
  campaign integer NOT NULL,
  hour bigint NOT NULL, -- whole hours since 1970
  kind text NOT NULL, -- of the funnel, or letter- and the seconds within which a letter left
  n bigint NOT NULL,
  PRIMARY KEY (campaign, hour, kind)
) WITH (fillfactor = 20);
