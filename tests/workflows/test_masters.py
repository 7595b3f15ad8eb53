"""Masters: three persons sign the same bytes, nothing incomplete passes, and a version never changes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from records.personnel.states import Role
from records.procedure.codec import to_content
from records.procedure.frozen import frozen_procedure, text_digest
from records.procedure.models import CaseResult, ProcedureContent, ProcedureVersion
from records.procedure.queries import content_of, is_in_force, version_by_number, versions_of
from records.procedure.states import ProcedureState
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.factories import BRANDT, MASTER, REYES, SILVA, WEBER, person, reasons_of, small_master
from workflows.machine import refusals
from workflows.perform import RefusedError
from workflows.procedure import commands as masters
from workflows.procedure import lifecycle
from workflows.procedure.rules import NewMasterFacts, version_is_new

pytest_plugins = ("tests.stages",)
NEXT = (
    'version: "1"\ntitle: Buffer solution, 10 kg',
    'version: "2"\nsupersedes: "1"\ntitle: Buffer solution, 10 kg',
)


LAST_GROUP = (
    "211.186(b)(9) instructions, sampling and testing, specifications, special notations, precautions"
)


def version(plant, number=MASTER):
    with plant.read() as session:
        return version_by_number(session, number)


def test_loaded_master_is_a_draft_whose_digest_is_that_of_its_canonical_content(plant):
    procedure = small_master()

    plant.load(procedure)

    with plant.read() as session:
        row, content = version_by_number(session, MASTER), content_of(session, MASTER)
    assert (row.state, row.digest, row.author) == (
        ProcedureState.DRAFT,
        text_digest(content.content),
        "l.weber",
    )
    assert to_content(frozen_procedure(content.content)) == to_content(procedure)


@pytest.mark.requirement("ATK-43")
def test_version_loaded_once_is_never_loaded_again_with_other_content(plant):
    plant.load(small_master())

    reasons = reasons_of(plant.load, small_master(("minimum: 20.0", "minimum: 10.0")))

    assert reasons == ["Master MBR-0100.1 is loaded already. A changed master is a new version."]


@pytest.mark.requirement("ATK-43")
def test_number_taken_by_another_code_and_version_is_told_as_such(plant):
    plant.load(small_master())
    with plant.read() as session:
        taken = version_by_number(session, "MBR-0100.1")
        facts = NewMasterFacts(number="MBR-0100.1", code="MBR", existing=taken)

        assert version_is_new(facts, WEBER) == (
            "The number MBR-0100.1 is taken by version 1 of MBR-0100. Write another code."
        )


def test_only_an_author_of_masters_loads_one(plant):
    assert reasons_of(plant.load, small_master(), REYES) == ["A. Reyes is not authorised to load a master."]


@pytest.mark.requirement("G-186a")
def test_master_is_prepared_checked_and_approved_by_three_signatures_over_the_same_content(plant):
    plant.approved_master()

    with plant.read() as session:
        signed = session.scalars(
            select(Signature).where(Signature.stream == f"master/{MASTER}").order_by(Signature.id)
        ).all()
        content = masters.content_to_sign(session, MASTER)
    assert [(one.signer, one.meaning) for one in signed] == [
        ("l.weber", Meaning.AUTHORED),
        ("r.silva", Meaning.CHECKED),
        ("h.brandt", Meaning.APPROVED),
    ]
    assert {one.content_digest for one in signed} == {content.digest}
    assert version(plant).state is ProcedureState.APPROVED


@pytest.mark.requirement("G-186b")
def test_master_without_a_mandatory_group_is_refused_with_the_groups_it_lacks(plant):
    plant.load(small_master(("  precautions: [Wear goggles.]\n", "")))

    reasons = reasons_of(plant.sign_master, WEBER, masters.author_sign)

    assert reasons == [f"The master record lacks: {LAST_GROUP}."]


@pytest.mark.requirement("G-186b")
def test_definition_with_errors_is_refused_with_every_one_of_them(plant):
    plant.load(small_master(("minimum: 20.0, maximum: 25.0", "minimum: 26.0, maximum: 25.0")))

    reasons = reasons_of(plant.sign_master, WEBER, masters.author_sign)

    assert len(reasons) == 1
    assert reasons[0].startswith("The definition has errors: step 1.2, field temperature:")


def test_another_author_cannot_sign_what_somebody_else_loaded(plant):
    plant.load(small_master())

    reasons = reasons_of(plant.sign_master, person("z.other", "Z. Other", Role.AUTHOR), masters.author_sign)

    assert reasons == ["Z. Other did not load this version; the person who did signs it as its author."]


@pytest.mark.requirement("G-186a", "ATK-30")
def test_author_cannot_check_their_own_master_under_a_second_account(plant):
    number = plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)
    plant.do(SILVA, masters.run_cases, number)
    second = person("l.weber", "L. Weber", Role.CHECKER, account="l.weber.2")

    reasons = reasons_of(plant.sign_master, second, masters.check, number)

    assert reasons == ["L. Weber is the author of this version; another person checks it."]


@pytest.mark.requirement("G-22c", "ATK-30")
@pytest.mark.parametrize(
    ("number", "name", "reason"),
    [
        ("l.weber", "L. Weber", "L. Weber is the author of this version; another person approves it."),
        ("r.silva", "R. Silva", "R. Silva checked this version; another person approves it."),
    ],
)
def test_quality_unit_approves_through_neither_author_nor_checker(plant, number, name, reason):
    plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)
    plant.check_master()

    with_new_role = person(number, name, Role.QA_REVIEWER)

    assert reasons_of(plant.sign_master, with_new_role, masters.approve) == [reason]


@pytest.mark.requirement("G-22c")
def test_master_is_not_effective_without_the_quality_units_signature(plant):
    plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)
    plant.check_master()

    reasons = reasons_of(plant.do, BRANDT, masters.make_effective, MASTER)

    assert reasons == [
        "Cannot make the master effective: master MBR-0100.1 is checked.",
        "No standing approval of the quality unit covers this content.",
    ]


def test_requested_changes_take_a_reason_and_send_the_master_back_to_its_author(plant):
    plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)

    reasons = reasons_of(plant.do, SILVA, masters.request_changes, MASTER)
    plant.do(
        SILVA, masters.request_changes, MASTER, reason="The range of step 1.2 is not that of the report."
    )

    assert reasons == ["A reason is needed to request changes of the master."]
    assert version(plant).state is ProcedureState.CHANGES_REQUESTED


def test_quality_unit_sends_a_checked_master_back(plant):
    plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)
    plant.check_master()

    plant.do(BRANDT, masters.request_changes, MASTER, reason="The report is missing.")

    assert version(plant).state is ProcedureState.CHANGES_REQUESTED


def test_author_who_was_asked_for_changes_may_answer_for_the_same_content_again(plant):
    plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)
    plant.do(SILVA, masters.request_changes, MASTER, reason="Is 25.0 right?")

    plant.sign_master(WEBER, masters.author_sign)

    assert version(plant).state is ProcedureState.IN_REVIEW


def test_withdrawn_master_takes_a_reason_and_goes_nowhere_from_there(plant):
    plant.load(small_master())

    plant.do(WEBER, masters.withdraw, MASTER, reason="Loaded by mistake.")

    assert version(plant).state is ProcedureState.WITHDRAWN
    assert reasons_of(plant.sign_master, WEBER, masters.author_sign) == [
        "Cannot sign the master as its author: master MBR-0100.1 is withdrawn."
    ]


@pytest.mark.requirement("P11-70-2")
def test_signature_is_refused_when_the_dialog_showed_other_content(plant):
    plant.load(small_master())
    plant.load(small_master(NEXT))

    with pytest.raises(RefusedError) as caught:
        plant.do(
            WEBER,
            masters.author_sign,
            "MBR-0100.2",
            shown=lambda session: masters.content_to_sign(session, MASTER),
        )

    assert caught.value.reasons == [
        "The content has changed since it was shown to you. Read it again, then sign."
    ]


def test_next_version_supersedes_the_effective_one_from_its_date(mastered):
    number = mastered.approved_master(small_master(NEXT))
    tomorrow = mastered.now + timedelta(days=1)

    mastered.do(BRANDT, masters.make_effective, number, tomorrow)

    with mastered.read() as session:
        old, new = versions_of(session, "MBR-0100")
    assert (old.state, new.state) == (ProcedureState.SUPERSEDED, ProcedureState.EFFECTIVE)
    before, after = tomorrow - timedelta(seconds=1), tomorrow
    assert [is_in_force(old, at) for at in (before, after)] == [True, False]
    assert [is_in_force(new, at) for at in (before, after)] == [False, True]


def test_version_that_names_another_predecessor_does_not_replace_the_effective_one(mastered):
    other = (NEXT[0], NEXT[1].replace('supersedes: "1"', 'supersedes: "0"'))
    number = mastered.approved_master(small_master(other))

    reasons = reasons_of(mastered.do, BRANDT, masters.make_effective, number)

    assert reasons == ["MBR-0100.1 is effective, but this version names 0 as the one it supersedes."]


def test_master_is_not_made_effective_in_the_past(plant):
    number = plant.approved_master()

    reasons = reasons_of(plant.do, BRANDT, masters.make_effective, number, plant.now - timedelta(days=1))

    assert reasons == ["A master can't be effective from 2026-11-01T07:05:00.000000Z: that is past."]


def test_retired_master_is_no_longer_in_force(mastered):
    mastered.do(BRANDT, masters.retire, MASTER, reason="The product is discontinued.")

    retired = version(mastered)
    assert (retired.state, is_in_force(retired, mastered.now)) == (ProcedureState.RETIRED, False)


def test_content_is_stored_once_for_each_version(mastered):
    with mastered.read() as session:
        stored = session.scalars(select(ProcedureContent.version_number)).all()
        known = session.scalars(select(ProcedureVersion.number)).all()

    assert stored == known == [MASTER]


@pytest.mark.requirement("P11-10a-3")
def test_master_is_checked_only_when_its_test_cases_were_executed_and_passed(plant):
    plant.load(small_master(("expected: 99.0", "expected: 99.1")))
    plant.sign_master(WEBER, masters.author_sign)
    before = reasons_of(plant.sign_master, SILVA, masters.check)

    plant.do(SILVA, masters.run_cases, MASTER)

    with plant.read() as session:
        rows = session.scalars(select(CaseResult).order_by(CaseResult.id)).all()
        told = [(row.case_number, row.passed, row.executed_by) for row in rows]
        digest = version(plant).digest
    assert before[0].startswith("Calculations without proof: salt_required * 0.99: no passed test case.")
    assert [number for number, passed, _by in told if not passed] == ["C-03"]
    assert {(row.content_digest, by) for row, (_n, _p, by) in zip(rows, told, strict=True)} == {
        (digest, "r.silva")
    }
    assert reasons_of(plant.sign_master, SILVA, masters.check) == [
        "Test cases that failed: C-03. A corrected master is a new version.",
        "Calculations without proof: actual * 100 / theoretical: no passed test case.",
    ]


@pytest.mark.requirement("P11-10a-3")
def test_failed_case_bars_a_master_whatever_another_case_proves(plant):
    case = "  - {number: C-04, formula: salt_required * 0.99, given: {salt_required: 1}, expected: 2}\n"
    plant.load(small_master(("test_cases:\n", f"test_cases:\n{case}")))
    plant.sign_master(WEBER, masters.author_sign)
    plant.do(SILVA, masters.run_cases, MASTER)

    assert reasons_of(plant.sign_master, SILVA, masters.check) == [
        "Test cases that failed: C-04. A corrected master is a new version."
    ]


@pytest.mark.requirement("P11-10a-3")
def test_approved_master_without_proof_does_not_become_effective(plant):
    number = plant.approved_master()
    with plant.act(BRANDT) as work:
        facts = replace(masters.master_facts(work, number), passed_cases=("C-01", "C-02"))

    assert refusals(lifecycle.MAKE_EFFECTIVE, facts, BRANDT) == [
        "Calculations without proof: actual * 100 / theoretical: no passed test case."
    ]


@pytest.mark.requirement("P11-10a-3")
@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (REYES, "A. Reyes is not authorised to check a master."),
        (
            person("l.weber", "L. Weber", Role.CHECKER, account="l.weber.2"),
            "L. Weber is the author of this version; another person checks it.",
        ),
    ],
)
def test_test_cases_are_executed_by_an_independent_checker(plant, actor, reason):
    plant.load(small_master())
    plant.sign_master(WEBER, masters.author_sign)

    assert reasons_of(plant.do, actor, masters.run_cases, MASTER) == [reason]
