"""Load a master and take it from draft to effective: three persons sign the same bytes (211.186(a))."""

import json
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.canonical import encode
from audit.events import Action
from records.errors import RecordNotFoundError
from records.procedure.case_execution import CaseOutcome, run_case
from records.procedure.codec import to_content
from records.procedure.definition import Procedure
from records.procedure.expressions import LANGUAGE_VERSION
from records.procedure.frozen import frozen_procedure, text_digest
from records.procedure.models import CaseResult, ProcedureContent, ProcedureVersion
from records.procedure.queries import content_of, effective_version, latest_results, version_by_number
from records.procedure.states import ProcedureState
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from workflows.machine import Transition
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.procedure import lifecycle
from workflows.procedure.contents import master_content
from workflows.procedure.rules import MasterFacts, NewMasterFacts


def load_master(work: UnitOfWork, procedure: Procedure, source_name: str, source: str) -> ProcedureVersion:
    """Load a definition as a draft, with the file it came from; its content never changes again."""
    header = procedure.header
    number = f"{header.code}.{header.version}"
    text = canonical_text(procedure)
    loaded: list[ProcedureVersion] = []

    def load(changes: Changes) -> None:
        version = changes.insert(
            ProcedureVersion,
            Action.MASTER_LOAD,
            number=number,
            code=header.code,
            version=header.version,
            title=header.title,
            operations_type=header.operations_type.value,
            state=ProcedureState.DRAFT,
            digest=text_digest(text),
            author=work.actor.person,
            loaded_at=work.at,
            effective_at=None,
            superseded_at=None,
        )
        values = {"version_number": number, "content": text, "source_name": source_name, "source": source}
        changes.insert(ProcedureContent, Action.MASTER_LOAD, **values)
        loaded.append(version)

    existing = version_by_number(work.session, number)
    facts = NewMasterFacts(number=number, code=header.code, existing=existing)
    perform(work, lifecycle.LOAD, facts, load)
    return loaded[0]


def author_sign(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Sign a draft as its author and hand it over for checking."""
    return _sign(work, number, lifecycle.AUTHOR_SIGN)


def run_cases(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Execute every test case of a master, pass or fail, and keep what came out (21 CFR 211.68(b))."""
    facts = _locked_facts(work, number)

    def execute(changes: Changes) -> None:
        for case in facts.procedure.test_cases:
            changes.insert(CaseResult, Action.MASTER_TEST, **_result(work, facts.record, run_case(case)))

    perform(work, lifecycle.RUN_CASES, facts, execute)
    return facts.record


def check(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Sign that a second person checked the master independently."""
    return _sign(work, number, lifecycle.CHECK)


def request_changes(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Return a master to its author, with the reason, as checker or for the quality unit."""
    may_check = work.actor.may(lifecycle.REQUEST_CHANGES.permission)
    row = lifecycle.REQUEST_CHANGES if may_check else lifecycle.SEND_BACK
    facts = _locked_facts(work, number)
    perform(work, row, facts)
    return facts.record


def approve(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Sign the approval of the quality unit."""
    return _sign(work, number, lifecycle.APPROVE)


def make_effective(work: UnitOfWork, number: str, effective_at: datetime | None = None) -> ProcedureVersion:
    """Make an approved master effective from a time on (now where none is given); supersede the one before.

    Batches under way keep the version they have.
    """
    facts = _locked_facts(work, number, effective_at)

    def change(changes: Changes) -> None:
        if facts.previous:
            changes.update(
                facts.previous,
                Action.MASTER_STATE,
                state=ProcedureState.SUPERSEDED,
                superseded_at=facts.effective_at,
            )
        changes.update(facts.record, Action.MASTER_STATE, effective_at=facts.effective_at)

    perform(work, lifecycle.MAKE_EFFECTIVE, facts, change)
    return facts.record


def withdraw(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Withdraw a master that was never effective, with the reason."""
    facts = _locked_facts(work, number)
    perform(work, lifecycle.WITHDRAW, facts)
    return facts.record


def retire(work: UnitOfWork, number: str) -> ProcedureVersion:
    """Retire an effective or superseded master, with the reason: no new batch is made by it."""
    facts = _locked_facts(work, number)

    def change(changes: Changes) -> None:
        changes.update(facts.record, Action.MASTER_STATE, superseded_at=work.at)

    perform(work, lifecycle.RETIRE, facts, change)
    return facts.record


def canonical_text(procedure: Procedure) -> str:
    """Return the canonical JSON of a definition, in NFC: what is stored, hashed and signed."""
    text = unicodedata.normalize("NFC", json.dumps(to_content(procedure), ensure_ascii=False))
    return encode(json.loads(text)).decode("utf-8")


def master_facts(work: UnitOfWork, number: str, effective_at: datetime | None = None) -> MasterFacts:
    """Read what the rules about a version look at, for a command or for the buttons of a page."""
    session = work.session
    version = version_by_number(session, number)
    if version is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    content = content_of(session, number)
    signed = session.scalars(select(Signature).where(Signature.stream == version.stream)).all()
    results = latest_results(session, version)
    authors = {one.signer for one in signed if one.meaning is Meaning.AUTHORED} | {version.author}
    return MasterFacts(
        record=version,
        procedure=frozen_procedure(content.content),
        authors=authors,
        checkers={one.signer for one in signed if one.meaning is Meaning.CHECKED},
        is_approved=_is_approved(session, version, master_content(version, content)),
        at=work.at,
        effective_at=effective_at or work.at,
        previous=effective_version(session, version.code),
        passed_cases={number for number, result in results.items() if result.passed},
        failed_cases={number for number, result in results.items() if not result.passed},
    )


def content_to_sign(session: Session, number: str) -> Content:
    """Return what a signature on a master would cover, for the dialog; raises RecordNotFoundError."""
    version = version_by_number(session, number)
    if version is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    return master_content(version, content_of(session, number))


def _sign(work: UnitOfWork, number: str, row: Transition) -> ProcedureVersion:
    facts = _locked_facts(work, number)
    perform(work, row, facts, content=content_to_sign(work.session, number))
    return facts.record


def _result(work: UnitOfWork, version: ProcedureVersion, outcome: CaseOutcome) -> dict[str, Any]:
    return {
        "version_number": version.number,
        "content_digest": version.digest,
        "case_number": outcome.number,
        "formula": outcome.formula,
        "given": outcome.given,
        "expected": outcome.expected,
        "actual": outcome.actual,
        "rounded": outcome.rounded,
        "rounding": outcome.rounding,
        "passed": outcome.passed,
        "language": LANGUAGE_VERSION,
        "executed_by": work.actor.person,
        "executed_at": work.at,
    }


def _locked_facts(work: UnitOfWork, number: str, effective_at: datetime | None = None) -> MasterFacts:
    """Lock every version of the code first, so that two of them can't become effective at once."""
    code = select(ProcedureVersion.code).where(ProcedureVersion.number == number).scalar_subquery()
    work.session.scalars(
        select(ProcedureVersion)
        .where(ProcedureVersion.code == code)
        .order_by(ProcedureVersion.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return master_facts(work, number, effective_at)


def _is_approved(session: Session, version: ProcedureVersion, content: Content) -> bool:
    standing = (
        select(Signature.id)
        .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
        .where(
            Signature.stream == version.stream,
            Signature.meaning == Meaning.APPROVED,
            Signature.content_digest == content.digest,
            SignatureVoid.id.is_(None),
        )
    )
    return session.scalars(standing.limit(1)).first() is not None
