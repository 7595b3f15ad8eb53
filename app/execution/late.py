"""Late entry: a value of something done earlier, with both times, a reason, a second person (211.100(b))."""

from flask import render_template, request
from werkzeug.wrappers import Response

from app.auth import requires
from app.execution.acts import AT_STEP
from app.execution.page import urls_of
from app.execution.reading import desk_of
from app.execution.schemas import LateForm
from app.execution.views import pages
from app.forms import load
from app.http import plain_work, run
from records.execution.facts import part_name
from workflows.authority import Permission
from workflows.batch.execution_owner import executing_batch
from workflows.execution import commands
from workflows.execution.commands import Given
from workflows.execution.facts import outstanding


@pages.get(f"{AT_STEP}/late")
@requires(Permission.STEP_PERFORM)
def late(number: str, step: str, occurrence: str) -> str:
    """Ask for a value of something done earlier."""
    desk = desk_of(number, step, occurrence)
    asked = [(name, field.label) for field, name in outstanding(desk.facts)]
    return render_template(
        "execution/late.html", desk=desk, asked=asked, urls=urls_of(desk), chosen=request.args.get("name", "")
    )


@pages.post(f"{AT_STEP}/late")
@requires(Permission.STEP_PERFORM)
def enter_late(number: str, step: str, occurrence: str) -> Response:
    """Record a late entry; the step waits for a supervisor who assesses it."""
    form, part = load(LateForm()), part_name(step, occurrence)
    given = Given(raw=form["value"], stated_at=form["stated_at"])
    return run(
        plain_work(form),
        lambda unit: commands.enter_value(unit, executing_batch(unit, number), part, form["name"], given),
        then=f"/batches/{number}/steps/{step}/{occurrence}",
        said="Entered late. A supervisor must assess it before the step can be closed.",
    )
