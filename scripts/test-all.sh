#!/usr/bin/env bash
#
# test-all.sh - the whole test run: formatting, vet, and every test with every switch set.
#
# Starts a private PostgreSQL on a free loopback port and stops it again; the other servers
# are started by the tests that need them. A skipped test fails the run: here everything is
# installed, so a skip means that something was silently not tested. The exceptions are
# tests on a folder of announcements, which is not part of the project, and, unless root
# calls, those that make network namespaces.
#
#   DOSSIER_TEST_ANNOUNCEMENTS  folder of announcement texts, optional
#   TESTFLAGS                   more flags for go test, like -run or -shuffle=on
#   PACKAGES                    what to test, default ./...
#
# EXIT CODES  0 everything passed, 1 something did not

set -euo pipefail
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
# A machine's own settings must not reach the tests.
for name in $(compgen -e DOSSIER_ || true); do
  case "$name" in DOSSIER_TEST_ANNOUNCEMENTS) ;; *) unset "$name" ;; esac
done

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'test-all.sh: %s\n' "$1" >&2; exit 1; }

began=$SECONDS
state=$(mktemp -d "${TMPDIR:-/tmp}/dossier-test.XXXXXX")
postgres=no
cleanup() {
  if [ "$postgres" = yes ]; then scripts/postgres.sh stop --state "$state/postgres" || true; fi
  rm -rf -- "$state"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

command -v go >/dev/null 2>&1 || die "Go is not installed: see README.md"

say "formatting"
unformatted=$(find . -name '*.go' -not -path './.git/*' -not -path '*/testdata/*' -print0 | xargs -0 gofmt -l)
[ -z "$unformatted" ] || die "not formatted with gofmt:
$unformatted"

say "vet"
go vet ./...

say "PostgreSQL"
postgres=yes   # also when the start fails halfway
DOSSIER_TEST_POSTGRES=$(scripts/postgres.sh start --state "$state/postgres") || die "PostgreSQL did not start"

export DOSSIER_TEST_POSTGRES
export DOSSIER_TEST_DOVECOT=1
export DOSSIER_TEST_CHROMIUM=1
export DOSSIER_TEST_TESSERACT=1
export DOSSIER_TEST_PACKAGE=1
allow=DOSSIER_TEST_ANNOUNCEMENTS
if [ "$(id -u)" = 0 ]; then
  export DOSSIER_TEST_NETNS=1
else
  say "not root: the tests that need machines of their own are left out"
  allow+=,DOSSIER_TEST_NETNS
fi

say "tests"
status=0
# shellcheck disable=SC2086 # the flags are words
go test -json -timeout 15m -p "$(nproc)" ${TESTFLAGS:-} ${PACKAGES:-./...} 2>"$state/stderr" |
  go run ./scripts/testsummary -allow-skip "$allow" || status=$?
if [ $status -ne 0 ]; then cat "$state/stderr" >&2; fi

say "took $((SECONDS - began)) s"
exit $status
