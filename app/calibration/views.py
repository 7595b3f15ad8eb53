"""Calibration: instruments with their limits and due days, a work order's runs, a run on the tablet."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, words
from app.batch.looking import Act, act, looking
from app.batch.signatures import signatures_of_stream
from app.calibration import reading
from app.forms import FormError
from app.http import read_session
from app.listing import PAGE_SIZE, Asked, csv_file, export_address, heads, pager
from app.names import printed_names
from records.calibration.procedure import procedure_of
from records.calibration.queries import (
    all_certificates,
    content_of_procedure,
    functions_of,
    procedures,
    results_of,
    runs_of_order,
)
from records.calibration.states import Phase, ProcedureState, RunState, RunVerdict
from records.calibration.transfer import Interval
from records.calibration.uncertainty import rounded_up
from records.errors import DomainError
from records.numbers import as_text, parse_decimal
from records.out_of_tolerance.queries import case_by_evidence
from workflows.authority import Permission
from workflows.calibration import lifecycle, run_lifecycle
from workflows.calibration.commands import content_to_sign, procedure_facts
from workflows.calibration.outcome import Outcome, can_be_judged, outcome
from workflows.calibration.run_commands import content_to_complete, content_to_waive
from workflows.calibration.run_facts import RunFacts, order_of, run_facts
from workflows.out_of_tolerance.from_calibration import evidence_of_run
from workflows.perform import Content

pages = Blueprint("calibration", __name__)
VERDICTS = [*words([one.value for one in RunVerdict if one is not RunVerdict.VOID])]


@pages.get("/calibration")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List instruments with their limits, last verdict and due day."""
    what = _asked()
    found = reading.instruments(read_session(), what)
    return render_template(
        "calibration/index.html",
        what=what,
        rows=found[what.first : what.first + PAGE_SIZE],
        heads=heads(reading.COLUMNS, what, "calibration.index"),
        pager=pager(what, len(found), "calibration.index"),
        export_url=export_address(what, "calibration.export"),
        verdicts=VERDICTS,
        bases=reading.BASES,
        range_text=reading.range_text,
    )


@pages.get("/calibration.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand the list out as a file."""
    found = reading.instruments(read_session(), _asked())
    return csv_file("calibration.csv", reading.FILE_HEAD, (one.cells() for one in found))


@pages.get("/calibration/procedures")
@requires(Permission.RECORD_READ)
def procedure_list() -> str:
    """List procedures and their versions."""
    return render_template(
        "calibration/procedures.html", rows=procedures(read_session()), names=printed_names(read_session())
    )


@pages.get("/calibration/procedures/<string:number>")
@requires(Permission.RECORD_READ)
def procedure(number: str) -> str:
    """Show a version of a procedure: what it says, who signed it."""
    session, unit = read_session(), looking()
    facts = procedure_facts(session, number)
    acts = [
        act("check", "Check", lifecycle.CHECK_PROCEDURE, facts, unit.actor),
        act("effective", "Make effective", lifecycle.MAKE_PROCEDURE_EFFECTIVE, facts, unit.actor),
    ]
    return render_template(
        "calibration/procedure.html",
        facts=facts,
        procedure=facts.procedure,
        content=content_to_sign(session, number),
        acts=acts,
        withdraw=act("withdraw", "Withdraw", lifecycle.WITHDRAW_PROCEDURE, facts, unit.actor),
        signatures=signatures_of_stream(session, facts.stream),
    )


@pages.get("/calibration/standards")
@requires(Permission.RECORD_READ)
def standards() -> str:
    """List standards with the certificate in force."""
    return render_template("calibration/standards.html", rows=all_certificates(read_session()))


@pages.get("/calibration/orders/<string:number>")
@requires(Permission.RECORD_READ)
def order(number: str) -> str:
    """Show the runs of a work order, and begin one."""
    session = read_session()
    found = order_of(session, number)
    effective = [one for one in procedures(session) if one.state is ProcedureState.EFFECTIVE]
    units = {
        one.number: procedure_of(content_of_procedure(session, one.number).content).unit for one in effective
    }
    return render_template(
        "calibration/order.html",
        order=found,
        runs=runs_of_order(session, number),
        functions=[(one.name, one.name) for one in functions_of(session, found.asset)],
        procedures=[(one.number, f"{one.number}: {one.title}, {units[one.number]}") for one in effective],
    )


@pages.get("/calibration/runs/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show a run on the tablet: standards, room, point by point, adjustment, verdict."""
    session, unit = read_session(), looking()
    facts = run_facts(session, number, at=unit.at, time_zone=unit.time_zone, person=unit.actor.person)
    page = run_page(replace(facts, use=_use_asked()))
    return render_template(
        "calibration/run.html",
        case=case_by_evidence(session, facts.record.asset, evidence_of_run(facts.record)),
        facts=facts,
        run=facts.record,
        page=page,
        found=reading.points_of(session, facts, Phase.AS_FOUND),
        left=reading.points_of(session, facts, Phase.AS_LEFT) if page.shows_as_left else [],
        found_results=results_of(session, number, Phase.AS_FOUND),
        left_results=results_of(session, number, Phase.AS_LEFT),
        signatures=[one for one in signatures_of_stream(session, facts.stream) if one["part"] == number],
        names=printed_names(session),
        short=reading.short,
        rounded_up=rounded_up,
        figures=reading.figures,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """What may be done on a run's page."""

    acts: dict[str, Act]
    shows_as_left: bool
    reads: Phase | None
    """The phase whose points take readings now."""
    complete: Content | None
    waive: Content | None
    expected: Outcome | None
    """The verdict that completing now would record; None while readings are missing."""
    use: Interval | None
    """The range that use is to be restricted to."""

    @property
    def use_fields(self) -> dict[str, str]:
        """Return the hidden fields of a signing dialog that restricts the use."""
        if self.use is None:
            return {"unsaved": "0"}
        return {"unsaved": "0", "use_lower": as_text(self.use.lower), "use_upper": as_text(self.use.upper)}


def run_page(facts: RunFacts) -> RunPage:
    """Return what may be done on a run now, with every reason why not."""
    unit = looking()
    today = unit.at.astimezone(ZoneInfo(unit.time_zone)).date()
    rows = {
        "lock": ("Lock the as-found readings", run_lifecycle.LOCK),
        "adjust": ("Record the adjustment", run_lifecycle.ADJUST),
        "void": ("Make void", run_lifecycle.VOID),
        "complete": ("Complete and sign", run_lifecycle.COMPLETE),
        "waive": ("Go on without as-found", run_lifecycle.WAIVE),
    }
    looked = replace(facts, reason_given=True)
    is_adjusting = facts.state is RunState.ADJUSTING
    decided = is_adjusting and bool(facts.adjustments)
    can_judge = decided and can_be_judged(facts)
    may_read = facts.state is RunState.AS_FOUND or (decided and facts.needs_as_left)
    return RunPage(
        acts={name: act(name, label, row, looked, unit.actor) for name, (label, row) in rows.items()},
        shows_as_left=facts.state is not RunState.AS_FOUND and facts.needs_as_left,
        reads=facts.phase if may_read else None,
        complete=_to_complete(facts) if can_judge else None,
        waive=_to_waive(facts) if facts.state is RunState.AS_FOUND else None,
        expected=outcome(facts, today) if can_judge else None,
        use=facts.use,
    )


def _to_complete(facts: RunFacts) -> Content:
    unit = looking()
    return content_to_complete(
        unit.session,
        facts.record.number,
        at=unit.at,
        time_zone=unit.time_zone,
        person=unit.actor.person,
        use=facts.use,
    )


def _to_waive(facts: RunFacts) -> Content:
    unit = looking()
    return content_to_waive(
        unit.session,
        facts.record.number,
        at=unit.at,
        time_zone=unit.time_zone,
        person=unit.actor.person,
    )


def _use_asked() -> Interval | None:
    """Return the range that use is to be restricted to, as the address says; None where it says none."""
    lower, upper = request.args.get("use_lower"), request.args.get("use_upper")
    try:
        return Interval(lower=parse_decimal(lower), upper=parse_decimal(upper)) if lower and upper else None
    except DomainError as error:
        raise FormError([error.message]) from error


def _asked() -> Asked:
    return asked_here(reading.SORTS, ("verdict",), default="asset")
