"""Where a version of a procedure stands."""

from enum import StrEnum


class ProcedureState(StrEnum):
    """States of a master version (batch-records section 4)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    CHECKED = "checked"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"
