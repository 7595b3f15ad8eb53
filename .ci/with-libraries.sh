#!/usr/bin/env bash
# Run a command with the libraries that system-packages.sh unpacked under var/, if it had to.
set -euo pipefail
environment="$(dirname "$0")/../var/system-libs/environment"
if [ -f "$environment" ]; then
  # shellcheck source=/dev/null
  . "$environment"
fi
exec "$@"
