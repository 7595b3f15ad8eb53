"""The generated parts of docs/master-format.md and of the master files' schema.

`python -m tests.master_format` writes them; tests/unit/test_master_format.py checks that they are current.
"""

import json
import re
from pathlib import Path
from typing import Any

from records.procedure.linter import CHECKS
from records.procedure.settings import SettingKind
from records.procedure.step_schemas import step_schemas
from records.procedure.step_types import STEP_TYPES, StepTypeRow
from records.procedure.vocabulary import FieldKind

DOCUMENT = Path("docs/master-format.md")
SCHEMA = Path("records/procedure/master_schema.json")
PARTS = {
    "procedure": "The file",
    "product": "`product`",
    "batch_size": "`batch_size`",
    "master_record": "`master_record`",
    "specification": "`specifications`",
    "formula_item": "`formula`",
    "formula_case": "`test_cases`",
    "room": "`rooms`",
    "equipment_role": "`equipment`",
    "unit_procedure": "`unit_procedures`",
    "operation": "`operations`",
    "phase": "`phases`",
    "step": "`steps`",
    "field": "`fields`",
    "option": "`options`",
    "statistic": "`statistics`",
    "limits": "`limits`",
    "range": "A range: `action`, `alert`",
    "consequence": "`consequence`",
}


def schema() -> dict[str, Any]:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def step_type_table() -> str:
    rows = "\n".join(_step_type(row) for row in STEP_TYPES.values())
    return f"| Type | Settings | Captures | Kind of its fields | Sign |\n|---|---|---|---|---|\n{rows}"


def key_tables() -> str:
    whole = schema()
    tables = []
    for name, title in PARTS.items():
        part = whole if name == "procedure" else whole["$defs"][name]
        tables.append(f"### {title}\n\n{_keys(part)}")
    return "\n\n".join(tables)


def check_list() -> str:
    sentences = [(check.__doc__ or "").splitlines()[0] for check in CHECKS]
    return "\n".join(f"- {sentence.removeprefix('Find ').rstrip('.')}" for sentence in sentences)


GENERATED = {"step types": step_type_table, "keys": key_tables, "checks": check_list}


def current(document: str) -> str:
    """Give the document with its generated parts as they should be."""
    for name, build in GENERATED.items():
        start, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        text = f"{start}\n{build()}\n{end}"
        document = pattern.sub(lambda _match, text=text: text, document)
    return document


def current_schema() -> dict[str, Any]:
    """Give the schema with the rules of the step types as they should be."""
    whole = schema()
    whole["$defs"]["step"]["allOf"] = step_schemas()
    return whole


def _step_type(row: StepTypeRow) -> str:
    settings = "<br>".join(_setting(setting) for setting in row.settings) or "none"
    sign = f"{row.sign}; {row.critical_sign} if critical" if row.critical_sign else row.sign
    kind = "none" if row.field_kind is FieldKind.CONFIRM else row.field_kind
    expected = f", {row.expected} expected" if row.expected else ""
    return f"| `{row.code}` | {settings} | {row.captures} | {kind}{expected} | {sign} |"


def _setting(setting: Any) -> str:
    kind = " or ".join(setting.words) if setting.kind is SettingKind.WORD else setting.kind
    remarks = [str(kind)]
    if setting.required:
        remarks.append("needed")
    if setting.default is not None:
        remarks.append(f"default {str(setting.default).lower()}")
    return f"`{setting.name}` {setting.meaning} ({', '.join(remarks)})"


def _keys(part: dict[str, Any]) -> str:
    needed = part.get("required", [])
    lines = ["| Key | | Meaning |", "|---|---|---|"]
    for key, rule in part["properties"].items():
        mark = "needed" if key in needed else ""
        lines.append(f"| `{key}` | {mark} | {_meaning(rule)} |")
    return "\n".join(lines)


def _meaning(rule: dict[str, Any]) -> str:
    meaning = rule.get("description", "")
    inner = rule.get("items", rule)
    if "enum" in inner and len(inner["enum"]) < 12:
        meaning += f" One of {', '.join(inner['enum'])}."
    if "properties" in inner and "$ref" not in inner:
        needed = inner.get("required", [])
        parts = [f"`{key}`" if key in needed else f"`{key}` (optional)" for key in inner["properties"]]
        meaning += f" Keys: {', '.join(parts)}." if parts else ""
    if "default" in rule:
        meaning += f" Default {str(rule['default']).lower()}."
    return meaning


def main() -> None:
    DOCUMENT.write_text(current(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    text = json.dumps(current_schema(), indent=2, ensure_ascii=False)
    SCHEMA.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
