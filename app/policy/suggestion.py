"""The wording that a site may start its policy of signatures from; the site answers for what it publishes."""

from pathlib import Path

TITLE = "Accountability for electronic signatures"
TEXT = Path(__file__).with_name("suggested_text.txt").read_text(encoding="utf-8").strip()
