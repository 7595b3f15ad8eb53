"""Issue, hold, resume, complete, end and return batches; each view loads a form and runs one command."""

from collections.abc import Callable

from flask import url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.views import pages
from app.forms import Form, ReasonedForm, SignedForm, load
from app.http import plain_work, run
from app.signing import signed_work
from records.batch.models import Batch
from workflows.authority import Permission
from workflows.batch import commands, ending
from workflows.perform import UnitOfWork
from workflows.review.commands import begin_review as take_into_review

Command = Callable[[UnitOfWork, str], Batch]


@pages.post("/batches/<string:number>/issue")
@requires(Permission.BATCH_ISSUE)
def issue(number: str) -> Response:
    """Issue a batch record, signed."""
    return _signed(number, commands.issue_batch, "Issued. Its first step may begin.")


@pages.post("/batches/<string:number>/hold")
@requires(Permission.BATCH_HOLD)
def hold(number: str) -> Response:
    """Hold a batch."""
    return _reasoned(number, commands.hold_batch, "Held.")


@pages.post("/batches/<string:number>/resume")
@requires(Permission.BATCH_HOLD)
def resume(number: str) -> Response:
    """Resume a batch."""
    return _reasoned(number, commands.resume_batch, "Resumed.")


@pages.post("/batches/<string:number>/complete")
@requires(Permission.BATCH_COMPLETE)
def complete(number: str) -> Response:
    """Complete the production of a batch, signed."""
    return _signed(
        number, commands.complete_production, "Production is complete. The quality unit reviews it now."
    )


@pages.post("/batches/<string:number>/end")
@requires(Permission.BATCH_END)
def end(number: str) -> Response:
    """End a batch that failed, signed and with the reason."""
    return _signed(
        number, ending.end_batch, "Ended. The quality unit reviews the record and rejects the batch."
    )


@pages.post("/batches/<string:number>/begin-review")
@requires(Permission.BATCH_REVIEW)
def begin_review(number: str) -> Response:
    """Begin the review of a batch."""
    work = plain_work(load(Form()))
    then = url_for("review.show", number=number)
    return run(work, lambda unit: take_into_review(unit, number), then=then, said="Under review.")


@pages.post("/batches/<string:number>/return")
@requires(Permission.BATCH_REVIEW)
def send_back(number: str) -> Response:
    """Return a batch record to production."""
    return _reasoned(number, commands.return_batch, "Returned to production.")


def _signed(number: str, command: Command, said: str) -> Response:
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: command(unit, number), then=url_for("batch.show", number=number), said=said)


def _reasoned(number: str, command: Command, said: str) -> Response:
    work = plain_work(load(ReasonedForm()))
    return run(work, lambda unit: command(unit, number), then=url_for("batch.show", number=number), said=said)
