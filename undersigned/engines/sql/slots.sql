-- name: schema
-- Rows are appended and overwritten in place, never deleted: so no page is ever split or merged, and no
-- copy of a slot is left in the unused part of a page.
CREATE TABLE slots (
  id INTEGER PRIMARY KEY,
  record BLOB NOT NULL,
  slot BLOB NOT NULL CHECK (length(slot) = 48) -- zero bytes once destroyed
) STRICT;
CREATE UNIQUE INDEX slots_of_record ON slots (record);
CREATE TABLE last_turn (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  turn INTEGER NOT NULL,
  records BLOB NOT NULL -- records written in this turn, 16 bytes each
) STRICT;
INSERT INTO last_turn VALUES (1, 0, x'');
-- name: turn
SELECT turn, records FROM last_turn;
-- name: set_turn
UPDATE last_turn SET turn = ?, records = ?;
-- name: put
INSERT INTO slots (record, slot) VALUES (?, ?) ON CONFLICT (record) DO UPDATE SET slot = excluded.slot;
-- name: destroy
UPDATE slots SET slot = zeroblob(48) WHERE record = ? AND slot <> zeroblob(48);
-- name: get
SELECT slots.record, slot FROM carray(?) CROSS JOIN slots ON slots.record = carray.value WHERE slot <> zeroblob(48);
-- name: live
SELECT id, record FROM slots WHERE id > ? AND slot <> zeroblob(48) ORDER BY id LIMIT ?;
