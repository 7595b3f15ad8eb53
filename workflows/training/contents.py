"""What a signature on a training sheet covers: every line of it."""

from collections.abc import Mapping

from records.identity import RECORD_PART
from records.training.subjects import SubjectKind
from workflows.perform import Content
from workflows.training.facts import NewSheet, NewTraining


def sheet_content(number: str, new: NewSheet, names: Mapping[str, str]) -> Content:
    """Return the content of a sheet: lines as data, and as the sentences shown."""
    content = {
        "format": "countersign-training-sheet/1",
        "number": number,
        "source_name": new.source_name,
        "lines": [
            {
                "person": line.person,
                "kind": line.subject_kind.value,
                "subject": line.subject,
                "version": line.version,
                "trained_from": line.trained_from.isoformat(),
                "valid_until": line.valid_until.isoformat() if line.valid_until else None,
                "trainer": line.trainer,
                "evidence": line.evidence,
            }
            for line in new.lines
        ],
    }
    head = f"Training sheet {number}, {len(new.lines)} lines"
    text = "\n".join([head, *(_line(line, names) for line in new.lines)])
    return Content.of(RECORD_PART, content, text)


def _line(line: NewTraining, names: Mapping[str, str]) -> str:
    until = f" until {line.valid_until}" if line.valid_until else ""
    return (
        f"{names.get(line.person, '?')} ({line.person}): {_subject(line)}, from {line.trained_from}{until}; "
        f"trainer {line.trainer}; evidence {line.evidence}"
    )


def _subject(line: NewTraining) -> str:
    if line.subject_kind is SubjectKind.QUALIFICATION:
        return line.subject
    words = "version" if line.subject_kind is SubjectKind.MASTER else "up to version"
    return f"{line.subject} {words} {line.version}"
