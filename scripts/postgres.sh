#!/usr/bin/env bash
#
# postgres.sh - run a private, throw-away PostgreSQL server for tests and CI.
#
# It touches no cluster of the machine: the database is made in a folder you choose,
# listens on loopback unless told otherwise, on a free port, without syncing to disk, and is removed
# again by "stop". Several may run side by side.
#
# USAGE
#   postgres.sh start --state DIR [--listen ADDRESS/BITS]
#                                     make it, start it, print its DSN. It listens on
#                                     loopback, or on ADDRESS, for its network of BITS
#   postgres.sh stop  --state DIR     stop it and delete what it made
#   postgres.sh dsn   --state DIR     print the DSN of one that runs
#
# Needs Debian's postgresql (15 or newer). As root, the server runs as the user postgres,
# because PostgreSQL refuses to run as root.
#
# EXIT CODES  0 done, 1 failed, 2 wrong use, 3 not running, 4 package missing

set -u
set -o pipefail
umask 077

prog=${0##*/}
die() { printf '%s: %s\n' "$prog" "$1" >&2; exit "${2:-1}"; }
usage() { sed -n '/^# USAGE/,/^# Needs/p' "$0" | sed 's/^# \{0,1\}//; /^Needs/d'; }

cmd=${1:-}
[ $# -gt 0 ] && shift
state=''
listen=''
while [ $# -gt 0 ]; do
  case "$1" in
    --state) [ $# -ge 2 ] || die 'option --state needs a value' 2; state=$2; shift 2 ;;
    --listen) [ $# -ge 2 ] || die 'option --listen needs a value' 2; listen=$2; shift 2 ;;
    *) die "unknown argument $1" 2 ;;
  esac
done
case "$cmd" in
  start|stop|dsn) [ -n "$state" ] || die 'give --state DIR' 2 ;;
  -h|--help|help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac

# The newest installed server's programs; Debian keeps them out of PATH.
initdb=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
[ -n "$initdb" ] || initdb=$(command -v initdb) && initdb=$(readlink -f "$initdb")
bin=${initdb%/*}
[ -x "$bin/initdb" ] || die 'PostgreSQL is not installed (Debian: apt-get install postgresql)' 4

# as runs a program of the server as somebody who may.
as() {
  if [ "$(id -u)" = 0 ]; then
    # HOME and the working folder must be readable by that user.
    (cd / && exec runuser -u postgres -- env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@")
  else
    env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@"
  fi
}

free_port() {
  # A random port nobody listens on. Another may take it before the server does; start
  # then tries the next.
  local port
  for _ in $(seq 50); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return; }
  done
  die 'found no free port'
}

# The cluster lies in a short folder under /tmp: the caller's may be closed to the user
# postgres, and the path of a socket must be short. STATE only remembers where.
note=$state/postgres
dsn() { printf 'postgres://dossier@%s:%s/dossier?sslmode=disable\n' "$address" "$port"; }
load() {
  [ -r "$note" ] || die "nothing runs in $state" 3
  { read -r dir; read -r port; read -r address; } <"$note"
  case "$dir" in /tmp/dpg.??????) ;; *) die "$note is damaged" ;; esac
}

start() {
  [ ! -e "$note" ] || { load; as "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1 && { dsn; return; }; stop; }
  mkdir -p "$state" || die "cannot make $state"
  address=${listen%%/*}
  address=${address:-127.0.0.1}
  dir=$(mktemp -d /tmp/dpg.XXXXXX) || die 'cannot make a folder'
  [ "$(id -u)" != 0 ] || chown postgres "$dir" || die 'there is no user postgres'
  local log=$dir/log
  if ! as "$bin/initdb" -D "$dir/data" -U dossier -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir.out" 2>&1; then
    cat "$dir.out" >&2; rm -rf -- "$dir" "$dir.out"; die 'initdb failed'
  fi
  rm -f "$dir.out"
  # trust is bearable: loopback or a network made for a test, throw-away, and nothing but
  # test data in it.
  [ -z "$listen" ] || printf 'host all all %s trust\n' "$listen" | as tee -a "$dir/data/pg_hba.conf" >/dev/null || die 'cannot open the server to its network'
  for _ in 1 2 3 4 5; do
    port=$(free_port) || exit 1
    if as "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$log" -s \
      -o "-p $port -c listen_addresses=$address -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c autovacuum_naptime=10s" start >/dev/null 2>&1; then
      printf '%s\n%s\n%s\n' "$dir" "$port" "$address" >"$note"
      if ! as "$bin/createdb" -h "$address" -p "$port" -U dossier dossier; then stop; die 'createdb failed'; fi
      dsn
      return
    fi
  done
  cat "$log" >&2
  rm -rf -- "$dir"
  die 'the server did not start'
}

stop() {
  load
  as "$bin/pg_ctl" -D "$dir/data" -w -t 60 -m immediate -s stop >/dev/null 2>&1
  as "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1 && die "the server in $dir does not stop"
  rm -rf -- "$dir"
  rm -f -- "$note"
}

case "$cmd" in
  start) start ;;
  stop) stop ;;
  dsn) load; as "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1 || die "nothing runs in $state" 3; dsn ;;
esac
