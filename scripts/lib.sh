# shellcheck shell=bash
# Sourced by every script: where the repository is, how a script speaks, and how it fails.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$repo"

# What the caller has set for other databases must not reach ours, nor ours be taken for theirs.
# shellcheck disable=SC2086
unset ${!PG@} ${!BILLRUN_@} DATABASE_URL

# Toolchains and Debian's PostgreSQL lie outside the usual PATH; the newest server comes first.
PATH=$PATH:/opt/swift/usr/bin:/usr/share/swift/usr/bin:${HOME:-/root}/.local/share/swiftly/bin
for initdb in $(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V); do
  [[ ! -x $initdb ]] || PATH=${initdb%/initdb}:$PATH
done
unset initdb
# What scripts/setup has unpacked for tests alone.
PATH=$PATH:$repo/.billrun/bin

# Tells the story on stderr; stdout is for results.
say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# fail CODE MESSAGE [HINT]: leaves with one line and, if there is one, the command that helps.
fail() {
  say "$2"
  [[ -z ${3-} ]] || printf 'hint: %s\n' "$3" >&2
  exit "$1"
}

# usage: prints the comment at the head of the script, and leaves with 64.
usage() {
  sed -n '2,/^# shellcheck/{/^# shellcheck/!s/^# \{0,1\}//p}' "$0" >&2
  exit 64
}

# alone NAME: one script at a time works with a cluster; the lock goes with the script.
alone() {
  mkdir -p .billrun
  exec 8>".billrun/$1.lock"
  flock -n 8 && return
  say "another script is at work with the $1 cluster: waiting for it"
  flock 8
}
