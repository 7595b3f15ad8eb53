"""Everything the trail can say: the closed vocabulary of actions, and the shape of an event's body.

An action is never renamed or reused; a retired one stays here with its sentence, because old events keep it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from audit.chain import b64

CLOCK_TOLERANCE = timedelta(seconds=2)
"""How far apart two writers may commit out of order, and the clocks of two servers stand, without a word."""


class Seal(StrEnum):
    """When the sealer must take an event up (ledger section 5)."""

    SOON = "soon"
    AT_ONCE = "at_once"


class Action(StrEnum):
    """What an event says was done; the docstring of each is the sentence an auditor reads."""

    sentence: str
    seal: Seal

    def __new__(cls, value: str, sentence: str = "", seal: Seal = Seal.SOON) -> Self:
        """Make a member that carries its plain sentence and its sealing class."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        member.seal = seal
        return member

    # people
    PERSON_REGISTER = "person.register", "Person registered"
    PERSON_CHANGE = "person.change", "Person's particulars changed"
    ACCOUNT_OPEN = "account.open", "Account opened", Seal.AT_ONCE
    ACCOUNT_PASSWORD = "account.password", "Password changed", Seal.AT_ONCE
    ACCOUNT_LOCK = "account.lock", "Account locked after failed attempts", Seal.AT_ONCE
    ACCOUNT_UNLOCK = "account.unlock", "Account unlocked", Seal.AT_ONCE
    ACCOUNT_DISABLE = "account.disable", "Account disabled", Seal.AT_ONCE
    ACCOUNT_FAILED = "account.fail", "Failed attempt to identify"
    ACCOUNT_CLEARED = "account.clear", "Failed attempts cleared by the right password"
    ROLE_GRANT = "role.grant", "Role granted", Seal.AT_ONCE
    ROLE_REVOKE = "role.revoke", "Role revoked", Seal.AT_ONCE
    LOGIN = "session.login", "Signed in"
    LOGOUT = "session.logout", "Signed out"
    LOCK = "session.lock", "Screen locked"
    UNLOCK = "session.unlock", "Screen unlocked"
    POLICY_PUBLISH = "policy.publish", "Policy of signatures published", Seal.AT_ONCE
    TRAINING_RECORD = "training.record", "Training recorded"
    TRAINING_WITHDRAW = "training.withdraw", "Record of training withdrawn"
    # materials
    MATERIAL_DEFINE = "material.define", "Material defined"
    LOT_RECEIVE = "lot.receive", "Lot received"
    LOT_STATUS = "lot.status", "Lot status changed"
    LOT_MOVE = "lot.move", "Quantity moved"
    LOT_BALANCE = "lot.balance", "Lot balance changed"
    CONTAINER_FILL = "container.fill", "Container filled and labelled"
    CONTAINER_MOVE = "container.move", "Container changed state"
    # equipment
    EQUIPMENT_DEFINE = "equipment.define", "Equipment role defined"
    ASSET_REGISTER = "asset.register", "Asset registered"
    ASSET_MAP = "asset.map", "Asset mapped to a role"
    ASSET_UNMAP = "asset.unmap", "Asset's mapping to a role ended"
    STATE_BEGIN = "asset.state.begin", "Equipment state began"
    STATE_END = "asset.state.end", "Equipment state ended"
    # calibration
    FUNCTION_DEFINE = "calibration.function.define", "Instrument function and its limits defined"
    CALIBRATION_PROCEDURE_WRITE = "calibration.procedure.write", "Calibration procedure written"
    CALIBRATION_PROCEDURE_STATE = "calibration.procedure.state", "Calibration procedure moved on"
    CERTIFICATE_RECORD = "calibration.certificate.record", "Certificate of a standard recorded"
    CALIBRATION_BEGIN = "calibration.begin", "Calibration begun, its limits frozen"
    CALIBRATION_STANDARD = "calibration.standard.use", "Standard taken into use"
    CALIBRATION_CONDITION = "calibration.condition.read", "Condition of the environment recorded"
    CALIBRATION_READ = "calibration.reading.record", "Calibration reading recorded"
    CALIBRATION_CORRECT = "calibration.reading.correct", "Calibration reading corrected"
    CALIBRATION_LOCK = "calibration.as_found.lock", "As-found readings locked"
    CALIBRATION_WAIVE = "calibration.as_found.waive", "Calibration without as-found approved", Seal.AT_ONCE
    CALIBRATION_ADJUST = "calibration.adjust", "Adjustment recorded"
    CALIBRATION_RESULT = "calibration.result", "Result at a calibration point"
    CALIBRATION_STATE = "calibration.state", "Calibration moved on"
    # masters
    MASTER_LOAD = "master.load", "Master version loaded"
    MASTER_STATE = "master.state", "Master version moved on"
    MASTER_TEST = "master.test", "Test case of a master executed"
    # batches
    ORDER_PLAN = "order.plan", "Production order planned"
    ORDER_STATE = "order.state", "Production order moved on"
    BATCH_CREATE = "batch.create", "Batch created"
    BATCH_FREEZE = "batch.freeze", "Control recipe frozen for the batch"
    BATCH_STATE = "batch.state", "Batch moved on"
    BATCH_DISPOSE = "batch.dispose", "Disposition decided", Seal.AT_ONCE
    STREAM_CLOSE = "stream.close", "Record closed", Seal.AT_ONCE
    # execution
    STEP_START = "step.start", "Step started"
    STEP_STATE = "step.state", "Step moved on"
    STEP_NOT_APPLICABLE = "step.not_applicable", "Step not applicable"
    ENTRY_RECORD = "step.entry.record", "Value recorded"
    ENTRY_CORRECT = "step.entry.correct", "Value corrected"
    TRAINING_STATE = "step.training.state", "Training of a person frozen into the record"
    EQUIPMENT_USE = "step.equipment.use", "Equipment taken into use, its state frozen"
    EQUIPMENT_END = "step.equipment.end", "Equipment's state read again at the end of the step"
    SCAN_REFUSE = "step.scan.refuse", "Scan refused"
    LIMIT_START = "step.time_limit.start", "Time limit began to run"
    LIMIT_END = "step.time_limit.end", "Time limit ended"
    LIMIT_BREACH = "step.time_limit.breach", "Time limit breached"
    VERIFICATION_REQUEST = "step.verification.request", "Second person asked for"
    VERIFICATION_ANSWER = "step.verification.answer", "Second person answered"
    FILE_ATTACH = "step.file.attach", "File attached"
    LABEL_PRINT = "step.label.print", "Label printed"
    REMARK = "record.remark", "Remark made"
    EXCEPTION_OPEN = "exception.open", "Exception opened"
    EXCEPTION_STATE = "exception.state", "Exception moved on"
    EXECUTION_HOLD = "execution.hold", "Execution stopped until a work order has ended"
    EXECUTION_RELEASE = "execution.release", "Execution no longer stopped by a work order"
    GENEALOGY_LINK = "genealogy.link", "Genealogy edge added"
    # maintenance
    WORK_ORDER_RAISE = "work_order.raise", "Work order raised"
    WORK_ORDER_CHANGE = "work_order.change", "Work order changed"
    WORK_ORDER_STATE = "work_order.state", "Work order moved on"
    WORK_ORDER_FREEZE = "work_order.freeze", "Procedure frozen for the work order"
    LABOUR_START = "work_order.labour.start", "Work on the order began to be timed"
    LABOUR_STOP = "work_order.labour.stop", "Work on the order stopped being timed"
    PART_USE = "work_order.part", "Part used for the work order"
    FAILURE_REPORT = "work_order.failure", "Failure told in codes"
    WORK_ORDER_ALTER = "work_order.alter", "Part or firmware of the asset changed"
    WORK_ORDER_CHECK = "work_order.check", "Asset verified after its repair"
    WORK_ORDER_ASSESS = "work_order.assess", "Effect on the qualified state assessed"
    # plans of maintenance
    PLAN_DRAFT = "plan.draft", "Maintenance plan drafted"
    PLAN_STATE = "plan.state", "Maintenance plan moved on"
    PLAN_ENROL = "plan.enrol", "Asset put under a maintenance plan"
    PLAN_CYCLE = "plan.cycle", "Cycle of maintenance began"
    PLAN_FIX = "plan.fix", "Due date fixed by its work order"
    PLAN_EXTEND = "plan.extend", "Due date extended"
    METER_DEFINE = "meter.define", "Meter defined"
    METER_READ = "meter.read", "Meter read"
    ASSET_EVENT = "asset.event", "Event that counts towards maintenance recorded"
    # review
    REVIEW_DECIDE = "review.decide", "Reviewed"
    INVESTIGATION_OPEN = "investigation.open", "Investigation opened"
    INVESTIGATION_CHANGE = "investigation.change", "Investigation changed"
    # instruments out of tolerance
    TOLERANCE_OPEN = "tolerance.open", "Instrument out of tolerance: case opened", Seal.AT_ONCE
    TOLERANCE_FIND = "tolerance.find", "Record reached by an instrument out of tolerance", Seal.AT_ONCE
    TOLERANCE_DECIDE = "tolerance.decide", "Finding of an instrument out of tolerance decided"
    TOLERANCE_CLOSE = "tolerance.close", "Case of an instrument out of tolerance closed"
    # signatures and the trail itself
    SIGNATURE_APPLY = "sig.apply", "Signed", Seal.AT_ONCE
    SIGNATURE_SUPERSEDE = "sig.superseded", "Signature no longer covers the changed content", Seal.AT_ONCE
    RECORD_EXPORT = "record.export", "Copy exported", Seal.AT_ONCE
    DENIED = "denied", "Refused"
    INTEGRITY_FAILED = "integrity.failed", "Stored data found altered against the audit trail", Seal.AT_ONCE
    SIGNING_REPLAYED = "sig.replayed", "Signing dialog sent a second time, and refused", Seal.AT_ONCE
    CLOCK_ANOMALY = "clock.anomaly", "The server's clock stood before what was recorded already"
    SITE_SET = "site.set", "Site setting recorded", Seal.AT_ONCE


@dataclass(frozen=True, slots=True)
class Who:
    """Who acted: the person, the account used, the login; `system` where no person acted."""

    person: str
    account: str
    login: str

    def content(self) -> dict[str, str]:
        """Return the body's actor object."""
        return {"cred": self.account, "id": self.person, "sess": self.login}


SYSTEM = Who(person="system", account="system", login="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every event of one transaction shares."""

    origin: str
    at: str
    monotonic: int
    tx: str
    who: Who
    code: str
    reason: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One change of one row, as one event will tell it."""

    stream: str
    action: Action
    table: str
    row: str
    rev: int
    state: bytes
    changed: tuple[Mapping[str, Any], ...]


def body(
    envelope: Envelope, change: RowChange, *, eid: str, seq: int, prev: bytes, ts: str
) -> dict[str, Any]:
    """Return the event body of ledger section 4, before it is encoded."""
    return {
        "v": 1,
        "alg": "sha256",
        "log": envelope.origin,
        "eid": eid,
        "stream": change.stream,
        "seq": seq,
        "prev": b64(prev),
        "ts": ts,
        "mono": envelope.monotonic,
        "tx": envelope.tx,
        "actor": envelope.who.content(),
        "action": change.action.value,
        "code": envelope.code,
        "rec": {"type": change.table, "id": change.row, "rev": change.rev},
        "state": b64(change.state),
        "ch": list(change.changed),
        "reason": dict(envelope.reason) if envelope.reason else None,
    }
