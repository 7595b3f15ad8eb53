"""`countersign export`: a copy of a record as PDF with data and evidence inside, or in another form."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from app.config import Settings
from app.export.command import export_record
from app.factory import make_writing_service
from workflows.export.facts import CopyForm

FORMS = {
    CopyForm.JSON: "the record as data",
    CopyForm.CSV: "tables in a zip file",
    CopyForm.BUNDLE: "the evidence bundle alone",
}


def main(arguments: Sequence[str]) -> int:
    """Write one copy; the export is put on record before the file is there."""
    parser = ArgumentParser(prog="countersign export", description=__doc__)
    parser.add_argument("record", metavar="KIND/NUMBER", help="such as batch/TB-0771 or master/MBR-0042.7")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="where to write it")
    forms = parser.add_mutually_exclusive_group()
    for form, words in FORMS.items():
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=words)
    asked = parser.parse_args(arguments)
    service = make_writing_service(Settings.read(os.environ))
    return export_record(service, asked.record, asked.output, asked.form or CopyForm.PDF)
