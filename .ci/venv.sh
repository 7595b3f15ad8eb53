#!/usr/bin/env bash
# Make or refresh a virtual environment: venv.sh FOLDER LOCK [LARGER_LOCK]
# Does nothing when the folder already holds LOCK (or LARGER_LOCK, which contains it) for this project folder.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
lock=$2
larger=${3:-}
stamp="$folder/countersign-lock"

fingerprint() {
  { echo "$PWD"; cat "$1"; } | sha256sum | cut -d ' ' -f 1
}

holds() {
  [ -n "$1" ] && [ -x "$folder/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

find_python() {
  local name
  for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "Countersign needs Python 3.11 or newer; set PYTHON=/path/to/python3 if it has another name." >&2
  return 1
}

install_lock() {
  if command -v uv >/dev/null; then
    uv pip install --quiet --python "$folder/bin/python" --require-hashes -r "$lock" && return
    echo "uv could not install $lock; trying pip" >&2
  fi
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
}

if holds "$lock" || holds "$larger"; then
  exit 0
fi

python=$(find_python)
echo "Installing $lock into $folder (half a minute on the first run)"
if ! "$folder/bin/python" -c 'import pip' 2>/dev/null; then
  if ! "$python" -m venv --clear "$folder"; then
    echo "This Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2
    exit 1
  fi
fi
install_lock
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
fingerprint "$lock" > "$stamp"
