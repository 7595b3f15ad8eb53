"""Why a master may not be loaded, signed or made effective: each rule a sentence (211.186, 211.22(c))."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from records.procedure.case_execution import unproved
from records.procedure.definition import Procedure
from records.procedure.linter import errors, missing_groups
from records.procedure.models import ProcedureVersion
from records.procedure.states import ProcedureState
from records.times import to_text
from workflows.authority import Actor
from workflows.naming import number_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMasterFacts:
    """A master version about to be loaded."""

    number: str
    code: str
    existing: ProcedureVersion | None
    """Whatever has this number, by code and version or by another pair that reads the same."""
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"master {self.number}"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return f"{ProcedureVersion.kind}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterFacts:
    """A master version with what its history says of persons, and the version it would replace."""

    record: ProcedureVersion
    procedure: Procedure
    authors: Collection[str]
    """Who loaded it or signed it as author, ever."""
    checkers: Collection[str]
    """Who signed it as checked, ever."""
    is_approved: bool
    """Whether a standing signature of the quality unit covers the content as it is now."""
    at: datetime
    effective_at: datetime
    previous: ProcedureVersion | None
    """The effective version of the same code."""
    passed_cases: Collection[str]
    """Numbers of the test cases whose last execution on this content passed."""
    failed_cases: Collection[str]
    """Numbers of those whose last execution on it failed."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"master {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return self.record.stream

    @property
    def state(self) -> ProcedureState:
        """Return where the version stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


def version_is_new(facts: NewMasterFacts, _actor: Actor) -> str | None:
    """Refuse to load a version again: its content never changes (211.100, ATK-43)."""
    other = facts.existing
    if other and other.code != facts.code:
        taken = f"The number {facts.number} is taken by version {other.version} of {other.code}."
        return f"{taken} Write another code."
    if other:
        return f"Master {facts.number} is loaded already. A changed master is a new version."
    return number_refusal("The master number", facts.number)


def author_is_the_one_who_loaded(facts: MasterFacts, actor: Actor) -> str | None:
    """Refuse another person's name under what somebody else prepared (211.186(a))."""
    if facts.record.author == actor.person:
        return None
    return f"{actor.printed_name} did not load this version; the person who did signs it as its author."


def every_group_is_there(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse a master production record without one of its mandatory groups (211.186(b)(1)-(9))."""
    missing = missing_groups(facts.procedure)
    return f"The master record lacks: {'; '.join(missing)}." if missing else None


def definition_has_no_errors(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse a definition that could not be carried out as written, with everything the linter found."""
    groups = {f"Missing: {group}." for group in missing_groups(facts.procedure)}
    found = [str(finding) for finding in errors(facts.procedure) if finding.message not in groups]
    return f"The definition has errors: {' '.join(found)}" if found else None


def there_are_cases(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse to execute the test cases of a master without any."""
    return None if facts.procedure.test_cases else "This master has no test cases to execute."


def calculations_are_proved(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse a master with a calculation that no executed test case proves (21 CFR 211.68(b), FDA Q3)."""
    left = unproved(facts.procedure, facts.passed_cases)
    return f"Calculations without proof: {' '.join(left)}" if left else None


def no_case_failed(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse a master with a failed test case, whatever the others prove (21 CFR 211.68(b))."""
    failed = ", ".join(sorted(facts.failed_cases))
    return f"Test cases that failed: {failed}. A corrected master is a new version." if failed else None


def checker_is_not_the_author(facts: MasterFacts, actor: Actor) -> str | None:
    """Refuse the author as checker: a second person checks independently (211.186(a), ATK-30)."""
    if actor.person not in facts.authors:
        return None
    return f"{actor.printed_name} is the author of this version; another person checks it."


def approver_is_neither_author_nor_checker(facts: MasterFacts, actor: Actor) -> str | None:
    """Refuse a person who wrote or checked the version, under any account (211.22(c), ATK-30)."""
    if actor.person in facts.authors:
        return f"{actor.printed_name} is the author of this version; another person approves it."
    if actor.person in facts.checkers:
        return f"{actor.printed_name} checked this version; another person approves it."
    return None


def approval_stands(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse to make effective what the quality unit has not approved as it is now (211.22(c))."""
    return None if facts.is_approved else "No standing approval of the quality unit covers this content."


def date_is_not_past(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse a date before now: batches made until then were made by another version."""
    if facts.effective_at >= facts.at:
        return None
    return f"A master can't be effective from {to_text(facts.effective_at)}: that is past."


def previous_version_is_the_one_superseded(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse to replace another version than the one this master says it supersedes."""
    previous = facts.previous
    if previous is None or previous.version == facts.procedure.header.supersedes:
        return None
    named = facts.procedure.header.supersedes or "none"
    return f"{previous.number} is effective, but this version names {named} as the one it supersedes."


def previous_version_is_effective_before(facts: MasterFacts, _actor: Actor) -> str | None:
    """Refuse a version whose time would begin before that of the one it replaces."""
    previous = facts.previous
    if previous is None or previous.effective_at is None or previous.effective_at <= facts.effective_at:
        return None
    return f"{previous.number} is effective only from {to_text(previous.effective_at)}; take a later date."
