"""Review with positive assurance: each rule passes, fails and says why; what none covers is listed."""

import json

import pytest

from records.batch.evidence import Evidence
from records.equipment.snapshot import snapshot_digest
from records.procedure.codec import to_content
from records.procedure.frozen import text_digest
from records.review.checks import RULES
from records.review.coverage import RULE_SET, coverage
from tests.unit.buffer import buffer_master

CONTENT = json.dumps(to_content(buffer_master()))
DIGEST = text_digest(CONTENT)
T = "2026-11-02T08:00:00.000000Z"
STATE = '{"verdict":"allow"}'


def entry(number, part="1.2/1", field="temperature", **more):
    row = {
        "id": number,
        "part": part,
        "field": field,
        "kind": "number",
        "value": "22.4",
        "unit": "°C",
        "source": "manual",
        "judged": "in_limits",
        "entered_by": "a.reyes",
        "entered_at": T,
        "supersedes": None,
        "reason": None,
    }
    return {**row, **more}


def run(part="1.2/1", state="done", **more):
    row = {
        "part": part,
        "step": part.partition("/")[0],
        "state": state,
        "started_by": "a.reyes",
        "started_at": T,
        "performed_by": "a.reyes",
        "basis": None,
    }
    return {**row, **more}


def signature(number, part, meaning, signer):
    return {"id": number, "part": part, "meaning": meaning, "signer": signer, "printed_name": signer}


def work(**rows):
    nothing = {name: [] for name in Evidence.__dataclass_fields__}
    given = {
        **nothing,
        "batch": {"number": "BU-0001", "recipe_digest": DIGEST},
        "recipe": {"content": CONTENT, "digest": DIGEST},
        **rows,
    }
    return Evidence(**given)


def found(code, **rows):
    """How many checks of one class ran and passed, and what the failed ones say."""
    (rules,) = [rules for rules in coverage(work(**rows)).classes if rules.code == code]
    return rules.ran, rules.passed, [check.problem for check in rules.failures]


def uncovered(**rows):
    return [(item.ref, item.kind, item.text) for item in coverage(work(**rows)).uncovered]


def test_every_class_of_the_rule_set_is_reported_even_where_there_is_nothing_to_check():
    whole = coverage(work())

    assert whole.rule_set == RULE_SET
    assert [rules.code for rules in whole.classes] == [code for code, _title, _rule in RULES]
    assert (whole.ran, whole.passed) == (1, 1)


@pytest.mark.requirement("G-188a")
def test_recipe_that_is_not_the_one_frozen_fails():
    other = {"content": CONTENT.replace("Charge the salt.", "Charge the sale."), "digest": DIGEST}

    assert found("recipe") == (1, 1, [])
    assert found("recipe", recipe=other) == (1, 0, ["The control recipe is not the one that was frozen."])


def test_open_step_fails():
    rows = [run(), run("1.3/1", "awaiting_verification"), run("1.4/1", "not_applicable")]

    assert found("steps_closed", runs=rows) == (3, 2, ["The step is awaiting verification."])


def test_blank_in_a_closed_step_fails_and_in_an_open_one_is_not_looked_at():
    entries = [entry(1, "1.3/1", "weight")]

    assert found("values_given", runs=[run("1.3/1")], entries=entries) == (
        2,
        1,
        ["Look (look) has no value."],
    )
    assert found("values_given", runs=[run("1.3/1", "in_progress")], entries=entries) == (0, 0, [])


@pytest.mark.requirement("FAIL-01")
def test_value_outside_its_limits_fails_and_one_no_limit_judges_is_not_counted():
    entries = [
        entry(1),
        entry(2, field="a", judged="alert"),
        entry(3, field="b", judged="action", value="19.9"),
        entry(4, field="c", judged="none"),
    ]

    assert found("values_in_limits", entries=entries) == (
        3,
        1,
        ["a 22.4 °C is outside its alert limits.", "b 19.9 °C is outside its action limits."],
    )


def test_superseded_value_is_judged_no_more():
    entries = [entry(1, judged="action"), entry(2, supersedes=1, reason="Misread.")]

    assert found("values_in_limits", entries=entries) == (1, 1, [])


def test_correction_without_a_reason_fails():
    entries = [
        entry(1),
        entry(2, supersedes=1, reason="Misread."),
        entry(3, supersedes=2, reason=" "),
    ]

    assert found("corrections_explained", entries=entries) == (
        2,
        1,
        ["Temperature was corrected without a reason."],
    )


def test_signature_that_a_closed_step_takes_and_does_not_have_fails():
    signed = [signature(1, "1.3/1", "performed", "a.reyes")]

    assert found("signatures_given", runs=[run("1.3/1")], signatures=signed) == (
        2,
        1,
        ["The signature verified is missing."],
    )


def test_lapsed_signature_does_not_count():
    signed = [
        signature(1, "1.3/1", "performed", "a.reyes"),
        signature(2, "1.3/1", "verified", "m.lindqvist"),
    ]

    assert found("signatures_given", runs=[run("1.3/1")], signatures=signed, voids=[{"signature_id": 2}]) == (
        2,
        1,
        ["The signature verified is missing."],
    )


@pytest.mark.requirement("ATK-30")
def test_person_who_verified_what_they_entered_fails():
    signed = [
        signature(1, "1.3/1", "verified", "a.reyes"),
        signature(2, "1.1/1", "verified", "m.lindqvist"),
    ]
    entries = [entry(1, "1.3/1", "weight"), entry(2, "1.1/1", "quantity_salt")]

    assert found("persons_differ", entries=entries, signatures=signed) == (
        2,
        1,
        ["a.reyes verified a step they had performed."],
    )


def test_quality_unit_that_approves_its_own_step_is_no_second_person_for_itself():
    signed = [signature(1, "1.6/1", "approved", "h.brandt")]
    entries = [entry(1, "1.6/1", "ended", entered_by="h.brandt")]

    assert found("persons_differ", entries=entries, signatures=signed) == (1, 1, [])


def test_unanswered_request_to_a_second_person_fails():
    rows = [{"step_part": "1.3/1", "state": state} for state in ("requested", "accepted", "rejected")]

    assert found("requests_answered", verifications=rows) == (
        3,
        1,
        ["The request to a second person is requested.", "The request to a second person is rejected."],
    )


@pytest.mark.requirement("G-188b2")
def test_equipment_used_although_its_rule_did_not_hold_fails():
    use = {
        "part": "1.3/1",
        "tag": "BAL-01",
        "asset": "A-1",
        "rule": "measuring",
        "verdict": "allow_with_signature",
        "snapshot": STATE,
        "snapshot_digest": snapshot_digest(STATE),
        "used_by": "a.reyes",
    }

    assert found("equipment_usable", uses=[use, {**use, "verdict": "allow"}]) == (
        2,
        1,
        ["BAL-01 (A-1): allow with signature by rule measuring."],
    )
    assert found("equipment_frozen", uses=[use, {**use, "snapshot": '{"verdict":"block"}'}]) == (
        2,
        1,
        ["The frozen equipment state is not the one that was recorded."],
    )


def test_breached_time_limit_and_unused_container_fail():
    limits = [{"step_part": "1.3/1", "label": "Hold", "state": state} for state in ("ended", "breached")]
    containers = [
        {"part": "1.1/1", "label": f"C-{state}", "state": state, "filled_by": "a.reyes"}
        for state in ("filled", "charged", "void")
    ]

    assert found("times_kept", time_limits=limits) == (2, 1, ["Hold: the time limit was breached."])
    assert found("containers_used", containers=containers) == (
        3,
        2,
        ["Container C-filled was filled and never used."],
    )


def test_undecided_exception_fails_and_an_escalated_one_is_its_investigations():
    states = ("open", "assessed", "returned", "escalated", "accepted", "closed")
    rows = [{"number": f"E-{n}", "step_part": None, "state": state} for n, state in enumerate(states)]

    assert found("exceptions_decided", exceptions=rows) == (
        6,
        3,
        ["E-0 is open.", "E-1 is assessed.", "E-2 is returned."],
    )


@pytest.mark.requirement("FAIL-05")
def test_what_no_rule_covers_is_listed_for_a_person_to_read():
    rows = {
        "entries": [
            entry(1),
            entry(2, "1.3/1", "look", kind="text", value="clear", unit=None, judged="none"),
            entry(3, "1.5/1", "actual", value="9.900", unit="kg", judged="none"),
            entry(4, "1.5/1", "theoretical", kind="computed", judged="none", source="calculation"),
            entry(5, "1.3/1", "mixing.start", kind="date_time", judged="none", source="server"),
            entry(6, supersedes=1, reason="Misread."),
        ],
        "attachments": [
            {
                "id": 7,
                "part": "1.3/1",
                "field": "photo",
                "file_name": "tank.jpg",
                "sha256": "ab",
                "attached_by": "a.reyes",
                "attached_at": T,
            }
        ],
        "remarks": [{"id": 8, "step_part": None, "text": "Lamp out.", "made_by": "a.reyes", "made_at": T}],
        "runs": [run("1.4/1", "skipped", basis={"reason": "No sample left."}), run()],
    }

    assert uncovered(**rows) == [
        ("entry/2", "text", "clear"),
        ("entry/3", "number", "9.900 kg"),
        ("correction/6", "correction", "Misread."),
        ("step/1.4/1", "left_out", "No sample left."),
        ("attachment/7", "photo", "tank.jpg, SHA-256 ab"),
        ("remark/8", "remark", "Lamp out."),
    ]


def test_hands_are_those_of_the_work_and_not_of_the_quality_units_own_step():
    evidence = work(
        entries=[entry(1), entry(2, "1.6/1", "ended", entered_by="h.brandt")],
        runs=[run(), run("1.6/1", started_by="h.brandt", performed_by=None)],
        signatures=[
            signature(1, "1.3/1", "verified", "m.lindqvist"),
            signature(2, "issue", "issued", "t.novak"),
            signature(3, "1.6/1", "approved", "h.brandt"),
        ],
    )

    assert evidence.hands == {"a.reyes", "m.lindqvist"}


def test_hands_keep_the_first_performer_of_a_corrected_value():
    evidence = work(entries=[entry(1), entry(2, supersedes=1, reason="Misread.", entered_by="j.okafor")])

    assert evidence.hands == {"a.reyes", "j.okafor"}


def test_label_of_a_value_the_procedure_does_not_name_is_its_own_name():
    entries = [entry(1, field="unknown", judged="action")]

    assert found("values_in_limits", entries=entries)[2] == ["unknown 22.4 °C is outside its action limits."]
