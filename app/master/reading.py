"""What the pages of masters show: the list, one version as people read it, the differences to another."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batch.looking import Act, act, looking
from app.batch.signatures import signatures_of_stream
from app.listing import Column
from app.master.cases import Proof, proof_of
from app.master.difference import Change, differences
from records.batch.models import Batch
from records.batch.states import CLOSED
from records.errors import RecordNotFoundError
from records.procedure.frozen import frozen_outline
from records.procedure.linter import Finding, lint
from records.procedure.master_groups import GROUPS
from records.procedure.models import ProcedureVersion
from records.procedure.outline import Outline
from records.procedure.queries import content_of, latest_results, version_by_number, versions_of
from records.procedure.sign import shorthand
from records.procedure.states import ProcedureState
from workflows.authority import Actor
from workflows.perform import Content
from workflows.procedure import lifecycle
from workflows.procedure.commands import content_to_sign, master_facts
from workflows.procedure.rules import MasterFacts

Json = Mapping[str, Any]
S = ProcedureState
BEFORE = "version superseded by master"

COLUMNS = (
    Column(label="Master", key="number", narrow=True),
    Column(label="Title", key="title"),
    Column(label="State", key="state", narrow=True),
    Column(label="Author", key="author"),
    Column(label="Loaded", key="loaded_at"),
    Column(label="Effective from", key="effective_at"),
    Column(label="Last signature"),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
CHOICES = ("state",)
FILE_HEAD = ("number", "title", "state", "author", "loaded_at", "effective_at", "superseded_at", "digest")
_CHAIN = (
    ("author-sign", "Sign as author", lifecycle.AUTHOR_SIGN, {S.DRAFT, S.CHANGES_REQUESTED}),
    ("run-cases", "Execute the test cases", lifecycle.RUN_CASES, {S.DRAFT, S.CHANGES_REQUESTED, S.IN_REVIEW}),
    ("check", "Check", lifecycle.CHECK, {S.DRAFT, S.CHANGES_REQUESTED, S.IN_REVIEW}),
    ("approve", "Approve", lifecycle.APPROVE, {S.DRAFT, S.CHANGES_REQUESTED, S.IN_REVIEW, S.CHECKED}),
    (
        "make-effective",
        "Make effective",
        lifecycle.MAKE_EFFECTIVE,
        {S.DRAFT, S.CHANGES_REQUESTED, S.IN_REVIEW, S.CHECKED, S.APPROVED},
    ),
)
"""Name, label and row of each act on the way to effective, and the states in which it still lies ahead."""
_REASONED = (
    ("request-changes", "Request changes", lifecycle.REQUEST_CHANGES),
    ("send-back", "Send back", lifecycle.SEND_BACK),
    ("withdraw", "Withdraw", lifecycle.WITHDRAW),
    ("retire", "Retire", lifecycle.RETIRE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One of the nine groups of 211.186(b), and whether this master has it."""

    name: str
    is_there: bool

    @property
    def anchor(self) -> str:
        """Return the address of the group within its page."""
        return "group-" + self.name.partition("(b)(")[2][:1]


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterPage:
    """A master version as people read and sign it."""

    version: ProcedureVersion
    content: Json
    source_name: str
    groups: Sequence[Group]
    findings: Sequence[Finding]
    proof: Proof
    signatures: Sequence[Mapping[str, Any]]
    acts: Sequence[Act]
    reasoned: Sequence[Act]
    to_sign: Content
    others: Sequence[ProcedureVersion]
    previous: ProcedureVersion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of a master and what differs; the batches that the earlier one still makes."""

    before: ProcedureVersion
    after: ProcedureVersion
    changes: Sequence[Change]
    under_way: Sequence[Batch]


def master_page(code: str, version: str) -> MasterPage:
    """Read a version; raises RecordNotFoundError."""
    work = looking()
    facts = master_facts(work, f"{code}.{version}")
    session, record = work.session, facts.record
    stored = content_of(session, record.number)
    outline = frozen_outline(stored.content)
    return MasterPage(
        version=record,
        content=readable(stored.content),
        source_name=stored.source_name,
        groups=[Group(name=name, is_there=is_there(outline.procedure)) for name, is_there in GROUPS.items()],
        findings=lint(outline.procedure),
        proof=proof_of(outline.procedure, latest_results(session, record)),
        signatures=signatures_of_stream(session, record.stream),
        acts=_chain(facts, work.actor),
        reasoned=_reasoned(facts, work.actor),
        to_sign=content_to_sign(session, record.number),
        others=[one for one in versions_of(session, code) if one.number != record.number],
        previous=superseded_by(session, record, outline),
    )


def comparison(session: Session, number: str, other: str | None) -> Comparison:
    """Compare a version with the one it supersedes, or with another; raises RecordNotFoundError."""
    after = _version(session, number)
    outline = frozen_outline(content_of(session, number).content)
    before = _version(session, other) if other else superseded_by(session, after, outline)
    if before is None:
        raise RecordNotFoundError(BEFORE, number)
    texts = [json.loads(content_of(session, one.number).content) for one in (before, after)]
    under_way = select(Batch).where(Batch.master == before.number, Batch.state.not_in(list(CLOSED)))
    return Comparison(
        before=before,
        after=after,
        changes=differences(*texts),
        under_way=session.scalars(under_way.order_by(Batch.id)).all(),
    )


def superseded_by(session: Session, version: ProcedureVersion, outline: Outline) -> ProcedureVersion | None:
    """Return the version that this one says it supersedes, where it is here."""
    named = outline.procedure.header.supersedes
    found = version_by_number(session, f"{version.code}.{named}") if named else None
    return found if found and (found.code, found.version) == (version.code, named) else None


def readable(text: str) -> Json:
    """Return a stored content with the sign of each step in the letters of a printed master."""
    outline, content = frozen_outline(text), json.loads(text)
    for step in _steps(content["unit_procedures"]):
        step["sign"] = shorthand(outline.step(step["number"]).signatures)
    found: Json = content
    return found


def _steps(unit_procedures: Iterable[Json]) -> Iterable[dict[str, Any]]:
    return (
        step
        for unit_procedure in unit_procedures
        for operation in unit_procedure["operations"]
        for phase in operation["phases"]
        for step in phase["steps"]
    )


def _chain(facts: MasterFacts, actor: Actor) -> list[Act]:
    return [act(name, label, row, facts, actor) for name, label, row, ahead in _CHAIN if facts.state in ahead]


def _reasoned(facts: MasterFacts, actor: Actor) -> list[Act]:
    return [
        act(name, label, row, facts, actor)
        for name, label, row in _REASONED
        if row.sources and facts.state in row.sources
    ]


def _version(session: Session, number: str) -> ProcedureVersion:
    found = version_by_number(session, number)
    if found is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    return found
