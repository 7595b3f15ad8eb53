#!/usr/bin/env bash
# Resolve every requirements*.in into a hashed lock for Python 3.11 and newer, without any index address.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x .venv-lock/bin/uv ]; then
  python3 -m venv .venv-lock
  .venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
fi

resolve() {
  .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-header "$@"
}

resolve requirements.in --output-file requirements.lock
resolve requirements-test.in --constraints requirements.lock --output-file requirements-test.lock
resolve bench/requirements-bench.in --constraints requirements.lock --output-file bench/requirements-bench.lock
