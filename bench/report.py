"""The tables of a run: each figure, its target, and for those not reached the reason that was measured."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.figures import Figure, significant
from bench.reasons import reason_of

_MARKS = {True: "reached", False: "NOT REACHED", None: ""}
_HEAD = """\
# Benchmarks

`make bench` measures, writes `bench/results.json` and this page from it; do not edit it. Each benchmark is a
module of `bench/` whose docstring says what is measured, how, and beside which peer or limit; `detail` in
results.json holds medians, counts and the peers' own figures. Where a peer or a limit can run beside the
product, the figure is a ratio within one run. *Load* is the machine's load average before that benchmark
began. `python -m bench --quick --only NAME` measures one.

Not measured yet: incremental verification, memory of a web worker over ten
minutes, ten million events.
"""
_CONDITIONS = (
    *("processor", "cores", "memory_mb", "system", "file_system", "python", "sqlite", "sqlalchemy"),
    *("postgresql", "quick", "git", "date", "load_before", "load_after", "note"),
)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text, the reasons below."""
    rows = [("figure", "value", "unit", "target", "")]
    rows += [
        (figure.id, f"{significant(figure.value):g}", figure.unit, _target(figure), _MARKS[figure.is_met])
        for figure in figures
    ]
    widths = [max(len(row[index]) for row in rows) for index in range(5)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "-" * max(len(line) for line in lines))
    reasons = list(_reasons(figures))
    return "\n".join([*lines, *([""] if reasons else []), *reasons]) + "\n"


def document(meta: Mapping[str, Any], figures: Sequence[Figure]) -> str:
    """Return docs/benchmarks.md: the table, what missed its target and why, and the conditions."""
    lines = [_HEAD, "| figure | value | unit | target | | measured |", "|---|---:|---|---:|---|---|"]
    lines += [
        f"| `{figure.id}` | {significant(figure.value):g} | {figure.unit} | {_target(figure)} |"
        f" {_MARKS[figure.is_met].lower()} | {_measured(figure.detail)} |"
        for figure in figures
    ]
    lines += ["", "## What is below its target, and why", ""]
    lines += [f"- {reason}" for reason in _reasons(figures)] or ["Nothing."]
    lines += ["", "## Conditions", "", "| | |", "|---|---|"]
    lines += [f"| {name.replace('_', ' ')} | {_shown(meta[name])} |" for name in _CONDITIONS if name in meta]
    return "\n".join(lines) + "\n"


def _reasons(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield each reason once, with the figures it stands for."""
    by_reason: dict[str, list[str]] = {}
    for figure in figures:
        if figure.is_met is False:
            by_reason.setdefault(reason_of(figure.id) or "No reason was found out.", []).append(figure.id)
    return (f"{', '.join(names)}: {reason}" for reason, names in by_reason.items())


def _measured(detail: Mapping[str, Any]) -> str:
    """Return when a figure was measured, with what load of the machine before, and whether by a short run."""
    if "date" not in detail:
        return ""
    short = ", short run" if detail["quick"] else ""
    return f"{detail['date'][:16].replace('T', ' ')}, load {detail['load_before'][0]:.1f}{short}"


def _shown(value: Any) -> str:  # noqa: ANN401 -- any condition
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(f"{one:.1f}" for one in value)
    return str(value)


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≤' if figure.better == 'lower' else '≥'} {figure.target:g}"
