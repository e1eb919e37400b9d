#!/bin/sh
# Runs roles.sql with passwords of the environment, so that none of them is an argument that `ps` shows. psql finds the server by PGHOST,
# PGUSER, PGPASSWORD and PGDATABASE. May be run again at any time, also to change passwords.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv migrate MIGRATE_PASSWORD
\getenv api API_PASSWORD
\getenv worker WORKER_PASSWORD
\getenv reader READER_PASSWORD
SELECT set_config('assay.migrate_password', :'migrate', false), set_config('assay.api_password', :'api', false),
  set_config('assay.worker_password', :'worker', false), set_config('assay.reader_password', :'reader', false) \g /dev/null
\i /assay/roles.sql
SQL
