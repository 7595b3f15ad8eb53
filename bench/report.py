"""The table of a run: each figure, its target, and for those not reached the reason that was measured."""

from collections.abc import Sequence

from bench.figures import Figure, significant

_MARKS = {True: "reached", False: "NOT REACHED", None: ""}


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
    reasons = [
        f"{one.id}: {one.detail['reason']}"
        for one in figures
        if one.is_met is False and "reason" in one.detail
    ]
    return "\n".join([*lines, *([""] if reasons else []), *reasons]) + "\n"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≤' if figure.better == 'lower' else '≥'} {figure.target:g}"
