"""The linter of definitions: every check, every finding. Pure.

A finding that is no warning bars approval. Nothing is repaired or guessed.
"""

from collections.abc import Iterator

from records.procedure import (
    lint_cases,
    lint_expressions,
    lint_people_and_material,
    lint_references,
    lint_units,
    lint_values,
)
from records.procedure.definition import Procedure
from records.procedure.lint_finding import Check, Finding
from records.procedure.master_groups import missing_groups
from records.procedure.outline import Outline, outline

__all__ = ["CHECKS", "Finding", "errors", "lint", "missing_groups"]


def groups_are_complete(of: Outline) -> Iterator[Finding]:
    """Find the groups of 21 CFR 211.186(b) a production procedure lacks."""
    for group in missing_groups(of.procedure):
        yield Finding(path=("master_record",), where="master record", message=f"Missing: {group}.")


CHECKS: tuple[Check, ...] = (
    lint_references.names_are_unique,
    lint_references.order_can_be_kept,
    lint_references.equipment_exists,
    lint_references.instruments_are_used,
    lint_references.components_exist,
    lint_references.rooms_exist,
    lint_references.settings_name_what_exists,
    lint_references.windows_open_before_they_close,
    lint_references.statements_name_what_exists,
    lint_expressions.formula_is_computable,
    lint_expressions.expressions_are_sound,
    lint_expressions.variables_are_clear,
    lint_expressions.output_is_published,
    lint_units.units_agree,
    lint_values.fields_are_complete,
    lint_values.limits_can_be_kept,
    lint_values.critical_numbers_are_limited,
    lint_values.windows_are_sane,
    lint_values.texts_fit,
    lint_people_and_material.second_persons_are_there,
    lint_people_and_material.signed_steps_show_their_equipment,
    lint_people_and_material.system_steps_ask_nobody,
    lint_people_and_material.components_are_used,
    lint_people_and_material.portions_match,
    lint_people_and_material.amounts_agree,
    lint_cases.cases_test_what_is_there,
    groups_are_complete,
)


def lint(procedure: Procedure) -> tuple[Finding, ...]:
    """Give every finding of every check, in the order of the checks."""
    of = outline(procedure)
    return tuple(finding for check in CHECKS for finding in check(of))


def errors(procedure: Procedure) -> tuple[Finding, ...]:
    """Give the findings that bar approval."""
    return tuple(finding for finding in lint(procedure) if not finding.is_warning)
