"""What the demo site has done before anybody works: its policy acknowledged, its people trained."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from app.demo.cast import CAST, OWES_ACKNOWLEDGEMENT, QUALITY
from app.demo.stage import Stage
from app.policy.suggestion import TEXT, TITLE
from app.training.reading import WORKERS
from records.procedure.definition import Procedure
from workflows.execution.training import needs_of
from workflows.policy import commands as policy
from workflows.policy.facts import NewPolicy
from workflows.training import commands as training
from workflows.training.facts import NewSheet, NewTraining

_SECOND_QUALITY = "e.haddad"


def publish_policy(stage: Stage) -> str:
    """Publish the policy of signatures, effective today, and return its version."""
    zone = ZoneInfo(stage.service.settings.site_timezone)
    today = datetime.combine(stage.now.astimezone(zone), time.min, zone)
    new = NewPolicy(title=TITLE, text=TEXT, effective_at=today)
    version = stage.do(
        QUALITY,
        lambda work: policy.publish_policy(work, new).number,
        shown=lambda session: policy.content_to_publish(session, new),
    )
    return str(version)


def acknowledge_policy(stage: Stage, version: str, user_names: Iterable[str]) -> None:
    """Let each person sign the policy."""
    for user_name in user_names:
        stage.wait(minutes=1)
        stage.do(
            user_name,
            partial(policy.acknowledge_policy, number=version),
            shown=lambda session: policy.content_to_acknowledge(session, version),
        )


def bind_cast(stage: Stage) -> None:
    """Publish the policy and let the cast acknowledge it; one person, who signs nothing, still owes it."""
    names = [member.user_name for member in CAST if member.user_name != OWES_ACKNOWLEDGEMENT]
    acknowledge_policy(stage, publish_policy(stage), names)


def train_cast(stage: Stage, procedure: Procedure) -> None:
    """Record the training that a master asks of everybody who works by it; nobody records their own."""
    workers = [member.number for member in CAST if WORKERS & set(member.roles)]
    own = next(member.number for member in CAST if member.user_name == QUALITY)
    record_training(stage, QUALITY, training_on(procedure, [one for one in workers if one != own], stage.now))
    record_training(stage, _SECOND_QUALITY, training_on(procedure, [own], stage.now))


def record_training(stage: Stage, user_name: str, sheet: NewSheet) -> None:
    """Let an authorised person sign a sheet of training."""
    stage.wait(minutes=20)
    stage.do(
        user_name,
        lambda work: training.record_training(work, sheet),
        shown=lambda session: training.content_to_record(session, sheet),
    )


def training_on(procedure: Procedure, persons: Iterable[str], at: datetime) -> NewSheet:
    """Return a sheet of training on everything that a master asks for, from a day on for two years."""
    needs = needs_of(procedure)
    lines = tuple(
        NewTraining(
            person=person,
            subject_kind=need.kind,
            subject=need.subject,
            version=need.version,
            trained_from=at.date(),
            valid_until=at.date() + timedelta(days=730),
            trainer="L. Weber",
            evidence=f"Attendance list TRN-{procedure.header.code}-{procedure.header.version}",
        )
        for person in persons
        for need in needs
    )
    return NewSheet(lines=lines)
