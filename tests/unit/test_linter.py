from dataclasses import replace

import pytest

from app.procedure.loader import lint_master
from records.procedure.definition import Loop, Procedure, Repeat
from records.procedure.linter import CHECKS, errors, lint, missing_groups
from records.procedure.outline import outline
from records.procedure.sections import MasterRecord
from records.procedure.vocabulary import OperationsType
from tests.masters import FILES, linted, master, small, small_with

STIR = "            title: Stir until dissolved\n"
END = "                fields: [{name: actual, as: filled}]\n"
FILL = "settings: {theoretical: theoretical_yield, unit: kg, decimals: 3,"
READING = '              - {step: "1.7", type: numeric, title: Reading, '
HOLD = '              - {step: "1.7", type: hold_time, title: Hold, '
LIMITED = "as: content, limits: {minimum: 0.88, maximum: 0.92}}"
TABLE = '              - {step: "1.7", type: table, title: Rows, settings: {samples: 3}, '
RECURS = "            recurring: {every_minutes: 30, tolerance_minutes: 5, "
SALT_JAR = "settings: {components: [salt], vessel: TNK-01}"
WATER_LOT = "settings: {components: [water], vessel: TNK-01, source: lot}"
RESULTS_LATER = "settings: {specification: SPEC-0500, tests: [content], after_production: true}"
SECOND_CASE = (
    "formula: actual * 100 / theoretical, given: {actual: 50.00, theoretical: 50.00}, "
    "expected: 100.0, rounding: half_up}"
)


def after_end(step: str) -> tuple[str, str]:
    return (END, END + step + "\n")


def stirring(key: str) -> tuple[str, str]:
    return (STIR, f"{STIR}{key}\n")


# by check: what is changed in the worked example, then every finding there is: where, and what it says
CASES = {
    "names_are_unique": [
        ([('step: "1.5"', 'step: "1.2"')], [("step 1.2", "Step number 1.2 is used twice.")]),
        ([("id: 1A.2", "id: 1A.1")], [("unit procedures", "The id 1A.1 is used for two phases.")]),
        (
            [
                (
                    "rooms: [{code: M01, title: Mixing}]",
                    "rooms: [{code: M01, title: A}, {code: M01, title: B}]",
                )
            ],
            [("rooms", "M01 is listed twice.")],
        ),
    ],
    "order_can_be_kept": [
        (
            [("title: Yield\n", 'title: Yield\n                after: ["9.9"]\n')],
            [("step 1.6", "It waits for step 9.9, which does not exist.")],
        ),
        (
            [("title: Water\n", 'title: Water\n                after: ["1.6"]\n')],
            [("step 1.2", "It waits for step 1.6, which does not come before it.")],
        ),
        (
            [("        title: Mix and fill\n", '        title: Mix and fill\n        after: ["1B"]\n')],
            [("operation 1A", "It waits for operation 1B, which does not come before it at this level.")],
        ),
        (
            [("    title: Make the solution\n", '    title: Make the solution\n    after: ["2"]\n')],
            [
                (
                    "unit procedure 1",
                    "It waits for unit procedure 2, which does not come before it at this level.",
                )
            ],
        ),
        (
            [stirring(f'{RECURS}from: "1.6", to: "1.3"}}')],
            [
                ("phase 1A.2", "Step 1.6 does not come before it in its operation."),
                ("phase 1A.2", "Step 1.3 does not come after it in its operation."),
            ],
        ),
        (
            [stirring(f'{RECURS}from: "1.3"}}')],
            [
                (
                    "phase 1A.2",
                    "A recurrence ends at a step (to) or by a condition (until): write one of them.",
                )
            ],
        ),
        (
            [
                stirring(
                    f'{RECURS}from: "1.3", to: "1.6"}}\n            loop: {{while: scale > 1, maximum: 2}}'
                )
            ],
            [("phase 1A.2", "It both loops and recurs; divide it.")],
        ),
        (
            [stirring(f'{RECURS}from: "1.3", to: "1.6"}}'), after_end(READING + "sign: P}")],
            [("phase 1A.2", "Step 1.6 is not the last of its phase, so that the rest can't wait.")],
        ),
        (
            [("settings: {specification: SPEC-0500, tests: [content]}", RESULTS_LATER)],
            [
                ("step 1.5", "It comes after step 1.4, which may wait until production is complete."),
                ("step 1.6", "It comes after step 1.4, which may wait until production is complete."),
            ],
        ),
    ],
    "equipment_exists": [
        (
            [("equipment: [{role: BAL-01, rule: measuring}]", "equipment: [{role: BAL-02, rule: clean}]")],
            [
                ("step 1.1", "There is no equipment role BAL-02."),
                ("step 1.1", "There is no equipment rule clean."),
                *(
                    (
                        f"step 1.1, field {name}",
                        "It is read from BAL-01, which the step does not list as equipment.",
                    )
                    for name in ("tare", "gross", "net")
                ),
            ],
        ),
        (
            [(LIMITED, f"instrument: PHM-01, {LIMITED}")],
            [("step 1.5, field content", "There is no equipment role PHM-01.")],
        ),
    ],
    "instruments_are_used": [
        (
            [(LIMITED, f"instrument: BAL-01, {LIMITED}")],
            [
                (
                    "step 1.5, field content",
                    "It is read from BAL-01, which the step does not list as equipment.",
                )
            ],
        ),
    ],
    "components_exist": [
        (
            [(LIMITED, f"component: sugar, {LIMITED}")],
            [("step 1.5, field content", "There is no formula item sugar.")],
        ),
    ],
    "rooms_exist": [
        (
            [
                ("        room: M01\n", "        room: M02\n"),
                ("class: tank, room: M01", "class: tank, room: M03"),
            ],
            [("operation 1A", "There is no room M02."), ("equipment, TNK-01", "There is no room M03.")],
        ),
    ],
    "settings_name_what_exists": [
        (
            [(SALT_JAR, "settings: {components: [salt], vessel: TNK-09}")],
            [("step 1.3", "vessel names TNK-09, which is no equipment role here.")],
        ),
        (
            [("settings: {specification: SPEC-0500,", 'settings: {sample: "0.1", specification: SPEC-0500,')],
            [("step 1.4", "sample names 0.1, which is no step here.")],
        ),
    ],
    "windows_open_before_they_close": [
        (
            [after_end(f'{HOLD}settings: {{from: "1.4", to: "1.3", maximum_minutes: 60}}}}')],
            [("step 1.7", "Step 1.3 does not come after step 1.4.")],
        ),
        (
            [after_end(f'{HOLD}settings: {{from: "1.4", to: "1.4", maximum_minutes: 60}}}}')],
            [("step 1.7", "Step 1.4 does not come after step 1.4.")],
        ),
    ],
    "statements_name_what_exists": [
        (
            [("actives: [{material: salt,", "actives: [{material: sugar,")],
            [("master record, actives, sugar", "sugar is not in the formula.")],
        ),
        (
            [('theoretical_weights: [{phase: "1A"', 'theoretical_weights: [{phase: "9Z"')],
            [("master record, theoretical weights", "9Z is no unit procedure, operation or phase.")],
        ),
    ],
    "formula_is_computable": [
        (
            [("required: base * 100 / assay,", "required: base * 100 / potency,")],
            [
                (
                    "formula, salt, required",
                    "'base * 100 / potency' reads potency, which nothing before it publishes.",
                )
            ],
        ),
        (
            [("required: base * 100 / assay,", "required: base * 100,")],
            [("formula, salt, lot attributes", "The lot attribute assay is not read by required.")],
        ),
        (
            [("required: base * 100 / assay,", "required: base * water_required / water_base / assay,")],
            [
                ("formula, salt, required", "The required quantity of salt depends on itself."),
                ("formula, water, required", "The required quantity of water depends on itself."),
            ],
        ),
    ],
    "expressions_are_sound": [
        (
            [stirring("            when: water_charged")],
            [("phase 1A.2", "'water_charged' gives a recorded value, and a condition is needed.")],
        ),
        (
            [("while: content < 0.88", "while: contents < 0.88")],
            [("phase 1A.3", "'contents < 0.88' reads contents, which nothing before it publishes.")],
        ),
        (
            [("title: Water\n", "title: Water\n                when: content > 0.90\n")],
            [("step 1.2", "'content > 0.90' reads content, which nothing before it publishes.")],
        ),
        (
            [stirring(f'{RECURS}from: "1.3", until: content * 2}}')],
            [("phase 1A.2", "'content * 2' gives a number, and a condition is needed.")],
        ),
        (
            [(FILL, "settings: {theoretical: theory, unit: kg, decimals: 3,")],
            [("step 1.6", "'theory' reads theory, which nothing before it publishes.")],
        ),
        (
            [
                after_end(
                    TABLE + "fields: [{name: a, label: A, unit: kg, decimals: 1}, "
                    "{name: b, label: B, kind: computed, samples: 1, unit: kg, decimals: 1, formula: a}]}"
                )
            ],
            [("step 1.7, field b", "'a' reads one value of a, which has several; use mean or sum.")],
        ),
        (
            [
                after_end(
                    TABLE + "fields: [{name: a, label: A, unit: kg, decimals: 1, "
                    "statistics: [{kind: mean, limits: {alert: {minimum: b}}}], limits: {maximum: c}}]}"
                )
            ],
            [
                ("step 1.7, field a", "'c' reads c, which nothing before it publishes."),
                ("step 1.7, field a", "'b' reads b, which nothing before it publishes."),
            ],
        ),
    ],
    "variables_are_clear": [
        (
            [after_end(READING + "fields: [{name: a, label: A, unit: '1', decimals: 0, as: scale}]}")],
            [("step 1.7, field a", "The variable scale hides a built-in name.")],
        ),
        (
            [after_end(READING + "fields: [{name: a, label: A, unit: g, decimals: 0, as: filled}]}")],
            [("step 1.7, field a", "The variable filled is in kg in an earlier step.")],
        ),
    ],
    "output_is_published": [
        (
            [("output: filled}", "output: packed}")],
            [("batch size, output", "No step publishes packed.")],
        ),
    ],
    "units_agree": [
        (
            [
                after_end(
                    READING + "fields: [{name: a, label: A, unit: g, decimals: 0}, "
                    "{name: b, label: B, kind: computed, unit: kg, decimals: 0, formula: a}]}"
                )
            ],
            [("step 1.7, field b", "The formula gives g, and the field is in kg.")],
        ),
        (
            [(FILL, "settings: {theoretical: theoretical_yield, unit: g, decimals: 3,")],
            [("step 1.6, field theoretical", "The formula gives kg, and the field is in g.")],
        ),
        (
            [
                after_end(
                    READING + "when: filled > scale, fields: [{name: a, label: A, unit: g, decimals: 0}, "
                    "{name: b, label: B, kind: computed, unit: kg, decimals: 0, formula: a + filled}]}"
                )
            ],
            [
                (
                    "step 1.7",
                    "Column 10: kg and a plain number can't be added or compared. Convert one of them.",
                ),
                ("step 1.7, field b", "Column 5: g and kg can't be added or compared. Convert one of them."),
            ],
        ),
        (
            [("required: base * 100 / assay,", "required: base + assay,")],
            [
                (
                    "formula, salt, required",
                    "Column 8: kg and a plain number can't be added or compared. Convert one of them.",
                )
            ],
        ),
    ],
    "fields_are_complete": [
        (
            [after_end(READING + "fields: [{name: a, label: A}]}")],
            [
                ("step 1.7, field a", "A number field needs unit."),
                ("step 1.7, field a", "A number field needs decimals."),
            ],
        ),
        (
            [
                after_end(
                    READING
                    + "fields: [{name: a, label: A, kind: text, formula: scale, limits: {minimum: 1}}]}"
                )
            ],
            [
                ("step 1.7, field a", "A text field takes no formula."),
                ("step 1.7, field a", "A text field takes no limits."),
            ],
        ),
        (
            [after_end(READING + "fields: [{name: a, label: A, kind: choice, expected: red}]}")],
            [
                ("step 1.7, field a", "A choice field needs options."),
                ("step 1.7, field a", "The expected answer red is none of: ."),
            ],
        ),
        (
            [after_end(READING + "fields: [{name: a, label: A, kind: yes_no, expected: maybe}]}")],
            [("step 1.7, field a", "The expected answer maybe is none of: yes, no.")],
        ),
        (
            [after_end(READING + "fields: [{name: a, label: A, kind: scan}]}")],
            [("step 1.7, field a", "A scan field needs what.")],
        ),
        (
            [after_end(READING + "fields: [{name: a, label: A, kind: text, pattern: '['}]}")],
            [("step 1.7, field a", "The pattern is no regular expression: unterminated character set.")],
        ),
        (
            [
                after_end(
                    READING
                    + "fields: [{name: a, label: A, unit: kg, decimals: 0, statistics: [{kind: mean}]}]}"
                )
            ],
            [("step 1.7, field a", "Statistics need a number with samples.")],
        ),
    ],
    "limits_can_be_kept": [
        (
            [(LIMITED, "as: content, limits: {minimum: 0.92, maximum: 0.88}}")],
            [("step 1.5, field content", "No value keeps the action range: 0.92 to 0.88.")],
        ),
        (
            [(LIMITED, "as: content, limits: {minimum: 0.90, maximum: 0.90, maximum_inclusive: false}}")],
            [("step 1.5, field content", "No value keeps the action range: 0.90 to 0.90.")],
        ),
        (
            [(LIMITED, "as: content, limits: {action: {minimum: 0.88}, alert: {minimum: 0.80}}}")],
            [("step 1.5, field content", "The alert range reaches beyond the action range.")],
        ),
        (
            [(LIMITED, "as: content, target: 0.95, limits: {minimum: 0.88, maximum: 0.92}}")],
            [("step 1.5, field content", "The target 0.95 is outside the action range.")],
        ),
        (
            [(LIMITED, "as: content, limits: {minimum: 0.885, maximum: 0.920}}")],
            [
                (
                    "step 1.5, field content",
                    "The bound 0.885 has more decimals than the value, which has 2.",
                )
            ],
        ),
    ],
    "critical_numbers_are_limited": [
        (
            [after_end(READING + "criticality: CPP, fields: [{name: a, label: A, unit: kg, decimals: 0}]}")],
            [("step 1.7, field a", "The step is CPP and this number has no limit.")],
        ),
    ],
    "windows_are_sane": [
        (
            [
                stirring(
                    '            recurring: {every_minutes: 10, tolerance_minutes: 5, from: "1.3", to: "1.6"}'
                )
            ],
            [("phase 1A.2", "The tolerance of its recurrence must be less than half of its interval.")],
        ),
        ([stirring('            recurring: {from: "1.3", to: "1.6"}')], []),
        (
            [stirring('            recurring: {from: "1.3", to: "1.6", at_end: true}')],
            [
                (
                    "phase 1A.2",
                    "Passes as needed are never due: leave out tolerance_minutes, at_start and at_end.",
                )
            ],
        ),
        (
            [stirring('            recurring: {from: "1.3", until: content > 0.90}')],
            [("phase 1A.2", "Passes as needed end at a step: write it (to).")],
        ),
        (
            [
                after_end(
                    f'{HOLD}settings: {{from: "1.1", to: "1.3", maximum_minutes: 60, warn_percent: 100}}}}'
                )
            ],
            [("step 1.7", "A warning comes before the end: 1 to 99 per cent.")],
        ),
        (
            [after_end(f'{HOLD}settings: {{from: "1.1", to: "1.3"}}}}')],
            [("step 1.7", "The time window has neither minimum nor maximum.")],
        ),
        (
            [("minimum: 25.000, maximum: 50.000, output", "minimum: 25.000, maximum: 40.000, output")],
            [("batch size, quantity", "The base quantity is not between minimum and maximum.")],
        ),
        (
            [
                (
                    "minimum_percent: 97.0, maximum_percent: 100.0}\n  containers",
                    "minimum_percent: 101.0, maximum_percent: 100.0}\n  containers",
                )
            ],
            [("master record, theoretical yield", "The minimum percentage is above the maximum.")],
        ),
        (
            [("range: {minimum: 0.100, maximum: 60.000", "range: {minimum: 60.000, maximum: 60.000")],
            [("equipment, BAL-01, range", "The range is empty.")],
        ),
    ],
    "texts_fit": [
        (
            [("title: Yield\n", f"title: {'Y' * 61}\n")],
            [("step 1.6", "The title has 61 characters; 60 fit the screen.")],
        ),
        (
            [after_end(READING + f"fields: [{{name: a, label: {'A' * 61}, unit: kg, decimals: 0}}]}}")],
            [("step 1.7, field a", "The label has 61 characters; 60 fit the screen.")],
        ),
    ],
    "second_persons_are_there": [
        (
            [(WATER_LOT, f"sign: P\n                {WATER_LOT}")],
            [("step 1.2", "It needs a second person, or the validation of an automated check (automation).")],
        ),
        (
            [after_end(READING + "criticality: CQA, sign: QA, fields: [{name: a, label: A, kind: yes_no}]}")],
            [("step 1.7", "It needs a second person, or the validation of an automated check (automation).")],
        ),
        (
            [(FILL, f"sign: P\n                {FILL}")],
            [("step 1.6", "A second person must verify it.")],
        ),
    ],
    "signed_steps_show_their_equipment": [
        (
            [
                after_end(
                    '              - {step: "1.7", type: signature, title: Approve, text: Approve., '
                    "equipment: [{role: BAL-01, rule: measuring}]}"
                )
            ],
            [("step 1.7", "It uses equipment and asks for nothing before it is signed: add a scan.")],
        ),
    ],
    "system_steps_ask_nobody": [
        (
            [after_end(READING + "sign: sys, fields: [{name: a, label: A, unit: kg, decimals: 0}]}")],
            [("step 1.7, field a", "The system executes this step and nobody is there to enter it.")],
        ),
    ],
    "components_are_used": [
        (
            [(WATER_LOT, "settings: {vessel: TNK-01}")],
            [("formula, water", "Purified water is never dispensed or charged.")],
        ),
        (
            [(SALT_JAR, "settings: {vessel: TNK-01}")],
            [("formula, salt", "Sodium chloride is dispensed and never charged.")],
        ),
    ],
    "portions_match": [
        (
            [
                (
                    "settings: {component: salt, balance: BAL-01}",
                    "settings: {component: salt, balance: BAL-01, portions: 2}",
                ),
                (SALT_JAR, "settings: {components: [salt], vessel: TNK-01, portion: occurrence}"),
            ],
            [("step 1.3", "salt is weighed in 2 containers for 1 repeats.")],
        ),
    ],
    "amounts_agree": [
        (
            [("role: active, quantity: 0.450", "role: active, per_unit: 8.0 g, quantity: 0.450")],
            [("formula, salt, quantity", "8.0 per unit makes 0.4 kg.")],
        ),
    ],
    "cases_test_what_is_there": [
        (
            [("number: C-02", "number: C-01")],
            [("test cases, number", "Case C-01: Another case has this number.")],
        ),
        (
            [(SECOND_CASE, "formula: actual * 10, given: {actual: 1}, expected: 10}")],
            [
                (
                    "test cases, formula",
                    "Case C-02: No formula, condition or limit of this procedure has this text.",
                )
            ],
        ),
        (
            [("actual: 49.21, theoretical: 50.00", "actual: 49.21, possible: 50.00")],
            [
                (
                    "test cases, given",
                    "Case C-01: The formula reads theoretical, which the case does not give.",
                ),
                ("test cases, given", "Case C-01: The formula does not read possible."),
            ],
        ),
        (
            [("expected: 98.4, rounding: half_up", "expected: true")],
            [("test cases, expected", "Case C-01: The result of this text is a number.")],
        ),
        (
            [(SECOND_CASE, "formula: content < 0.88, given: {content: 1}, expected: 1, rounding: up}")],
            [
                ("test cases, expected", "Case C-02: The result of this text is true or false."),
                ("test cases, rounding", "Case C-02: A condition is not rounded."),
            ],
        ),
    ],
    "groups_are_complete": [
        (
            [("  excess: {statement: No component is added in excess.}\n", "")],
            [("master record", "Missing: 211.186(b)(5) statement on calculated excess of a component.")],
        ),
    ],
}
ALL_CASES = [
    pytest.param(*case, id=f"{check}-{number}")
    for check, cases in CASES.items()
    for number, case in enumerate(cases, start=1)
]


def findings_of(text: str) -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in lint_master(text, "small.yaml").problems]


@pytest.mark.requirement("G-186b")
@pytest.mark.parametrize("name", FILES)
def test_masters_that_ship_give_no_finding(name):
    assert linted(name).problems == ()


@pytest.mark.parametrize(("changes", "found"), ALL_CASES)
def test_linter_finds_exactly_what_is_wrong(changes, found):
    assert findings_of(small_with(*changes)) == found


def test_every_check_has_a_case():
    assert list(CASES) == [check.__name__ for check in CHECKS]


def test_finding_stands_at_its_line_in_the_file():
    text = small_with(("while: content < 0.88", "while: contents < 0.88"))

    (found,) = lint_master(text, "small.yaml").problems

    assert text.splitlines()[found.line - 1].strip() == "loop: {while: contents < 0.88, maximum: 2}"
    assert found.column == text.splitlines()[found.line - 1].index("contents") + 1


def test_finding_at_a_default_field_stands_at_its_step():
    text = small_with((FILL, "settings: {theoretical: theoretical_yield, unit: g, decimals: 3,"))

    (found,) = lint_master(text, "small.yaml").problems

    assert text.splitlines()[found.line - 1].strip() == "fields: [{name: actual, as: filled}]"


def test_only_warnings_do_not_bar_approval():
    long_title = lint_master(small_with(("title: Yield\n", f"title: {'Y' * 61}\n")), "small.yaml").procedure
    no_excess = replace(small(), master_record=replace(small().master_record, excess=None))

    assert (len(lint(long_title)), errors(long_title)) == (1, ())
    assert [str(one) for one in errors(no_excess)] == [
        "master record: Missing: 211.186(b)(5) statement on calculated excess of a component."
    ]


def test_validated_automation_takes_the_place_of_the_second_person():
    text = small_with(
        (WATER_LOT, f"sign: QA\n                automation: VAL-0031\n                {WATER_LOT}")
    )

    assert findings_of(text) == []


@pytest.mark.requirement("G-68c")
def test_automation_still_needs_the_signature_of_one_checker():
    text = small_with(
        (WATER_LOT, f"sign: P\n                automation: VAL-0031\n                {WATER_LOT}")
    )

    assert findings_of(text) == [
        ("step 1.2", "One person must still sign for the automated check (211.68(c)).")
    ]


GROUPS = [
    "211.186(b)(1) name, strength and dosage form of the product",
    "211.186(b)(2) name and amount of each active ingredient per unit",
    "211.186(b)(3) complete list of components",
    "211.186(b)(4) weight or measure of each component for a stated batch size",
    "211.186(b)(5) statement on calculated excess of a component",
    "211.186(b)(6) theoretical weight or measure at phases of processing",
    "211.186(b)(7) theoretical yield with maximum and minimum percentage",
    "211.186(b)(8) containers, closures, packaging materials and label specimens",
    "211.186(b)(9) instructions, sampling and testing, specifications, special notations, precautions",
]


def without(**changes: object) -> Procedure:
    return replace(small(), master_record=replace(small().master_record, **changes))


LACKING = {
    GROUPS[0]: replace(small(), product=None),
    GROUPS[1]: without(actives=()),
    GROUPS[2]: replace(small(), formula=()),
    GROUPS[3]: replace(small(), batch_size=None),
    GROUPS[4]: without(excess=None),
    GROUPS[5]: without(theoretical_weights=()),
    GROUPS[6]: without(theoretical_yield=None),
    GROUPS[7]: without(label_specimens=()),
    GROUPS[8]: without(precautions=()),
}


@pytest.mark.requirement("G-186b")
@pytest.mark.parametrize(("group", "procedure"), LACKING.items(), ids=[name[:15] for name in LACKING])
def test_each_of_the_nine_groups_is_missed_by_name(group, procedure):
    assert missing_groups(procedure) == (group,)


@pytest.mark.requirement("G-186b")
def test_master_without_statements_lacks_what_only_they_can_say():
    assert missing_groups(replace(small(), master_record=MasterRecord())) == (GROUPS[1], *GROUPS[4:])
    assert missing_groups(replace(small(), master_record=None)) == (GROUPS[1], *GROUPS[4:])


@pytest.mark.requirement("G-186b")
@pytest.mark.parametrize("name", FILES)
def test_masters_that_ship_hold_all_nine_groups(name):
    assert missing_groups(master(name)) == ()


def test_calibration_and_maintenance_procedures_need_no_groups():
    header = replace(small().header, operations_type=OperationsType.MAINTENANCE)

    assert missing_groups(replace(small(), header=header, master_record=None)) == ()


def test_loop_and_repeat_must_happen_at_least_once():
    stage = small().unit_procedures[0]
    operation = stage.operations[0]
    phase = replace(operation.phases[2], loop=Loop(condition="content < 0.88", maximum=0))
    phases = (*operation.phases[:2], phase, *operation.phases[3:])
    operation = replace(operation, repeat=Repeat(times=0, label="Lot"), phases=phases)
    procedure = replace(small(), unit_procedures=(replace(stage, operations=(operation,)),))

    found = {str(one) for one in lint(procedure)}

    assert found == {
        "operation 1A: It repeats no time at all.",
        "phase 1A.3: Its loop has no maximum from 1 on.",
    }
    assert len(outline(procedure).places) == 6
