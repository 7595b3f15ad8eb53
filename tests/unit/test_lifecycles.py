"""The approved tables of masters, orders, batches, reviews and investigations, exactly."""

import pytest

from workflows.batch.lifecycle import BATCH_LIFECYCLE, ORDER_LIFECYCLE
from workflows.procedure.lifecycle import LIFECYCLE as MASTER_LIFECYCLE
from workflows.review.lifecycle import DECISION_LIFECYCLE, INVESTIGATION_LIFECYCLE, REVIEW_LIFECYCLE

RETURN = "return the batch record to production"
REFUSE = "reject the batch as Qualified Person"
WHOLE = {
    "masters": (
        MASTER_LIFECYCLE,
        {
            ("load the master", None, None, "master:load", None),
            ("sign the master as its author", "draft", "in_review", "master:author", "authored"),
            ("sign the master as its author", "changes_requested", "in_review", "master:author", "authored"),
            ("execute the test cases of the master", "in_review", None, "master:check", None),
            ("execute the test cases of the master", "checked", None, "master:check", None),
            ("execute the test cases of the master", "approved", None, "master:check", None),
            ("check the master", "in_review", "checked", "master:check", "checked"),
            ("request changes of the master", "in_review", "changes_requested", "master:check", None),
            ("send the master back", "in_review", "changes_requested", "master:approve", None),
            ("send the master back", "checked", "changes_requested", "master:approve", None),
            ("approve the master", "checked", "approved", "master:approve", "approved"),
            ("make the master effective", "approved", "effective", "master:approve", None),
            ("withdraw the master", "draft", "withdrawn", "master:author", None),
            ("withdraw the master", "in_review", "withdrawn", "master:author", None),
            ("withdraw the master", "changes_requested", "withdrawn", "master:author", None),
            ("withdraw the master", "checked", "withdrawn", "master:author", None),
            ("withdraw the master", "approved", "withdrawn", "master:author", None),
            ("retire the master", "effective", "retired", "master:approve", None),
            ("retire the master", "superseded", "retired", "master:approve", None),
        },
    ),
    "orders": (
        ORDER_LIFECYCLE,
        {
            ("plan the order", None, None, "order:plan", None),
            ("release the order", "planned", "released", "order:plan", None),
            ("cancel the order", "planned", "cancelled", "order:plan", None),
            ("cancel the order", "released", "cancelled", "order:plan", None),
            ("create the batch", "released", "in_progress", "order:plan", None),
        },
    ),
    "batches": (
        BATCH_LIFECYCLE,
        {
            ("issue the batch record", "created", "issued", "batch:issue", "issued"),
            ("hold the batch", "running", "held", "batch:hold", None),
            ("resume the batch", "held", "running", "batch:hold", None),
            ("complete production", "running", "production_complete", "batch:complete", "completed"),
            ("complete production", "returned", "production_complete", "batch:complete", "completed"),
            ("end the batch", "issued", "aborted", "batch:end", "ended"),
            ("end the batch", "running", "aborted", "batch:end", "ended"),
            ("end the batch", "held", "aborted", "batch:end", "ended"),
            (RETURN, "under_review", "returned", "batch:review", None),
            (
                RETURN,
                "disposition_pending",
                "returned",
                "batch:review",
                None,
            ),
            ("release the batch", "disposition_pending", None, "batch:dispose", "released"),
            ("certify the batch", "disposition_pending", None, "batch:certify", "certified"),
            ("reject the batch", "under_review", None, "batch:dispose", "rejected"),
            ("reject the batch", "returned", None, "batch:dispose", "rejected"),
            ("reject the batch", "disposition_pending", None, "batch:dispose", "rejected"),
            (REFUSE, "under_review", None, "batch:certify", "rejected"),
            (REFUSE, "returned", None, "batch:certify", "rejected"),
            (
                REFUSE,
                "disposition_pending",
                None,
                "batch:certify",
                "rejected",
            ),
        },
    ),
    "reviews": (
        REVIEW_LIFECYCLE,
        {
            ("begin the review", "production_complete", "under_review", "batch:review", None),
            ("begin the review", "aborted", "under_review", "batch:review", None),
            ("open the record for review", "under_review", None, "batch:review", None),
            ("open the record for review", "disposition_pending", None, "batch:review", None),
            ("sign the review of the audit trail", "under_review", None, "batch:review", "trail_reviewed"),
            (
                "sign the review of the audit trail",
                "disposition_pending",
                None,
                "batch:review",
                "trail_reviewed",
            ),
            (
                "sign the review of the record",
                "under_review",
                "disposition_pending",
                "batch:review",
                "reviewed",
            ),
            (
                "sign the review of the record",
                "disposition_pending",
                "disposition_pending",
                "batch:review",
                "reviewed",
            ),
        },
    ),
    "investigations": (
        INVESTIGATION_LIFECYCLE,
        {
            ("open an investigation", None, None, "investigation:write", None),
            ("write the investigation", "open", "open", "investigation:write", None),
            ("write a concluded investigation anew", "concluded", "open", "investigation:write", None),
            ("conclude the investigation", "open", "concluded", "investigation:write", "investigated"),
            ("approve the investigation", "concluded", "approved", "batch:review", "approved"),
            ("reopen the investigation", "approved", "open", "batch:review", None),
        },
    ),
    "decisions": (
        DECISION_LIFECYCLE[1:],
        {
            ("accept the exception", "open", "accepted", "batch:review", None),
            ("accept the exception", "assessed", "accepted", "batch:review", None),
            ("accept the exceptions together", "open", "accepted", "batch:review", None),
            ("accept the exceptions together", "assessed", "accepted", "batch:review", None),
            ("return the exception", "open", "returned", "batch:review", None),
            ("return the exception", "assessed", "returned", "batch:review", None),
            ("reopen the exception", "accepted", "open", "batch:review", None),
            ("reopen the exception", "closed", "open", "batch:review", None),
        },
    ),
}
REASONS = {
    "master.request_changes",
    "master.send_back",
    "master.withdraw",
    "master.retire",
    "order.cancel",
    "batch.end",
    "batch.hold",
    "batch.resume",
    "batch.return",
    "batch.reject",
    "batch.refuse_certification",
    "exception.accept",
    "exception.accept_together",
    "exception.return",
    "exception.reopen",
    "investigation.reopen",
    "investigation.rewrite",
}
ROWS = [
    *MASTER_LIFECYCLE,
    *ORDER_LIFECYCLE,
    *BATCH_LIFECYCLE,
    *REVIEW_LIFECYCLE,
    *DECISION_LIFECYCLE,
    *INVESTIGATION_LIFECYCLE,
]


@pytest.mark.requirement("P11-10f-1")
@pytest.mark.parametrize("name", WHOLE)
def test_lifecycle_is_exactly_the_approved_one(name):
    rows, approved = WHOLE[name]

    found = {
        (row.words, source, row.target, row.permission, row.meaning)
        for row in rows
        for source in row.sources or [None]
    }

    assert found == approved


def test_acts_that_take_a_reason_are_exactly_these():
    assert {row.act for row in ROWS if row.reason_required} == REASONS


def test_every_act_has_a_name_of_its_own():
    assert len({row.act for row in ROWS}) == len(ROWS)


def test_no_act_of_these_lives_is_taken_by_the_software():
    assert [row.act for row in ROWS if row.by_system] == []
