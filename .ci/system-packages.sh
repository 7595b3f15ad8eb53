#!/usr/bin/env bash
# See that the operating system has what some features need: system-packages.sh pdf|browser…
# Looks first. Missing things are installed as root, unpacked under var/ without root where that can serve (pdf),
# or named with the command that installs them. Always exits 0: what depends on them says so itself.
set -euo pipefail
cd "$(dirname "$0")/.."

PANGO=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
unpacked=var/system-libs
environment=$unpacked/environment

loads() { # the libraries that WeasyPrint opens
  .ci/with-libraries.sh python3 - <<'PY' 2>/dev/null
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

unpack_pango() { # apt's own download and resolver work without root; only unpacking into / would not
  local lists="$PWD/$unpacked/apt" packages
  local apt=(apt-get -qq -o Debug::NoLocking=1)
  mkdir -p "$unpacked/debs" "$lists/lists/partial" "$lists/cache/archives/partial"
  if ! apt-cache show libpango-1.0-0 >/dev/null 2>&1; then
    apt+=(-o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache")
    "${apt[@]}" update
  fi
  packages=$("${apt[@]}" -s install --no-install-recommends "${PANGO[@]}" | awk '/^Inst / { print $2 }')
  # shellcheck disable=SC2086 # a list of package names
  (cd "$unpacked/debs" && "${apt[@]}" download $packages)
  for deb in "$unpacked"/debs/*.deb; do
    dpkg-deb -x "$deb" "$unpacked/root"
  done
  rm -rf "$unpacked/debs" "$lists"
  write_environment
}

write_environment() {
  local root="$PWD/$unpacked/root" folders fonts="$PWD/$unpacked/fonts.conf"
  folders=$(find "$root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
  cat > "$fonts" <<XML
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>$root/usr/share/fonts</dir>
  <cachedir>$PWD/$unpacked/font-cache</cachedir>
</fontconfig>
XML
  {
    echo "export LD_LIBRARY_PATH=\"$folders\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}\""
    echo "export FONTCONFIG_FILE=\"$fonts\""
  } > "$environment"
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
    (unpack_pango) || true
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
