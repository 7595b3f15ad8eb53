"""Why equipment may not be defined, mapped, or take on a state: each rule a sentence or nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from audit.canonical import ProfileError, check_profile
from records.days import local_minute
from records.equipment.calculations import TIME_RULES, last_allowed, plain
from records.equipment.states import EVALUATED, WORDS, Axis, GmpImpact
from records.times import from_text
from workflows.authority import Actor
from workflows.equipment.facts import AssetFacts, MappingFacts, NewAssetFacts, RoleFacts, StateFacts
from workflows.naming import number_refusal

_LIMITS = ("due_at", "warn_at", "clean_until")
_NEEDED: Mapping[tuple[Axis, str], str] = {(Axis.CONTENT, "holds"): "batch"}
"""What a word's detail must name besides its limit in time."""


def role_is_new(facts: RoleFacts, _actor: Actor) -> str | None:
    """Refuse a tag that another role has (211.105(b))."""
    if facts.existing:
        return f"The role {facts.new.tag} is defined already: {facts.existing.title}."
    return number_refusal("The tag", facts.new.tag)


def parent_exists(facts: RoleFacts, _actor: Actor) -> str | None:
    """Refuse a role below one that is not defined."""
    if facts.new.parent and facts.parent is None:
        return f"There is no role {facts.new.parent} for {facts.new.tag} to stand under. Define it first."
    return None


def asset_is_new(facts: NewAssetFacts, _actor: Actor) -> str | None:
    """Refuse a number that another asset has; it never changes and is never given again (211.105(b))."""
    if facts.existing:
        return f"Asset {facts.new.number} is registered already: {facts.existing.title}."
    return number_refusal("The asset number", facts.new.number)


def range_is_whole(facts: NewAssetFacts, _actor: Actor) -> str | None:
    """Refuse a measuring range that lacks a part, or that nothing lies in."""
    new = facts.new
    given = [new.range_minimum, new.range_maximum, new.range_unit, new.resolution]
    if given.count(None) not in {0, len(given)}:
        return "A measuring range needs minimum, maximum, unit and resolution, or none of them."
    if new.range_minimum is None or new.range_maximum is None or new.resolution is None:
        return None
    if new.range_minimum >= new.range_maximum:
        return f"The range ends at {new.range_maximum}, not above its start at {new.range_minimum}."
    return None if new.resolution > 0 else "The resolution must be greater than zero."


def role_exists(facts: MappingFacts, _actor: Actor) -> str | None:
    """Refuse a role that is not defined."""
    return None if facts.role else f"There is no role {facts.tag}. Define it first."


def role_is_another(facts: MappingFacts, _actor: Actor) -> str | None:
    """Refuse what is so already."""
    if any((held.tag, held.asset) == (facts.tag, facts.record.number) for held in facts.ending):
        return f"Asset {facts.record.number} holds the role {facts.tag} already."
    return None


def asset_is_not_retired(facts: MappingFacts, _actor: Actor) -> str | None:
    """Refuse a retired asset."""
    return f"Asset {facts.record.number} is retired." if facts.service == "retired" else None


def mapping_begins_in_order(facts: MappingFacts, _actor: Actor) -> str | None:
    """Refuse a mapping that would overlap another, or begin in time to come: no moment has two answers."""
    late = next((held for held in facts.ending if facts.from_at < held.from_at), None)
    if late:
        return f"{late.asset} has held the role {late.tag} only since {late.from_at:%Y-%m-%d %H:%M:%S} UTC."
    if facts.free_since and facts.from_at < facts.free_since:
        until = f"{facts.free_since:%Y-%m-%d %H:%M:%S} UTC"
        return f"The role {facts.tag} or asset {facts.record.number} was mapped otherwise until {until}."
    return _not_in_time_to_come(facts, facts.from_at)


def late_mapping_has_a_reason(facts: MappingFacts, _actor: Actor) -> str | None:
    """Refuse a mapping recorded after it began without saying why so late."""
    if facts.from_at < facts.at and not facts.reason_given:
        return "A mapping that began earlier than it is recorded needs a reason."
    return None


def word_is_stored(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse a word the axis does not have, or one that only the clock may say."""
    axis, value = facts.new.axis, facts.new.value
    if value not in WORDS[axis]:
        return f"{value!r} is no state of {axis}. It knows {', '.join(WORDS[axis])}."
    if value in EVALUATED:
        return f"Nobody sets {axis} to {plain(value)}: it follows from the limits and the clock."
    return None


def state_begins_in_order(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse a state that would begin before the one it ends, or in time to come: no gap, no overlap."""
    open_interval = facts.open_interval
    if open_interval and facts.from_at < open_interval.from_at:
        since = local_minute(open_interval.from_at, facts.time_zone)
        return (
            f"{facts.record.number} {facts.new.axis} is {plain(open_interval.value)} since {since}; "
            f"a state can't begin before that."
        )
    return _not_in_time_to_come(facts, facts.from_at)


def late_state_has_a_reason(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse a state recorded after it began without saying why so late."""
    if facts.from_at < facts.at and not facts.reason_given:
        return "A state that began earlier than it is recorded needs a reason."
    return None


def retired_asset_stays_retired(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to bring a retired asset back: it is registered anew instead."""
    open_interval = facts.open_interval
    if facts.new.axis is Axis.SERVICE and open_interval and open_interval.value == "retired":
        return f"Asset {facts.record.number} is retired; it can't return to service."
    return None


def grace_has_no_direct_impact(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse a period of grace where a fault reaches the product directly (21 CFR 211.160(b)(4))."""
    if facts.new.value == "grace" and facts.record.gmp_impact is GmpImpact.DIRECT:
        return f"{facts.record.number} has direct GMP impact: no grace is given after its calibration is due."
    return None


def content_is_of_a_batch(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to say that an asset holds a batch that does not exist (211.105(a))."""
    batch = facts.new.detail.get("batch")
    if facts.new.axis is not Axis.CONTENT or not batch or facts.batch_exists:
        return None
    return f"There is no batch {batch}. Give the number of the batch that {facts.record.number} holds."


def detail_is_sound(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse a detail that can't be kept exactly or read when the state is evaluated."""
    detail = facts.new.detail
    try:
        check_profile(detail)
        for key in _LIMITS:
            if text := detail.get(key):
                _aware(text, key)
    except (ProfileError, ValueError, TypeError, AttributeError) as error:
        return f"The state's detail can't be kept: {error}"
    return _limit_refusal(facts) or _needed_refusal(facts)


STATE_RULES = (
    word_is_stored,
    state_begins_in_order,
    late_state_has_a_reason,
    retired_asset_stays_retired,
    grace_has_no_direct_impact,
    detail_is_sound,
    content_is_of_a_batch,
)
"""What every new state is checked by, alone or within another act."""


def _limit_refusal(facts: StateFacts) -> str | None:
    rule = TIME_RULES.get(facts.new.axis)
    if rule is None or facts.new.value not in rule.words:
        return None
    try:
        limit = last_allowed(rule, facts.new.detail, facts.time_zone)
    except (ValueError, TypeError) as error:
        return f"The limit of {plain(facts.new.value)} can't be read: {error}"
    if limit is None and rule.required:
        return f"{plain(facts.new.value).capitalize()} needs its limit: give {' or '.join(rule.keys)}."
    if limit is not None and limit < facts.from_at:
        return f"The limit {local_minute(limit, facts.time_zone)} lies before the state begins."
    return _warning_refusal(facts, limit)


def _warning_refusal(facts: StateFacts, limit: datetime | None) -> str | None:
    """Refuse a warning that would come when it is too late."""
    warn_text = facts.new.detail.get("warn_at")
    if limit is None or not warn_text or (warn_at := from_text(warn_text)) <= limit:
        return None
    told, last = local_minute(warn_at, facts.time_zone), local_minute(limit, facts.time_zone)
    return f"The warning at {told} would come after the limit {last}. Warn earlier."


def _needed_refusal(facts: StateFacts) -> str | None:
    needed = _NEEDED.get((facts.new.axis, facts.new.value))
    if needed and not facts.new.detail.get(needed):
        return f"{facts.new.axis} {facts.new.value!r} needs its {needed}."
    return None


def _aware(text: Any, key: str) -> None:  # noqa: ANN401 -- what a caller put there
    if from_text(text).tzinfo is None:
        msg = f"{key} has no time zone."
        raise ValueError(msg)


def _not_in_time_to_come(facts: AssetFacts, from_at: datetime) -> str | None:
    if from_at - facts.at > timedelta(0):
        return f"{from_at:%Y-%m-%d %H:%M:%S} UTC is still to come; record it when it happens."
    return None
