"""Rules about training, each one sentence (21 CFR 11.10(i), 211.25)."""

from records.training.subjects import SubjectKind
from workflows.authority import Actor
from workflows.training.facts import NewSheetFacts, NewTraining, SheetFacts


def sheet_has_lines(facts: NewSheetFacts, _actor: Actor) -> str | None:
    """Refuse a sheet that says nothing."""
    return None if facts.new.lines else "A training sheet has at least one line."


def persons_are_registered(facts: NewSheetFacts, _actor: Actor) -> str | None:
    """Refuse training of somebody who is not registered or has left."""
    unknown = sorted({line.person for line in facts.new.lines} - set(facts.names))
    return f"Nobody here has the number {', '.join(unknown)}." if unknown else None


def masters_are_loaded(facts: NewSheetFacts, _actor: Actor) -> str | None:
    """Refuse training on a version of a master that is not here: nobody can have been trained on it."""
    wanted = {
        (line.subject, str(line.version))
        for line in facts.new.lines
        if line.subject_kind is SubjectKind.MASTER
    }
    missing = sorted(f"{code} version {version}" for code, version in wanted - set(facts.masters))
    return f"There is no master {', '.join(missing)}." if missing else None


def days_are_in_order(facts: NewSheetFacts, _actor: Actor) -> str | None:
    """Refuse training that ends before it begins."""
    wrong = [
        _name(facts, line)
        for line in facts.new.lines
        if line.valid_until and line.valid_until < line.trained_from
    ]
    return f"The training ends before it begins: {', '.join(dict.fromkeys(wrong))}." if wrong else None


def nobody_records_their_own(facts: NewSheetFacts, actor: Actor) -> str | None:
    """Refuse the trainee as the one who vouches for the training: it takes two persons."""
    if all(line.person != actor.person for line in facts.new.lines):
        return None
    return f"{actor.printed_name} can't record their own training; another authorised person does."


def nobody_trains_themselves(facts: NewSheetFacts, _actor: Actor) -> str | None:
    """Refuse the trainee as the trainer."""
    own = [
        _name(facts, line) for line in facts.new.lines if line.trainer in {line.person, _name(facts, line)}
    ]
    return f"{', '.join(dict.fromkeys(own))}: the trainer is another person." if own else None


def sheet_counts(facts: SheetFacts, _actor: Actor) -> str | None:
    """Refuse to withdraw a sheet twice."""
    return f"Training sheet {facts.record.number} is withdrawn already." if facts.withdrawal else None


def _name(facts: NewSheetFacts, line: NewTraining) -> str:
    return facts.names.get(line.person, line.person)
