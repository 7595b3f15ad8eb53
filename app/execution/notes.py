"""What somebody notices at a step: a problem, perhaps with a photo, or a remark."""

from flask import request
from werkzeug.wrappers import Response

from app.auth import requires
from app.execution.addresses import at_step
from app.execution.floor_page import PROBLEMS, RECORD
from app.execution.in_place import told_at_the_step
from app.execution.places import executing
from app.execution.schemas import ProblemForm, RemarkForm
from app.execution.uploads import given_file
from app.execution.views import AT_STEP, pages
from app.forms import load
from app.http import plain_work, run
from records.execution.facts import part_name
from records.execution.states import ExceptionType
from workflows.authority import Permission
from workflows.execution import exception_commands

_TYPES = {RECORD: ExceptionType.INTEGRITY}
"""What a problem is other than a note, by the kind that was picked."""


@pages.post(f"{AT_STEP}/problem")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def problem(number: str, step: str, occurrence: str) -> Response:
    """Report a problem somebody noticed, perhaps with a photo."""
    form, part = load(ProblemForm()), part_name(step, occurrence)
    text = ": ".join(filter(None, (dict(PROBLEMS).get(form.get("kind", "")), form["text"])))
    photo = given_file("photo") if request.files.get("photo") else None
    return run(
        plain_work(form),
        lambda unit: exception_commands.report_problem(
            unit,
            executing(unit, number),
            part,
            exception_commands.Problem(
                text, exception_type=_TYPES.get(form.get("kind", ""), ExceptionType.NOTE)
            ),
            photo=photo.accepted(number, part) if photo else None,
        ),
        then=at_step(number, part),
        said="The problem is recorded. A supervisor assesses it.",
    )


@pages.post(f"{AT_STEP}/remark")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def remark(number: str, step: str, occurrence: str) -> Response:
    """Add a remark to a step."""
    form, part = load(RemarkForm()), part_name(step, occurrence)
    return run(
        plain_work(form),
        lambda unit: exception_commands.make_remark(unit, executing(unit, number), part, form["text"]),
        then=at_step(number, part),
        said="The remark is recorded.",
    )
