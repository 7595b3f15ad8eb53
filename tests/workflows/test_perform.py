"""The one write path: everything checked, everything told, or nothing done (21 CFR 11.10(e)-(g), 11.70)."""

import json
from dataclasses import replace
from datetime import timedelta
from unicodedata import normalize
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.trail.verification import verify
from audit.chain import b64
from audit.events import Action
from audit.findings import Verdict
from audit.models import DeniedAttempt, audit_event
from records.base import UnprotectedTableError
from records.errors import StaleError
from records.execution.models import Attachment, Remark
from records.personnel.models import Person
from records.personnel.states import PersonState
from records.times import to_text
from signatures.accountability import NO_POLICY, Accountability
from signatures.components import Authenticated
from signatures.manifest import Shown, SigningSeries
from signatures.meaning import Meaning
from signatures.models import Account, AccountState, Signature, SignatureVoid
from tests.ledger import ANY_ACT, AT, NOVAK, LedgerStore, Thing, attach
from tests.signers import ACKNOWLEDGED
from workflows.authority import SYSTEM, Permission
from workflows.machine import Transition
from workflows.payment import UnpaidError
from workflows.perform import Content, Reason, RefusedError, SigningAct, perform, record_denied

BATCH = "batch/TB-1"
DISPOSE = Transition(
    act="dispose",
    words="dispose of the batch",
    permission=Permission.BATCH_DISPOSE,
    event=Action.BATCH_DISPOSE,
    sources=frozenset({PersonState.ACTIVE}),
    meaning=Meaning.RELEASED,
    guards=(lambda thing, _: f"{thing.title} is on hold.", lambda *_: None, lambda *_: "Steps are open."),
    reason_required=True,
)
SIGN = Transition(
    act="sign",
    words="sign the step",
    permission=Permission.STEP_SUPERVISE,
    event=Action.STEP_STATE,
    meaning=Meaning.PERFORMED,
)
OWED = (
    "T. Novak has not acknowledged version 2 of the policy of signatures. "
    "Read it and sign it on the page Policy (/policy), then sign here."
)
CONTENT = Content.of("2.9/1", {"value": "12.10"}, "LOD 12.10 %")


def signing(
    given: Content = CONTENT,
    /,
    person: str = NOVAK.person,
    accountability: Accountability = ACKNOWLEDGED,
    meanings=None,
    **shown: str,
) -> SigningAct:
    """A signature about to be given by a person who was shown this content."""
    series = SigningSeries(login="login-1", number=1, is_first=True)
    signer = Authenticated(
        person=person,
        printed_name="T. Novak",
        account=person,
        series=series,
        method="password",
        components=("user_name", "password"),
        checked_at=AT,
        accountability=accountability,
    )
    seen = {"part": given.part, "content": given.digest, "rendering": given.rendering}
    return SigningAct(signer=signer, shown=Shown(nonce=uuid4().hex, **(seen | shown)), meanings=meanings)


def remark(changes, text: str = "seen", **given):
    return changes.insert(Remark, Action.REMARK, text=text, made_at=AT, made_by=NOVAK.person, **given)


def photo(store: LedgerStore, part: str, text: str = "a photo"):
    """A change of a step's content: a photo is attached to it."""

    def change(changes):
        changes.insert(
            Attachment,
            Action.FILE_ATTACH,
            part=part,
            field="label",
            media_type="image/png",
            file_name="label.png",
            attached_at=AT,
            attached_by=NOVAK.person,
            **attach(store.files, text.encode()),
        )

    return change


def sign_step(store: LedgerStore, content: Content = CONTENT) -> None:
    with store.work(signing=signing(content)) as work:
        perform(work, SIGN, _batch(), content=content)


def _batch() -> Thing:
    return Thing(BATCH)


def rows(store: LedgerStore, model):
    with Session(store.engine) as session:
        return session.scalars(select(model).order_by(model.id)).all()


def events(store: LedgerStore, stream: str = BATCH) -> list[dict]:
    with store.engine.connect() as connection:
        found = connection.execute(
            select(audit_event.c.body).where(audit_event.c.stream == stream).order_by(audit_event.c.seq)
        )
        return [json.loads(body) for (body,) in found]


def register(store: LedgerStore) -> None:
    store.change(
        lambda changes: changes.insert(
            Person, Action.PERSON_REGISTER, number="p-1", printed_name="A. Reyes", state=PersonState.ACTIVE
        ),
        "person/p-1",
    )


# what is told


@pytest.mark.requirement("P11-10e-1")
def test_change_is_told_with_who_when_what_old_new_and_why(store):
    register(store)
    (person,) = rows(store, Person)

    store.change(
        lambda changes: changes.update(person, Action.PERSON_CHANGE, state=PersonState.LEFT),
        "person/p-1",
        AT + timedelta(minutes=1),
        reason=Reason(code="left", text="retired"),
    )

    told = events(store, "person/p-1")[1]
    assert {name: told[name] for name in ("actor", "ts", "action", "rec", "ch", "reason", "seq", "code")} == {
        "actor": {"cred": "t.novak", "id": "t.novak", "sess": "login-1"},
        "ts": "2026-11-02T07:01:00.000000Z",
        "action": "person.change",
        "rec": {"type": "person", "id": "1", "rev": 2},
        "ch": [{"p": "/state", "o": "active", "n": "left"}],
        "reason": {"code": "left", "text": "retired"},
        "seq": 2,
        "code": "countersign tests",
    }


def test_new_row_is_told_column_by_column(store):
    register(store)

    (told,) = events(store, "person/p-1")
    assert told["ch"] == [
        {"p": "/number", "o": None, "n": "p-1"},
        {"p": "/printed_name", "o": None, "n": "A. Reyes"},
        {"p": "/state", "o": None, "n": "active"},
    ]


def test_secret_is_covered_by_the_digest_and_never_told(store):
    def change(changes):
        account = changes.insert(
            Account,
            Action.ACCOUNT_OPEN,
            user_name="a.reyes",
            user_name_key="a.reyes",
            person="p-1",
            state=AccountState.ACTIVE,
            password_hash="argon2id-one",
            password_set_at=AT,
            must_change=True,
            failures=0,
        )
        changes.update(account, Action.ACCOUNT_PASSWORD, password_hash="argon2id-two")

    store.change(change, "account/a.reyes")

    told = json.dumps(events(store, "account/a.reyes"))
    store.drop_guards()
    store.run("UPDATE account SET password_hash = 'argon2id-planted'")
    (finding,) = store.findings()
    assert ("argon2id" in told, finding.code, "argon2id" in str(finding)) == (False, "STATE_MISMATCH", False)


def test_receipt_is_the_hash_of_each_event(store):
    with store.work() as work:
        perform(work, ANY_ACT, Thing(), lambda changes: [remark(changes), remark(changes, "again")])

    hashes = store.run("SELECT event_hash FROM audit_event ORDER BY seq")
    assert work.receipt == tuple(b64(bytes(digest)) for (digest,) in hashes)


def test_rows_of_several_records_are_told_each_in_its_own_stream(store):
    def change(changes):
        for stream in ("lot/b", "batch/TB-1", "lot/a", "lot/b"):
            remark(changes, stream, stream=stream)

    store.change(change)

    found = {
        stream: [event["seq"] for event in events(store, stream)] for stream in ("lot/a", "lot/b", BATCH)
    }
    assert found == {"lot/a": [1], "lot/b": [1, 2], BATCH: [1]}
    assert store.findings() == []


def test_transition_moves_the_record_and_tells_it(store):
    register(store)
    (person,) = rows(store, Person)
    leave = replace(ANY_ACT, event=Action.PERSON_CHANGE, target=PersonState.LEFT)

    with store.work() as work:
        person.title = "Person p-1"
        perform(work, leave, person)

    assert [(row.state, row.rev) for row in rows(store, Person)] == [(PersonState.LEFT, 2)]
    assert events(store, "person/p-1")[1]["ch"] == [{"p": "/state", "o": "active", "n": "left"}]


def test_note_tells_of_a_row_and_changes_nothing(store):
    register(store)
    (person,) = rows(store, Person)

    store.change(lambda changes: changes.note(person, Action.RECORD_EXPORT, form="pdf", head=1), "person/p-1")

    told = events(store, "person/p-1")
    assert told[1]["state"] == told[0]["state"]
    assert (told[1]["rec"], told[1]["ch"]) == (
        {"type": "person", "id": "1", "rev": 1},
        [{"p": "/form", "o": None, "n": "pdf"}, {"p": "/head", "o": None, "n": 1}],
    )
    assert store.findings() == []


def test_text_is_normalised_when_it_is_entered(store):
    store.change(lambda changes: remark(changes, "Mu\u0308ller"))

    assert [row.text for row in rows(store, Remark)] == [normalize("NFC", "Mu\u0308ller")]
    assert store.findings() == []


# what is refused


@pytest.mark.requirement("P11-10f-1")
def test_every_reason_for_a_refusal_is_told_at_once(store):
    left = replace(_batch(), state=PersonState.LEFT, rev=3)

    with pytest.raises(RefusedError) as refused, store.work(expected_rev=2) as work:
        perform(work, DISPOSE, left, content=CONTENT)

    assert refused.value.reasons == [
        "T. Novak is not authorised to release or reject batches for the quality unit.",
        "Cannot dispose of the batch: Batch TB-1 is left.",
        "Batch TB-1 is on hold.",
        "Steps are open.",
        "A reason is needed to dispose of the batch.",
        "A signature is needed to dispose of the batch.",
        "The record has changed since you read it. Read it again, then decide.",
    ]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_reason_without_words_is_none(store, text):
    needs_reason = replace(ANY_ACT, reason_required=True)

    with pytest.raises(RefusedError) as refused, store.work(reason=Reason(code="other", text=text)) as work:
        perform(work, needs_reason, Thing())

    assert refused.value.reasons == ["A reason is needed to do anything."]


@pytest.mark.requirement("P11-10f-1")
def test_refused_act_changes_nothing(store):
    called = []
    with pytest.raises(RefusedError), store.work() as work:
        perform(work, DISPOSE, _batch(), called.append, content=CONTENT)

    assert (called, rows(store, Remark), events(store)) == ([], [], [])


@pytest.mark.requirement("P11-10f-1")
def test_refused_attempt_is_kept_with_every_reason_in_a_stream_of_its_own(store):
    with pytest.raises(RefusedError) as refused, store.work() as work:
        perform(work, DISPOSE, _batch(), content=CONTENT)
    with store.work() as work:
        record_denied(work, refused.value, submitted='{"decision":"released"}')

    (kept,) = rows(store, DeniedAttempt)
    assert (kept.stream, kept.target, kept.part, kept.act, kept.person, kept.at, kept.submitted) == (
        "denied/batch/TB-1",
        BATCH,
        "2.9/1",
        "dispose",
        "t.novak",
        to_text(AT),
        '{"decision":"released"}',
    )
    assert kept.reasons.splitlines() == refused.value.reasons
    assert [event["action"] for event in events(store, "denied/batch/TB-1")] == ["denied"]
    assert (events(store), store.findings()) == ([], [])


def test_software_acts_only_where_the_transition_says_so(store):
    by_person = replace(ANY_ACT, by_system=False)

    with store.work(actor=SYSTEM) as work:
        perform(work, ANY_ACT, Thing(), remark)
    with pytest.raises(RefusedError), store.work(actor=SYSTEM) as work:
        perform(work, by_person, Thing(), remark)

    assert [event["actor"]["id"] for event in events(store)] == ["system"]


@pytest.mark.requirement("P11-10e-3")
def test_revision_of_a_row_that_someone_else_revised_is_refused(store):
    register(store)
    (mine,), (theirs,) = rows(store, Person), rows(store, Person)
    store.change(
        lambda c: c.update(theirs, Action.PERSON_CHANGE, printed_name="A. Reyes-Ortega"), "person/p-1"
    )

    with pytest.raises(StaleError):
        store.change(lambda c: c.update(mine, Action.PERSON_CHANGE, state=PersonState.LEFT), "person/p-1")

    assert [(row.printed_name, row.state, row.rev) for row in rows(store, Person)] == [
        ("A. Reyes-Ortega", PersonState.ACTIVE, 2)
    ]
    assert (len(events(store, "person/p-1")), store.findings()) == (2, [])


@pytest.mark.requirement("P11-10e-2")
@pytest.mark.parametrize("change", ["added", "altered", "deleted"])
def test_row_written_around_the_write_path_is_refused(store, change):
    register(store)

    with Session(store.engine) as session:
        person = session.scalars(select(Person)).one()
        if change == "added":
            session.add(Remark(stream=BATCH, rev=1, text="quiet", made_at=AT, made_by="x"))
        elif change == "altered":
            person.printed_name = "Somebody Else"
        else:
            session.delete(person)
        with pytest.raises(UnprotectedTableError, match="protected rows are written by"):
            session.commit()

    assert ([row.printed_name for row in rows(store, Person)], rows(store, Remark)) == (["A. Reyes"], [])


# all or nothing


@pytest.mark.requirement("ATK-13")
def test_act_that_breaks_off_leaves_neither_row_nor_event(store):
    with pytest.raises(ZeroDivisionError), store.work() as work:
        perform(work, ANY_ACT, Thing(), lambda changes: remark(changes) and 1 / 0)

    assert (rows(store, Remark), events(store)) == ([], [])


@pytest.mark.requirement("ATK-10")
@pytest.mark.requirement("ATK-12")
@pytest.mark.parametrize("table", ["audit_event", "stream_head", "seal_outbox"])
def test_change_whose_event_cannot_be_written_does_not_happen(store, table):
    store.run(f"ALTER TABLE {table} RENAME TO gone")

    with pytest.raises(DBAPIError):
        store.change(remark)

    store.run(f"ALTER TABLE gone RENAME TO {table}")
    assert (rows(store, Remark), events(store)) == ([], [])


@pytest.mark.requirement("ATK-12")
@pytest.mark.requirement("ATK-13")
def test_commit_again_after_events_could_not_be_written_writes_nothing(store):
    def act(work):
        perform(work, SIGN, _batch(), photo(store, CONTENT.part), content=CONTENT)
        with pytest.raises(RuntimeError, match="which it signs"):
            work.session.commit()

    with pytest.raises(UnpaidError), store.work(signing=signing()) as work:
        act(work)
    store.change(remark)

    assert (rows(store, Attachment), rows(store, Signature)) == ([], [])
    assert [event["action"] for event in events(store)] == ["record.remark"]


# the clock


@pytest.mark.requirement("ATK-14")
def test_clock_that_went_back_is_told_and_order_stays(store):
    store.change(remark)
    store.change(lambda changes: [remark(changes, "a"), remark(changes, "b")], at=AT - timedelta(hours=2))
    store.change(remark, at=AT + timedelta(hours=1))

    told = events(store)
    assert [(event["action"], event["ts"]) for event in told] == [
        ("record.remark", "2026-11-02T07:00:00.000000Z"),
        ("clock.anomaly", "2026-11-02T07:00:00.000000Z"),
        ("record.remark", "2026-11-02T07:00:00.000000Z"),
        ("record.remark", "2026-11-02T07:00:00.000000Z"),
        ("record.remark", "2026-11-02T08:00:00.000000Z"),
    ]
    assert told[1]["ch"] == [
        {"p": "/clock", "o": "2026-11-02T07:00:00.000000Z", "n": "2026-11-02T05:00:00.000000Z"}
    ]
    assert store.findings() == []


@pytest.mark.requirement("ATK-14")
@pytest.mark.parametrize("stream", ["batch/TB-2", "batch/TB-3"])
def test_clock_set_back_is_told_in_the_next_record_written_known_or_new(store, stream):
    store.change(remark, "batch/TB-2", at=AT - timedelta(hours=3))
    store.change(remark)
    store.change(
        lambda changes: [remark(changes, "a"), remark(changes, "b")], stream, AT - timedelta(hours=2)
    )
    store.change(remark, "batch/TB-4", at=AT - timedelta(hours=1))

    told = [(event["action"], event["ts"], event["ch"]) for event in events(store, stream)[-3:]]
    change = {"p": "/clock", "o": "2026-11-02T07:00:00.000000Z", "n": "2026-11-02T05:00:00.000000Z"}
    assert told[0] == ("clock.anomaly", "2026-11-02T05:00:00.000000Z", [change])
    assert [action for action, _ts, _ch in told[1:]] == ["record.remark", "record.remark"]
    assert [event["action"] for event in events(store, "batch/TB-4")] == ["record.remark"], "told once"
    report = verify(store.evidence)
    assert (report.result.findings.kept, report.result.set_back) == ([], 1)
    assert "stood before what was recorded already (events clock.anomaly): 1 time." in report.text()


@pytest.mark.requirement("ATK-14")
def test_writers_a_moment_apart_are_no_clock_set_back(store):
    store.change(remark)
    store.change(remark, "batch/TB-2", at=AT - timedelta(seconds=2))

    assert [event["action"] for event in events(store, "batch/TB-2")] == ["record.remark"]


# signatures


@pytest.mark.parametrize(("part", "like_it"), [("2_9/1", "2x9/1"), ("1.1a/1", "1.1A/1"), ("%", "2.9/1")])
def test_signature_follows_an_event_about_its_own_part_and_none_that_looks_like_it(store, part, like_it):
    store.change(photo(store, part))
    others = [photo(store, like_it, f"another photo {number}") for number in range(120)]
    store.change(lambda changes: [other(changes) for other in others])
    sign_step(store, Content.of(part, {"value": "12.10"}, "LOD 12.10 %"))

    (signature,) = rows(store, Signature)
    ((first,),) = store.run("SELECT event_hash FROM audit_event WHERE seq = 1")
    assert json.loads(signature.manifest)["after"] == b64(bytes(first))


@pytest.mark.requirement("P11-10a-1")
def test_signature_names_the_event_it_follows_and_the_record_verifies(store):
    store.change(photo(store, "2.9/1"))
    store.change(photo(store, "3.1/1", "another photo"))
    sign_step(store)

    (signature,) = rows(store, Signature)
    manifest = json.loads(signature.manifest)
    ((first,), *_) = store.run("SELECT event_hash FROM audit_event WHERE seq = 1")
    assert (manifest["after"], manifest["part"], manifest["content"], manifest["meaning"]["code"]) == (
        b64(bytes(first)),
        "2.9/1",
        CONTENT.digest,
        "performed",
    )
    assert [event["action"] for event in events(store)][2:] == ["sig.apply"]
    assert verify(store.evidence).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (None, "A signature is needed to sign the step."),
        (signing(person="h.brandt"), "The signature is another person's than the one who acts."),
        (
            signing(content="another"),
            "The content has changed since it was shown to you. Read it again, then sign.",
        ),
        (
            signing(rendering="another"),
            "The content has changed since it was shown to you. Read it again, then sign.",
        ),
        (
            signing(part="3.1/1"),
            "The content has changed since it was shown to you. Read it again, then sign.",
        ),
    ],
)
def test_signature_for_something_else_than_was_shown_is_refused(store, act, reason):
    with pytest.raises(RefusedError) as refused, store.work(signing=act) as work:
        perform(work, SIGN, _batch(), content=CONTENT)

    assert (refused.value.reasons, rows(store, Signature)) == ([reason], [])


@pytest.mark.requirement("P11-10j-1")
@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (None, NO_POLICY),
        ("2", OWED),
    ],
)
def test_signer_who_owes_the_policy_signs_nothing_but_the_policy(store, version, reason):
    act = signing(accountability=Accountability(version=version, is_acknowledged=False))

    with pytest.raises(RefusedError) as refused, store.work(signing=act) as work:
        perform(work, SIGN, _batch(), content=CONTENT)
    with store.work(signing=act) as work:
        perform(work, replace(SIGN, before_policy=True), _batch(), content=CONTENT)

    assert (refused.value.reasons, len(rows(store, Signature))) == ([reason], 1)


@pytest.mark.requirement("P11-10j-1")
def test_evidence_of_a_signature_names_the_policy_acknowledged(store):
    sign_step(store)

    assert [row.evidence["policy_of_signatures"] for row in rows(store, Signature)] == ["1"]


def test_signing_what_the_same_act_changes_is_refused(store):
    with pytest.raises(RuntimeError, match="change it first"), store.work(signing=signing()) as work:
        perform(work, SIGN, _batch(), photo(store, "2.9/1"), content=CONTENT)

    assert (rows(store, Signature), rows(store, Attachment)) == ([], [])


def test_change_voids_exactly_the_signatures_over_what_changed(store):
    step, other = CONTENT, Content.of("3.1/1", {"value": "1"}, "1")
    whole = Content.of("record", {"all": "1"}, "all")
    for content in (step, other, whole):
        sign_step(store, content)

    store.change(photo(store, "2.9/1"))

    signed = {row.id: row.part for row in rows(store, Signature)}
    voided = [(signed[row.signature_id], row.cause) for row in rows(store, SignatureVoid)]
    assert voided == [
        ("2.9/1", "The content of 2.9/1 changed."),
        ("record", "The content of record changed."),
    ]
    assert [event["action"] for event in events(store)][3:] == [
        "step.file.attach",
        "sig.superseded",
        "sig.superseded",
    ]
    assert store.findings() == []


def test_change_that_is_no_content_voids_no_signature(store):
    sign_step(store)

    store.change(remark)

    assert rows(store, SignatureVoid) == []


def test_signature_is_voided_once(store):
    sign_step(store)
    store.change(photo(store, "2.9/1"))

    store.change(photo(store, "2.9/1", "another photo"))

    assert len(rows(store, SignatureVoid)) == 1
