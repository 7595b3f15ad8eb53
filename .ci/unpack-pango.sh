#!/usr/bin/env bash
# Fetch Pango with apt and unpack it under var/system-libs, for an account that may not install packages.
# apt resolves and downloads without root; with-libraries.sh then lets programs find what was unpacked.
set -euo pipefail
cd "$(dirname "$0")/.."

PANGO=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
target="$PWD/var/system-libs"
work="$target/apt"
apt=(apt-get -qq -o Debug::NoLocking=1)

rm -rf "$target"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/debs"
if ! apt-cache show "${PANGO[@]}" >/dev/null 2>&1; then
  apt+=(-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work" -o "Dir::Cache::archives=$work/archives")
  "${apt[@]}" update
fi

mapfile -t packages < <("${apt[@]}" -s install --no-install-recommends "${PANGO[@]}" | awk '/^Inst / { print $2 }')
(cd "$work/debs" && "${apt[@]}" download "${packages[@]}")
for deb in "$work"/debs/*.deb; do
  dpkg-deb -x "$deb" "$target/root"
done
rm -rf "$work"

cat > "$target/fonts.conf" <<XML
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>$target/root/usr/share/fonts</dir>
  <cachedir>$target/font-cache</cachedir>
</fontconfig>
XML
folders=$(find "$target/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -s -d :)
cat > "$target/environment" <<SH
export LD_LIBRARY_PATH="$folders\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$target/fonts.conf"
SH
