"""What `countersign export` does: one copy into a file, put on record before the file is there."""

import sys
from pathlib import Path

from sqlalchemy.orm import Session

from app.export.forms import Written, write_copy
from app.export.reading import read_copy
from app.export.workshop import workshop
from app.service import Service
from app.whole_files import AS_UMASK_SAYS, drafted, refusals_to_write
from app.writing import Intent, the_software, write
from audit.findings import Verdict
from records.engine import lent_engine
from records.identity import RecordName
from workflows.export.commands import record_export
from workflows.export.facts import CopyForm
from workflows.perform import Reason

_WHO = "the command line of this installation"


def export_record(service: Service, name: str, out: Path, form: str = CopyForm.PDF) -> int:
    """Write a copy of a record (KIND/NUMBER) into a file; 0, or 1 with a sentence when it can't be.

    The export is on record before the file has its name, and the file is whole or not there.
    """
    try:
        record = RecordName.parse(name)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if refusals := refusals_to_write(out):
        sys.stderr.write("\n".join([*refusals, ""]))
        return 1
    copy = read_copy(
        service.settings, service.keys, record, made_at=service.clock(), made_for=_WHO, code=service.code
    )
    written = write_copy(copy, CopyForm(form), workshop(service.settings, service.keys))
    with drafted(out, written.data, AS_UMASK_SAYS):
        _remember(service, written)
    pages = f", {written.pages} pages" if written.pages else ""
    sys.stdout.write(f"{out}: {len(written.data)} bytes{pages}, SHA-256 {written.new.sha256}\n")
    if copy.integrity.verdict != Verdict.PASS:
        found = [*copy.integrity.findings, *copy.integrity.missing]
        sys.stderr.write("\n".join([f"Integrity of {record}: {copy.integrity.verdict}", *found, ""]))
    return 0


def _remember(service: Service, written: Written) -> None:
    intent = Intent(who=the_software, reason=Reason(code="command", text="countersign export"))
    with lent_engine(service.settings.database_url) as engine, Session(engine) as session:
        write(service, session, intent, lambda unit: record_export(unit, written.new))
