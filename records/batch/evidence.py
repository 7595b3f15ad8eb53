"""Everything stored about one batch, in one value: what guards, reviews and copies look at. Pure.

Rows are mappings of their columns as stored (times and decimals as text), so that nothing is lost between the
record and its copy; JSON columns are decoded and flags are true or false.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from records.procedure.frozen import frozen_outline
from records.procedure.outline import Outline
from records.procedure.vocabulary import Act

Stored = Mapping[str, Any]
"""One row as stored."""

_WORK = frozenset({"performed", "verified", "not_verified", "completed", "ended"})
"""Meanings of signatures that say: I did this work, or checked it as it was done."""


@dataclass(frozen=True)
class Evidence:
    """The rows of one batch's stream, each list in the order the rows were written."""

    batch: Stored
    recipe: Stored
    runs: Sequence[Stored]
    entries: Sequence[Stored]
    attachments: Sequence[Stored]
    uses: Sequence[Stored]
    observations: Sequence[Stored]
    attempts: Sequence[Stored]
    time_limits: Sequence[Stored]
    verifications: Sequence[Stored]
    exceptions: Sequence[Stored]
    containers: Sequence[Stored]
    labels: Sequence[Stored]
    remarks: Sequence[Stored]
    signatures: Sequence[Stored]
    voids: Sequence[Stored]
    dispositions: Sequence[Stored]
    training: Sequence[Stored] = ()
    """What training each person had when they acted, as frozen then."""

    @property
    def outline(self) -> Outline:
        """Give the frozen procedure, step by step."""
        return frozen_outline(self.recipe["content"])

    @cached_property
    def void_of(self) -> Mapping[int, Stored]:
        """Give the void of each signature that no longer counts, by the signature's id."""
        return {void["signature_id"]: void for void in self.voids}

    @cached_property
    def standing(self) -> Sequence[Stored]:
        """Give the signatures that still count."""
        return [row for row in self.signatures if row["id"] not in self.void_of]

    @cached_property
    def current(self) -> Sequence[Stored]:
        """Give the entries that no other entry supersedes."""
        superseded = {row["supersedes"] for row in self.entries}
        return [row for row in self.entries if row["id"] not in superseded]

    @cached_property
    def hands(self) -> frozenset[str]:
        """Give the persons who did the work: entered, performed or verified, corrections and lapses included.

        A step that only the quality unit signs is the quality unit's own act, not work on the batch.
        """
        done = [
            *((row["part"], row["entered_by"]) for row in self.entries),
            *((row["part"], row["attached_by"]) for row in self.attachments),
            *((row["part"], row["used_by"]) for row in self.uses),
            *((row["part"], row["filled_by"]) for row in self.containers),
            *((run["part"], run["started_by"]) for run in self.runs),
            *((run["part"], run["performed_by"]) for run in self.runs if run["performed_by"]),
            *((row["part"], row["signer"]) for row in self.signatures if row["meaning"] in _WORK),
        ]
        return frozenset(who for part, who in done if not self.is_quality_step(part)) - {"system"}

    @cached_property
    def was_ended(self) -> bool:
        """Tell whether the batch was ended before its production was complete: the signature says so."""
        return any(row["meaning"] == "ended" for row in self.signatures)

    def is_quality_step(self, part: str) -> bool:
        """Tell whether only the quality unit signs the step of a part."""
        place = self.outline.by_number.get(part.partition("/")[0])
        acts = {wanted.act for wanted in place.step.signatures} if place else set()
        return acts == {Act.APPROVED}


def by_part(rows: Sequence[Stored], column: str = "part") -> Mapping[str | None, list[Stored]]:
    """Group rows by the part they belong to."""
    groups: dict[str | None, list[Stored]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups
