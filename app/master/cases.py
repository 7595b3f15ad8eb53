"""What a page shows of a master's calculations: where each stands, its test cases, what came out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from records.procedure.calculations import Calculation, calculations, one_line
from records.procedure.case_execution import CaseOutcome, run_case, unproved
from records.procedure.definition import Procedure
from records.procedure.models import CaseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A test case: what it would give now, and what it gave when it was executed last."""

    outcome: CaseOutcome
    note: str | None
    result: CaseResult | None

    @property
    def given(self) -> str:
        """Return what it gives, as one line."""
        return ", ".join(f"{name} = {'; '.join(values)}" for name, values in self.outcome.given.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculationRow:
    """A calculation with its test cases."""

    calculation: Calculation
    cases: Sequence[CaseRow]

    @property
    def where(self) -> Sequence[str]:
        """Return where it stands, each place once."""
        return list(dict.fromkeys(use.where for use in self.calculation.uses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All calculations of a version, and a sentence for each that is not proved yet."""

    rows: Sequence[CalculationRow]
    left: Sequence[str]
    failed: Sequence[str]
    """Numbers of the test cases whose last execution failed."""


def proof_of(procedure: Procedure, results: Mapping[str, CaseResult]) -> Proof:
    """Return the calculations of a procedure with their cases and the last result of each."""
    cases = [
        CaseRow(outcome=run_case(case), note=case.note, result=results.get(case.number))
        for case in procedure.test_cases
    ]
    passed = [number for number, result in results.items() if result.passed]
    return Proof(
        rows=[
            CalculationRow(
                calculation=one, cases=[row for row in cases if one_line(row.outcome.formula) == one.text]
            )
            for one in calculations(procedure)
        ],
        left=unproved(procedure, passed),
        failed=[number for number, result in results.items() if not result.passed],
    )
