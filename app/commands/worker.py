"""`countersign worker`: background work in a process of its own, beside several serving ones."""

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Sequence
from types import FrameType

from app import worker
from app.config import Settings
from app.factory import make_writing_service
from app.observing import configure_logs


def main(arguments: Sequence[str]) -> int:
    """Work until told to stop."""
    ArgumentParser(prog="countersign worker", description=__doc__).parse_args(arguments)
    configure_logs()
    stop = threading.Event()

    def stopping(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stopping)
    signal.signal(signal.SIGINT, stopping)
    sys.stdout.write("Countersign works in the background.\n")
    sys.stdout.flush()
    worker.run(make_writing_service(Settings.read(os.environ)), stop)
    return 0
