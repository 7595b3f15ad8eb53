"""Documents that the code's own tables make: events, authority, lifecycles."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from audit.events import Action
from records.personnel.states import Role
from workflows.authority import AUTHORITY, Permission
from workflows.machine import Transition

WORKFLOWS = Path(__file__).parents[2] / "workflows"
LIVES = {
    "procedure": "Master versions",
    "batch": "Production orders and batches",
    "execution": "Steps, exceptions on the floor, labels",
    "review": "Review and investigations",
    "out_of_tolerance": "Instruments out of tolerance",
    "work_order": "Maintenance work orders",
    "maintenance": "Maintenance plans and meters",
    "material": "Materials and lots",
    "equipment": "Equipment",
    "calibration": "Calibration",
    "personnel": "Persons, accounts, roles, logins",
    "policy": "The policy of signatures",
    "training": "Training",
    "export": "Copies",
    "site": "The site",
}
"""Every package with rows of a lifecycle, and what the document calls it."""
_ROW = re.compile(r"^(\w+.* =|    return) Transition\($", re.MULTILINE)
_WRITTEN = "`make traceability` writes this file from `{}`; do not edit it."


def events() -> str:
    """docs/events.md: everything the audit trail can say."""
    lines = [
        "# Events of the audit trail\n",
        f"The closed vocabulary of the trail. {_WRITTEN.format('audit/events.py')}\n",
        "An action is never renamed or reused. *Sealed* says when the log must take the event up.\n",
        "| action | what an auditor reads | sealed |",
        "|---|---|---|",
        *(f"| `{one.value}` | {one.sentence} | {one.seal.replace('_', ' ')} |" for one in Action),
    ]
    return "\n".join(lines) + "\n"


def authority() -> str:
    """docs/authority.md: which role may do what."""
    lines = [
        "# Who may do what\n",
        f"What code, pages and tests read (21 CFR 11.10(g)). {_WRITTEN.format('workflows/authority.py')}\n",
        "A step's definition narrows this further: it names the roles that perform, verify and approve it.",
        "Rules of the acts themselves (another person, not the author, took no part) stand in",
        "[lifecycles.md](lifecycles.md).\n",
        "| permission | lets a person | roles |",
        "|---|---|---|",
        *(f"| `{one.value}` | {one.words} | {_roles(one)} |" for one in Permission),
        "\n## By role\n",
        "| role | permissions |",
        "|---|---|",
        *(f"| {role.title} | {_permissions(role)} |" for role in Role),
    ]
    return "\n".join(lines) + "\n"


def lifecycles() -> str:
    """docs/lifecycles.md: what may happen to each record, by whom, from where to where."""
    lines = [
        "# Lifecycles\n",
        f"What may happen to each record. {_WRITTEN.format('workflows/*/lifecycle.py')}\n",
        "An act is refused with *every* sentence that applies: authority, state, rules, a missing reason,",
        "a missing signature, a page that is not up to date. The same sentences grey its button.\n",
    ]
    for package, found in _modules().items():
        rows = [row for module in found for row in transitions(module)]
        notes = [note for module in found for note in _notes(module)]
        lines += [f"## {LIVES[package]}\n", *_life(rows), *_diagrams(rows), *notes]
    return "\n".join(lines) + "\n"


def _modules() -> dict[str, list[ModuleType]]:
    """The modules that define rows, by package in the order of the document, lifecycles first."""
    found: dict[str, list[ModuleType]] = {package: [] for package in LIVES}
    files = sorted(WORKFLOWS.rglob("*.py"), key=lambda file: (file.stem != "lifecycle", file))
    for file in files:
        if _ROW.search(file.read_text(encoding="utf-8")):
            found[file.parent.name].append(import_module(f"workflows.{file.parent.name}.{file.stem}"))
    return found


def transitions(module: ModuleType) -> list[Transition]:
    """The rows a module defines, in its order."""
    found: list[Transition] = []
    for value in vars(module).values():
        rows = value.values() if isinstance(value, dict) else [value]
        found += [row for row in rows if isinstance(row, Transition) and row not in found]
    return found


def _roles(permission: Permission) -> str:
    held = AUTHORITY[permission]
    return "everybody" if held == frozenset(Role) else ", ".join(role.title for role in Role if role in held)


def _permissions(role: Role) -> str:
    return ", ".join(f"`{one.value}`" for one in Permission if role in AUTHORITY[one])


def _life(rows: list[Transition]) -> Iterator[str]:
    yield "| act | what it does | who | from | to | signature | rules |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        who = f"`{row.permission.value}`" + (", or the software" if row.by_system else "")
        rules = [_sentence(guard) for guard in row.guards]
        rules += ["A reason is given."] if row.reason_required else []
        cells = (
            f"`{row.act}`",
            row.words,
            who,
            _states(row),
            _plain(row.target) if row.target else "",
            f"*{_plain(row.meaning)}*" if row.meaning else "",
            "<br>".join(rules) or "",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _states(row: Transition) -> str:
    return ", ".join(sorted(map(_plain, row.sources))) if row.sources else ""


def _sentence(guard: object) -> str:
    return (inspect.getdoc(guard) or "").splitlines()[0]


def _diagrams(rows: list[Transition]) -> Iterator[str]:
    """One diagram for each vocabulary of states among the rows."""
    moves: dict[type, list[str]] = {}
    for row in rows:
        for source in sorted(row.sources or ()):
            if row.target is not None and type(source) is type(row.target):
                line = f"    {source.value} --> {row.target.value}: {row.words}"
                moves.setdefault(type(source), []).append(line)
    for lines in moves.values():
        yield "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```", ""])


def _notes(module: ModuleType) -> Iterator[str]:
    """The sentences written under the tables of a lifecycle."""
    body = ast.parse(inspect.getsource(module)).body
    for node, following in pairwise(body):
        if _is_table(node) and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            yield " ".join(str(following.value.value).split()) + "\n"


def _is_table(node: ast.stmt) -> bool:
    """Whether a statement gives a name to a tuple or row of the lifecycle."""
    if isinstance(node, ast.AnnAssign):
        return True
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple | ast.Call)


def _plain(word: str) -> str:
    return str(word).replace("_", " ")
