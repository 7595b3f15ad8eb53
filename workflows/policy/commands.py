"""Publish a version of the policy of signatures, and acknowledge one (21 CFR 11.10(j))."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from audit.events import Action
from records.policy.models import PolicyVersion
from records.policy.queries import policy_in_force, policy_version
from signatures.accountability import acknowledged_by
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.policy import lifecycle
from workflows.policy.contents import new_policy_content, policy_content
from workflows.policy.facts import AcknowledgementFacts, NewPolicy, PublicationFacts


def publish_policy(work: UnitOfWork, new: NewPolicy) -> PolicyVersion:
    """Publish the next version, signed for the quality unit; from its day everybody acknowledges it anew."""
    facts = publication_facts(work, new)

    def publish(changes: Changes) -> None:
        facts.record = changes.insert(
            PolicyVersion,
            Action.POLICY_PUBLISH,
            number=facts.number,
            title=new.title,
            text=new.text,
            effective_at=new.effective_at,
            published_at=work.at,
            published_by=work.actor.person,
        )

    perform(work, lifecycle.PUBLISH, facts, publish, content=new_policy_content(facts.number, new))
    return policy_version(work.session, facts.number)


def acknowledge_policy(work: UnitOfWork, number: str) -> None:
    """Acknowledge a version by signing it; the right to sign begins with it."""
    facts = acknowledgement_facts(work, number)
    perform(work, lifecycle.ACKNOWLEDGE, facts, content=policy_content(facts.record))


def publication_facts(work: UnitOfWork, new: NewPolicy) -> PublicationFacts:
    """Return what the rules about a publication look at."""
    zone = ZoneInfo(work.time_zone)
    midnight = datetime.combine(work.at.astimezone(zone), time.min, zone)
    return PublicationFacts(number=_next(work.session), new=new, today_began_at=midnight)


def acknowledgement_facts(work: UnitOfWork, number: str) -> AcknowledgementFacts:
    """Return what the rules about an acknowledgement look at; raises RecordNotFoundError."""
    version = policy_version(work.session, number)
    current = policy_in_force(work.session, work.at)
    return AcknowledgementFacts(
        record=version,
        acknowledged_by=frozenset(acknowledged_by(work.session, number)),
        replaced_by=current.number if current and current.id > version.id else None,
    )


def content_to_publish(session: Session, new: NewPolicy) -> Content:
    """Return what the signature of a publication would cover, for the dialog."""
    return new_policy_content(_next(session), new)


def content_to_acknowledge(session: Session, number: str) -> Content:
    """Return what an acknowledgement would cover, for the dialog; raises RecordNotFoundError."""
    return policy_content(policy_version(session, number))


def _next(session: Session) -> str:
    return next_number(session, PolicyVersion.number, "", 1)
