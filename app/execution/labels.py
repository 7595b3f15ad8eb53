"""Labels of dispensed containers: shown, printed, and each print on record (21 CFR 211.125)."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.barcodes import qr_code
from app.execution.labelling import label_by_number
from app.execution.places import RECORDS, executing
from app.execution.reading import floor_of
from app.execution.views import pages
from app.forms import ReasonedForm, load
from app.http import plain_work, run
from app.names import printed_names
from workflows.authority import Permission
from workflows.execution.label_commands import NewPrint, print_label, prints_of

REPRINTED_BECAUSE = (
    ("printer fault", "The printer failed"),
    ("label damaged", "The label was damaged"),
    ("label lost", "The label was lost"),
)


@pages.get(f"{RECORDS}/labels/<string:label>")
@requires(Permission.RECORD_READ)
def label(number: str, label: str) -> str:
    """Show a container's label as it prints."""
    floor = floor_of(number)
    found = label_by_number(floor, label)
    step, _slash, occurrence = found.part.partition("/")
    return render_template(
        "execution/label.html",
        floor=floor,
        label=found,
        prints=prints_of(floor.session, floor.owner.stream, found.number),
        code=qr_code(found.code),
        is_printed=request.args.get("printed") == "1",
        reasons=REPRINTED_BECAUSE,
        names=printed_names(floor.session),
        may_print=floor.actor.may(Permission.STEP_PERFORM) and floor.owner.is_executable,
        step_url=url_for("execution.step", number=number, step=step, occurrence=occurrence),
    )


@pages.post(f"{RECORDS}/labels/<string:label>")
@requires(Permission.STEP_PERFORM)
def print_one(number: str, label: str) -> Response:
    """Record that a label is printed, then show it to the printer; a reprint says why."""
    form = load(ReasonedForm())
    found = label_by_number(floor_of(number), label)
    new = NewPrint(part=found.part, label=found.number, fields=found.fields)
    return run(
        plain_work(form),
        lambda unit: print_label(unit, executing(unit, number), new),
        then=url_for("execution.label", number=number, label=label, printed=1),
    )
