"""Every setting of a step type has its effect, or is one of those that are only told."""

from pathlib import Path

import pytest

from records.procedure.step_types import STEP_TYPES

TOLD = {"child_lot", "destination", "kind", "method", "quantity", "sample", "template"}
"""Texts for the person and the print; docs/master-format.md says so."""
READ_BY = [
    Path("records/procedure/default_fields.py"),
    Path("records/procedure/material_fields.py"),
    Path("records/procedure/authoring_steps.py"),
    Path("records/procedure/definition.py"),
    *sorted(Path("workflows/execution").glob("*.py")),
]
SETTINGS = sorted({setting.name for row in STEP_TYPES.values() for setting in row.settings})


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_is_read_by_the_engine_or_said_to_be_only_told(name):
    code = "\n".join(path.read_text(encoding="utf-8") for path in READ_BY)
    sentence = next(
        line
        for line in Path("docs/master-format.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("`child_lot`")
    )

    if name in TOLD:
        assert f"`{name}`" in sentence
    else:
        assert f'"{name}"' in code
