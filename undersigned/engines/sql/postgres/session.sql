-- name: facts
SELECT current_setting('server_version_num')::int, current_setting('fsync'), current_setting('full_page_writes'),
  current_setting('data_sync_retry'), current_setting('synchronous_commit'), pg_is_in_recovery();
-- name: prepare
-- Warnings must come, whatever the server's default; a lost client is noticed within half a minute.
SELECT set_config('client_min_messages', 'warning', false),
  set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
  set_config('statement_timeout', $1, false),
  set_config('idle_in_transaction_session_timeout', '60s', false),
  set_config('idle_session_timeout', $2, false),
  set_config('tcp_keepalives_idle', '10', false),
  set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false),
  set_config('default_transaction_isolation', 'read committed', false);
-- name: patience
SELECT set_config('statement_timeout', $1, false);
-- name: lock
SELECT pg_try_advisory_lock(hashtextextended(current_schema() || '/' || $1::text, 0));
-- name: unlock
SELECT pg_advisory_unlock_all();
-- name: seize
SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32 | objid::bigint) = hashtextextended(current_schema() || '/' || $1::text, 0);
-- name: schema_lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/schema', 0));
-- name: has_versions
SELECT to_regclass('schema_versions') IS NOT NULL;
-- name: make_versions
CREATE TABLE schema_versions (
  room text PRIMARY KEY, -- journal or ledger
  version integer NOT NULL -- number of the last migration that was run
);
-- name: version
SELECT version FROM schema_versions WHERE room = $1;
-- name: set_version
INSERT INTO schema_versions (room, version) VALUES ($1, $2) ON CONFLICT (room) DO UPDATE SET version = excluded.version;
