"""A server to measure: `countersign serve` on an installation, in processes of its own on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from app.config import Settings

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 30


@contextmanager
def serving(settings: Settings, workers: int) -> Iterator[int]:
    """Serve an installation with so many worker processes; lend the port."""
    port = _free_port()
    log = settings.home / "serve.log"
    with log.open("ab") as told:
        process = subprocess.Popen(  # noqa: S603 -- our own program
            [Path(sys.executable).with_name("countersign"), "serve", "--workers", str(workers)],
            env=os.environ | variables_of(settings) | {"COUNTERSIGN_PORT": str(port)},
            cwd=ROOT,
            stdout=told,
            stderr=told,
        )
    try:
        _wait(process, port, log)
        yield port
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def variables_of(settings: Settings) -> dict[str, str]:
    """Return the environment variables that read as these settings."""
    return {
        "COUNTERSIGN_HOME": str(settings.home),
        "COUNTERSIGN_DATABASE_URL": settings.database_url,
        "COUNTERSIGN_KEYS_DIR": str(settings.keys_dir),
        "COUNTERSIGN_FILES_DIR": str(settings.files_dir),
        "COUNTERSIGN_DEMO": "1",
        "COUNTERSIGN_HOST": "127.0.0.1",
    }


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
