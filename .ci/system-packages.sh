#!/usr/bin/env bash
# See that the operating system has what some features need: system-packages.sh pdf|browser…
# Looks first. Missing things are installed as root, unpacked under var/ without root where that can serve (pdf),
# or named with the command that installs them. Always exits 0: what depends on them says so itself.
set -euo pipefail
cd "$(dirname "$0")/.."

PANGO=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)   # unpack-pango.sh names them too

loads() { # the libraries that WeasyPrint opens
  .ci/with-libraries.sh "${PYTHON:-python3}" - <<'PY' 2>/dev/null
import ctypes
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
    ctypes.CDLL(name)
PY
}

browser_found() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

apt_install() {
  local options=(-qq -y --no-install-recommends)
  export DEBIAN_FRONTEND=noninteractive
  apt-get install "${options[@]}" "$@" >/dev/null 2>&1 && return
  apt-get update -qq >/dev/null 2>&1 || true
  apt-get install "${options[@]}" "$@" >/dev/null
}

explain() { # WHAT PACKAGE…
  local what=$1
  shift
  echo "$what is missing and could not be installed here. On Debian or Ubuntu:" >&2
  echo "  sudo apt-get install --no-install-recommends $*" >&2
}

pdf() {
  loads && return
  echo "Pango (for PDF) is missing; fetching it with the system's package manager"
  if ! command -v apt-get >/dev/null; then
    explain "Pango (for PDF)" "${PANGO[@]}"
  elif [ "$(id -u)" = 0 ]; then
    apt_install "${PANGO[@]}" || explain "Pango (for PDF)" "${PANGO[@]}"
  else
    .ci/unpack-pango.sh || true
    loads || explain "Pango (for PDF)" "${PANGO[@]}"
  fi
}

browser() {
  browser_found >/dev/null && return
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Chromium (for the browser tests) is missing; installing it with the system's package manager"
    apt_install chromium && return
  fi
  explain "Chromium (for the browser tests)" chromium
}

for part in "$@"; do
  case $part in
    pdf) pdf ;;
    browser) browser ;;
    *) echo "unknown part: $part" >&2; exit 2 ;;
  esac
done
