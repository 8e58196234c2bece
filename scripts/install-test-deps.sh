#!/usr/bin/env bash
#
# install-test-deps.sh [PACKAGE...] - install the Debian packages that the whole test run
# needs, and those named.
#
# Asks apt for what is missing and for nothing else; when nothing is missing it does
# nothing and needs no rights. The packages' own servers are not started: while apt works,
# a policy-rc.d answers "no" to every start, and what stood in its place comes back after.
#
# Made for Debian 12 and 13. Run as root when something is missing.
#
# EXIT CODES  0 everything is there, 1 failed, 3 something is missing and we are not root

set -euo pipefail

packages=(
  dovecot-imapd      # a real IMAP server for the poller's tests
  postgresql         # the second database
  chromium           # the browser tests
  fonts-liberation   # so that pages have letters in the browser
  tesseract-ocr      # reading scans
  tesseract-ocr-fra
  tesseract-ocr-eng
  poppler-utils      # pdftotext, which our reading is compared with
  qpdf               # making damaged and encrypted PDFs for tests
  iproute2           # machines of their own for the tests with several
  man-db             # formatting the manual pages
  openssl            # certificates for TLS tests
)

packages+=("$@")

prog=${0##*/}
die() { printf '%s: %s\n' "$prog" "$1" >&2; exit "${2:-1}"; }

command -v dpkg-query >/dev/null 2>&1 ||
  die "this is not a Debian system. Install by hand what gives you: dovecot, PostgreSQL 15 or later (initdb), chromium, tesseract with French and English, poppler-utils, qpdf, openssl"

missing=()
for p in "${packages[@]}"; do
  # shellcheck disable=SC2016 # dpkg-query's own variables
  state=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  die "missing: ${missing[*]}
Run this once as root, then go on as yourself:  sudo $0 $*" 3
fi

printf '%s: installing %s\n' "$prog" "${missing[*]}" >&2

policy=/usr/sbin/policy-rc.d
kept=''
restore() {
  rm -f -- "$policy"
  if [ -n "$kept" ]; then mv -- "$kept" "$policy"; fi
}
if [ -e "$policy" ] || [ -L "$policy" ]; then
  kept=$(mktemp "$policy.kept.XXXXXX")
  mv -f -- "$policy" "$kept"
fi
trap restore EXIT
trap 'exit 1' INT TERM
printf '#!/bin/sh\n# Put here by %s while it installs packages.\nexit 101\n' "$prog" >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get -q update || die "apt-get update failed: is the network there?"
apt-get -q -y --no-install-recommends install "${missing[@]}" || die "apt-get could not install: ${missing[*]}"
