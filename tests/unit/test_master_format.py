import jsonschema

from app.procedure.loader import lint_master
from records.equipment.states import WORDS
from records.personnel.states import Role
from records.procedure import vocabulary
from records.procedure.sign import ROLES
from tests import master_format
from tests.masters import small_text


def test_generated_parts_of_the_description_are_current():
    document = master_format.DOCUMENT.read_text(encoding="utf-8")

    assert master_format.current(document) == document, "run: python -m tests.master_format"


def test_schema_follows_the_step_types():
    assert master_format.current_schema() == master_format.schema(), "run: python -m tests.master_format"


def test_schema_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(master_format.schema())


def test_worked_example_loads_without_a_finding():
    assert lint_master(small_text(), "example.yaml").problems == ()


def test_schema_knows_the_axes_and_states_of_equipment():
    rule = master_format.schema()["$defs"]["equipment_rule"]["properties"]

    assert {axis: tuple(one["items"]["enum"]) for axis, one in rule.items()} == dict(WORDS)


def test_schema_knows_the_roles_of_persons():
    assert master_format.schema()["$defs"]["role"]["enum"] == [role.value for role in Role]


def test_sign_letters_stand_for_roles_of_persons():
    named = {role for roles in ROLES.values() for some in roles.values() for role in some}

    assert named - {role.value for role in Role} == set()


def test_schema_knows_the_words_of_the_definition():
    found = master_format.schema()["$defs"]
    words = {
        vocabulary.StepType: found["step"]["properties"]["type"]["enum"],
        vocabulary.Criticality: found["step"]["properties"]["criticality"]["enum"],
        vocabulary.FieldKind: found["field"]["properties"]["kind"]["enum"],
        vocabulary.ScanKind: found["field"]["properties"]["what"]["enum"],
        vocabulary.EntryMode: found["field"]["properties"]["entry_mode"]["enum"],
        vocabulary.StatisticKind: found["statistic"]["properties"]["kind"]["enum"],
        vocabulary.Severity: found["consequence"]["properties"]["severity"]["enum"],
        vocabulary.PhaseOrder: found["phase"]["properties"]["order"]["enum"],
        vocabulary.ComponentRole: found["formula_item"]["properties"]["role"]["enum"],
    }

    assert words == {kind: [word.value for word in kind] for kind in words}
