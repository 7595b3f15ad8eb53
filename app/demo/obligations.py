"""What the demo site has done before anybody signs a record: its policy of signatures, acknowledged."""

from collections.abc import Iterable
from datetime import datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from app.demo.cast import CAST, OWES_ACKNOWLEDGEMENT, QUALITY
from app.demo.stage import Stage
from app.policy.suggestion import TEXT, TITLE
from workflows.policy import commands as policy
from workflows.policy.facts import NewPolicy


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
