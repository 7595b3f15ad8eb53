"""What an asset's state is at a moment, and whether a rule lets it be used (211.160(b)(4), 211.67). Pure.

Words that only time brings about are compared with the clock here and stored nowhere, so that a scheduler
that stands still can't leave an instrument in calibration.
"""

# ruff: noqa: D102 -- the members of a protocol are told by the tables they mirror

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from records.days import last_instant, local_minute
from records.equipment.states import Axis, GmpImpact, UsabilityVerdict
from records.times import from_text

UNKNOWN = "unknown"
"""The word of an axis with no interval in force, or with one whose time limit is missing."""


class Interval(Protocol):
    """One stretch of one axis, as `records.equipment.models.StateInterval` keeps it."""

    @property
    def id(self) -> int: ...
    @property
    def rev(self) -> int: ...
    @property
    def axis(self) -> Axis: ...
    @property
    def value(self) -> str: ...
    @property
    def from_at(self) -> datetime: ...
    @property
    def to_at(self) -> datetime | None: ...
    @property
    def detail(self) -> Any: ...  # noqa: ANN401 -- a JSON object


class AxisClause(Protocol):
    """The states of one axis in which a rule lets equipment be used."""

    @property
    def axis(self) -> str: ...
    @property
    def states(self) -> Sequence[str]: ...


class UsabilityRule(Protocol):
    """A usability rule as data: every axis it names must be in one of its states."""

    @property
    def name(self) -> str: ...
    @property
    def axes(self) -> Sequence[AxisClause]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """Which stored words of an axis end with time, what they become, and where the detail keeps the limit.

    A key ending in `_on` is a day, inclusive to its end at the site; one ending in `_at` or `_until` is the
    last instant allowed. Where the limit is required, a word without one is unknown.
    """

    words: frozenset[str]
    keys: tuple[str, ...]
    becomes: str
    required: bool


TIME_RULES: Mapping[Axis, TimeRule] = {
    Axis.CALIBRATION: TimeRule(
        words=frozenset({"in_cal", "limited", "grace"}),
        keys=("due_at", "due_on"),
        becomes="overdue",
        required=True,
    ),
    Axis.CLEANING: TimeRule(
        words=frozenset({"clean", "sterile"}), keys=("clean_until",), becomes="hold_expired", required=True
    ),
    Axis.QUALIFICATION: TimeRule(
        words=frozenset({"qualified"}),
        keys=("due_at", "due_on"),
        becomes="requalification_due",
        required=False,
    ),
}

OVERRIDABLE: Mapping[Axis, frozenset[str]] = {
    Axis.CALIBRATION: frozenset({"due_soon", "grace", "limited", "overdue"}),
    Axis.QUALIFICATION: frozenset({"requalification_due"}),
    Axis.QUALITY: frozenset({"restricted"}),
}
"""Words a signed exception may pass over; every other word that a rule does not want blocks."""

NEVER_WITH_DIRECT_IMPACT = frozenset({"overdue", "grace"})
"""Words that no exception passes over where a fault of the asset reaches the product directly."""

PLAIN: Mapping[str, str] = {
    "in_cal": "in calibration",
    "oot_open": "out of tolerance",
    "limited": "calibrated for limited use",
    "grace": "in its period of grace",
    UNKNOWN: "not known",
}
"""Words that a sentence says differently; the others with spaces."""

CLAUSES: Mapping[Axis, str] = {
    Axis.CALIBRATION: "21 CFR 211.160(b)(4)",
    Axis.CLEANING: "21 CFR 211.67(a)",
    Axis.QUALIFICATION: "21 CFR 211.68(a)",
    Axis.CONTENT: "21 CFR 211.105(a)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisState:
    """One axis at a moment: the word in force, the word stored, and the interval they come from."""

    axis: Axis
    word: str
    stored: str | None = None
    since: datetime | None = None
    """From when the word in force holds; for a limit passed, the last instant before it."""
    ends_at: datetime | None = None
    """The last instant at which the stored word can hold; None where time does not end it."""
    interval: int | None = None
    rev: int | None = None
    from_at: datetime | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetState:
    """Every axis of one asset at a moment, in the site's time."""

    at: datetime
    time_zone: str
    axes: Mapping[Axis, AxisState]

    def word(self, axis: Axis) -> str:
        """Return the word in force on an axis."""
        return self.axes[axis].word


@dataclass(frozen=True, slots=True, kw_only=True)
class UseJudgement:
    """What a rule says of an asset, with one sentence for each clause that failed."""

    verdict: UsabilityVerdict
    failed: tuple[str, ...] = ()


def evaluate(intervals: Iterable[Interval], at: datetime, time_zone: str) -> AssetState:
    """Return the state at a moment; an instant where two intervals meet belongs to the later one."""
    in_force = {
        stretch.axis: stretch
        for stretch in intervals
        if stretch.from_at <= at and (stretch.to_at is None or at < stretch.to_at)
    }
    axes = {axis: _axis_state(axis, in_force.get(axis), at, time_zone) for axis in Axis}
    return AssetState(at=at, time_zone=time_zone, axes=axes)


def judge_use(state: AssetState, rule: UsabilityRule, *, gmp_impact: GmpImpact, name: str) -> UseJudgement:
    """Judge an asset's state by a usability rule.

    `name` is what the sentences call it, such as ``BAL-014 (A-0003)``.
    """
    failed = [clause for clause in rule.axes if _word(state, clause.axis) not in clause.states]
    sentences = tuple(_sentence(state, rule.name, clause, name) for clause in failed)
    if not failed:
        return UseJudgement(verdict=UsabilityVerdict.ALLOW)
    if all(_may_be_overridden(clause.axis, _word(state, clause.axis), gmp_impact) for clause in failed):
        return UseJudgement(verdict=UsabilityVerdict.ALLOW_WITH_SIGNATURE, failed=sentences)
    return UseJudgement(verdict=UsabilityVerdict.BLOCK, failed=sentences)


def plain(word: str) -> str:
    """Return a state's word as a sentence says it."""
    return PLAIN.get(word, word.replace("_", " "))


def last_allowed(rule: TimeRule, detail: Mapping[str, Any], time_zone: str) -> datetime | None:
    """Return the last instant that the limit in a detail allows; raises ValueError where it can't be read."""
    for key in rule.keys:
        if text := detail.get(key):
            if key.endswith("_on"):
                return last_instant(date.fromisoformat(text), time_zone)
            return from_text(text)
    return None


def _axis_state(axis: Axis, stretch: Interval | None, at: datetime, time_zone: str) -> AxisState:
    if stretch is None:
        return AxisState(axis=axis, word=UNKNOWN)
    detail = stretch.detail or {}
    rule = TIME_RULES.get(axis)
    ends_at = last_allowed(rule, detail, time_zone) if rule and stretch.value in rule.words else None
    word, since = _word_now(stretch, ends_at, at)
    return AxisState(
        axis=axis,
        word=word,
        stored=stretch.value,
        since=since,
        ends_at=ends_at,
        interval=stretch.id,
        rev=stretch.rev,
        from_at=stretch.from_at,
        detail=detail,
    )


def _word_now(stretch: Interval, ends_at: datetime | None, at: datetime) -> tuple[str, datetime]:
    """Return the word in force at a moment, and since when."""
    rule = TIME_RULES.get(stretch.axis)
    if rule is None or stretch.value not in rule.words:
        return stretch.value, stretch.from_at
    if ends_at is None:
        return (UNKNOWN if rule.required else stretch.value), stretch.from_at
    if at > ends_at:
        return rule.becomes, ends_at
    warn_text = (stretch.detail or {}).get("warn_at")
    if stretch.value == "in_cal" and warn_text and at >= (warn_at := from_text(warn_text)):
        return "due_soon", warn_at
    return stretch.value, stretch.from_at


def _word(state: AssetState, axis: str) -> str:
    """Return the word on an axis a rule names; an axis that does not exist is unknown, and blocks."""
    return state.word(Axis(axis)) if axis in set(Axis) else UNKNOWN


def _may_be_overridden(axis: str, word: str, gmp_impact: GmpImpact) -> bool:
    if gmp_impact is GmpImpact.DIRECT and word in NEVER_WITH_DIRECT_IMPACT:
        return False
    return axis in OVERRIDABLE and word in OVERRIDABLE[Axis(axis)]


def _sentence(state: AssetState, rule: str, clause: AxisClause, name: str) -> str:
    word = _word(state, clause.axis)
    since = state.axes[Axis(clause.axis)].since if word != UNKNOWN else None
    told = f" since {local_minute(since, state.time_zone)}" if since else ""
    wanted = _listed([plain(wanted) for wanted in clause.states])
    basis = CLAUSES.get(Axis(clause.axis)) if clause.axis in set(Axis) else None
    cited = f" ({basis})" if basis else ""
    return f"{name} {clause.axis} is {plain(word)}{told}; the rule {rule} wants {wanted}{cited}."


def _listed(words: Sequence[str]) -> str:
    """Return ``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
