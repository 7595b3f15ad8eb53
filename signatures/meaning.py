"""The meanings a signature can have (21 CFR 11.50(a)(3)): a closed list in the plant's own words.

Review, approval, responsibility and authorship are the clause's examples; nothing is mapped onto them.
"""

from enum import StrEnum
from typing import Self


class Meaning(StrEnum):
    """What a person says by signing; `text` is shown before signing and stored with the signature."""

    text: str

    def __new__(cls, value: str, text: str = "") -> Self:
        """Make a member that carries the sentence shown and stored."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member

    PUBLISHED = "published", "Published: I publish this policy of signatures for the quality unit."
    ACKNOWLEDGED = (
        "acknowledged",
        "Acknowledged: I have read this policy and answer for every action under my electronic signature.",
    )
    TRAINED = (
        "trained",
        "Training recorded: I have seen the evidence that these persons are trained as stated.",
    )
    PERFORMED = "performed", "Performed: I carried out this step as written and recorded it truly."
    VERIFIED = "verified", "Verified: I checked this step as a second person and found it as recorded."
    NOT_VERIFIED = "not_verified", "Not verified: I checked this step and do not agree with the record."
    APPROVED = "approved", "Approved: I approve this content for use."
    AUTHORED = "authored", "Authored: I prepared this content and answer for it."
    CHECKED = "checked", "Checked: I checked this content independently of its author and found it correct."
    CALIBRATED = (
        "calibrated",
        "Calibrated: I carried out this calibration as its procedure says and recorded it truly.",
    )
    ISSUED = "issued", "Issued: I checked this batch record against the approved master and issue it."
    VALUE_ACCEPTED = (
        "value_accepted",
        "Value accepted: I know that this value is outside its limits; it is the true value.",
    )
    NOT_APPLICABLE = (
        "not_applicable",
        "Not applicable: I authorise that this step is left out, for the reason given.",
    )
    COMPLETED = (
        "completed",
        "Completed: production of this batch is complete and its record is ready for review.",
    )
    ENDED = (
        "ended",
        "Ended: I end the production of this batch for good, for the reason given; it can only be rejected.",
    )
    WORK_DONE = "work_done", "Work done: I carried out this work order and recorded it truly."
    WORK_REVIEWED = (
        "work_reviewed",
        "Work reviewed: I checked this work as a person who did none of it and found it complete.",
    )
    RETURNED_TO_SERVICE = (
        "returned_to_service",
        "Returned to service: I accept this work for the quality unit; the asset may go back to service.",
    )
    CANCELLED = "cancelled", "Cancelled: I decide that this work order is not carried out."
    EXTENDED = (
        "extended",
        "Extended: I accept the risk stated, for the quality unit, and move this due date to the day named.",
    )
    TRAIL_REVIEWED = (
        "trail_reviewed",
        "Audit trail reviewed: I read the changes of this record; I did none of the work.",
    )
    REVIEWED = "reviewed", "Reviewed: I reviewed this record and all its exceptions."
    INVESTIGATED = (
        "investigated",
        "Investigated: I investigated this discrepancy and answer for the conclusion.",
    )
    ASSESSED = (
        "assessed",
        "Assessed: I assessed what this finding means for the record and answer for the decision.",
    )
    REACH_CLOSED = (
        "reach_closed",
        "Closed: every record that this instrument reached is listed and decided on.",
    )
    RELEASED = "released", "Released: I release this batch for distribution in the market named."
    CERTIFIED = (
        "certified",
        "Certified: I certify, as Qualified Person, that this batch may be released to the market named.",
    )
    REJECTED = "rejected", "Rejected: I reject this batch for the market named."
