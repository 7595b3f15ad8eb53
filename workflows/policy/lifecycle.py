"""What is done with the policy of signatures: published by the quality unit, acknowledged by everybody."""

from audit.events import Action
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.policy import rules

PUBLISH = Transition(
    act="policy.publish",
    words="publish the policy of signatures",
    permission=Permission.POLICY_PUBLISH,
    event=Action.POLICY_PUBLISH,
    meaning=Meaning.PUBLISHED,
    guards=(rules.text_is_given, rules.effective_day_is_not_past),
    before_policy=True,
)
ACKNOWLEDGE = Transition(
    act="policy.acknowledge",
    words="acknowledge the policy of signatures",
    permission=Permission.POLICY_ACKNOWLEDGE,
    event=Action.SIGNATURE_APPLY,
    meaning=Meaning.ACKNOWLEDGED,
    guards=(rules.version_is_not_replaced, rules.version_is_not_acknowledged_yet),
    before_policy=True,
)

LIFECYCLE = (PUBLISH, ACKNOWLEDGE)
"""These two are the only signatures that need no acknowledged policy: without them nobody could begin."""
