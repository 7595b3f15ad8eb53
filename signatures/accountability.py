"""Who has acknowledged the policy of signatures, and so may sign (21 CFR 11.10(j))."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from records.identity import RecordName
from records.policy.models import PolicyVersion
from records.policy.queries import policy_in_force
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid

PAGE = "/policy"
NO_POLICY = (
    "No policy of signatures is in force, so nothing else can be signed yet. "
    f"The quality unit publishes one on the page Policy ({PAGE})."
)
_ACKNOWLEDGED = (
    select(Signature.signer)
    .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
    .where(
        Signature.stream == bindparam("of"),
        Signature.meaning == Meaning.ACKNOWLEDGED,
        SignatureVoid.id.is_(None),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accountability:
    """The version of the policy in force for a signer, and whether they have signed it."""

    version: str | None
    """None where no policy is in force yet: then nobody signs anything but the policy."""
    is_acknowledged: bool

    def refusal(self, printed_name: str) -> str | None:
        """Return why this person may not sign, and where to change that; None when they may."""
        if self.version is None:
            return NO_POLICY
        if self.is_acknowledged:
            return None
        return (
            f"{printed_name} has not acknowledged version {self.version} of the policy of signatures. "
            f"Read it and sign it on the page Policy ({PAGE}), then sign here."
        )


def accountability_of(session: Session, person: str, at: datetime) -> Accountability:
    """Return how a person stands to the policy in force at a moment."""
    policy = policy_in_force(session, at)
    if policy is None:
        return Accountability(version=None, is_acknowledged=False)
    signed = select(_ACKNOWLEDGED.where(Signature.signer == bindparam("person")).exists())
    is_acknowledged = session.scalar(signed, {"of": policy.stream, "person": person})
    return Accountability(version=policy.number, is_acknowledged=bool(is_acknowledged))


def acknowledged_by(session: Session, number: str) -> set[str]:
    """Return the persons who have acknowledged a version."""
    return set(session.scalars(_ACKNOWLEDGED, {"of": str(RecordName(PolicyVersion.kind, number))}))
