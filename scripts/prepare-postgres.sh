#!/usr/bin/env bash
# Prepares PostgreSQL for the tests, on a Debian-like Linux machine: `npm run postgres:prepare`. .ci/run and developers
# call it. Safe to run again: it installs Debian's package where `initdb` is missing, and does nothing where it is not.
# The tests start servers of their own in temporary folders; it starts none, and touches none that runs.
set -euo pipefail

say() { printf 'postgres:prepare: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

find_initdb() {
  local found
  # Debian keeps the server's programs out of the PATH, by version.
  found=$(ls -1 /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1) || true
  [ -n "$found" ] || found=$(command -v initdb || true)
  printf '%s' "$found"
}

install_postgres() {
  [ "$(id -u)" = 0 ] || fail 'Installing postgresql needs root: run this command as root.'
  command -v apt-get >/dev/null || fail 'There is no apt-get here; install PostgreSQL yourself, then run this again.'
  say "installing postgresql from Debian's packages"
  local apt=(apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  "${apt[@]}" update >&2
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends postgresql >&2 </dev/null
}

# One at a time: two runs side by side would wait for each other's package lock.
exec 9>"${TMPDIR:-/tmp}/codeloom-prepare-postgres.lock"
if command -v flock >/dev/null; then flock 9; fi
[ -n "$(find_initdb)" ] || install_postgres
initdb=$(find_initdb)
[ -n "$initdb" ] || fail 'PostgreSQL was installed, and there is no initdb; look at its packages.'
say "ready: $("$initdb" --version)"
