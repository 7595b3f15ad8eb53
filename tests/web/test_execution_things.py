"""Scans, timers, photos, labels and what a code opens, in the browser."""

# ruff: noqa: F811 -- fixtures of tests/web/floor.py

import re
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from audit.models import DeniedAttempt
from records.equipment.states import Axis
from records.execution.models import BatchException, LabelPrint, ScanAttempt
from records.material.models import Container
from records.material.states import LotState
from tests.web.conftest import Page
from tests.web.floor import (  # noqa: F401 -- fixtures
    PREMIX,
    TABLETS,
    at,
    clock,
    entries,
    hands,
    reyes,
    robot,
    stage,
    stages,
    standing_at,
    store_url,
)
from workflows.equipment.commands import begin_state
from workflows.equipment.facts import NewState
from workflows.material.commands import set_lot_status

BALANCES, PARACETAMOL = "1.2a/1", "1.3/1"


def enter(browser, part, name, value, source="manual", **more):
    fields = {"name": name, "value": value, "value_source": source, "complete": "1", **more}
    return browser.post(f"{at(part)}/values", fields)


def scan(browser, part, name, code):
    return enter(browser, part, name, code, "scan")


def exceptions(store):
    store.rollback()
    return [(one.exception_type.value, one.text) for one in store.scalars(select(BatchException))]


# Scans


@standing_at(BALANCES)
def test_right_scan_is_accepted_and_the_next_one_is_asked_for(reyes, entries):
    page = reyes.follow(scan(reyes, BALANCES, "bal_014", "EQ:BAL-014"))

    assert "Scan BAL-021" in page.text
    assert "Scan BAL-014: BAL-014 is saved" in page.text
    assert entries(BALANCES) == [("bal_014", "BAL-014")]


@standing_at(BALANCES)
def test_wrong_scan_says_why_is_kept_as_an_attempt_and_leaves_the_field(reyes, entries, store):
    page = reyes.follow(scan(reyes, BALANCES, "bal_014", "EQ:BAL-021"))

    assert "Refused EQ:BAL-021 BAL-021 was scanned; this step uses BAL-014." in page.text
    assert entries(BALANCES) == []
    assert [(one.field, one.raw) for one in store.scalars(select(ScanAttempt))] == [("bal_014", "EQ:BAL-021")]
    assert exceptions(store) == [("identity", "Wrong scan: BAL-021 was scanned; this step uses BAL-014.")]


@standing_at(BALANCES)
def test_program_is_told_of_a_wrong_scan_by_a_problem_document_and_again_where_it_asks_again(reyes, store):
    given = {"name": "bal_014", "value": "EQ:BAL-021", "value_source": "scan"}

    answers = [reyes.post(f"{at(BALANCES)}/values", given, key="K-1", json=True) for _once in range(2)]

    assert [(one.status_code, one.mimetype) for one in answers] == [(409, "application/problem+json")] * 2
    assert [one.json["refusals"] for one in answers] == [
        ["BAL-021 was scanned; this step uses BAL-014."],
        ["This was refused when it was first sent. The page it leads to says why."],
    ]
    assert {one.json["location"] for one in answers} == {at(BALANCES)}
    assert [one.raw for one in store.scalars(select(ScanAttempt))] == ["EQ:BAL-021"]


@standing_at(BALANCES)
def test_code_of_another_kind_of_thing_says_so(reyes):
    page = reyes.follow(scan(reyes, BALANCES, "bal_014", "LOT:26-001"))

    assert "LOT:26-001 is the code of a lot; Scan BAL-014 asks for a piece of equipment." in page.text


@standing_at(BALANCES)
def test_typed_code_leaves_a_note_and_its_reason(reyes, store):
    enter(reyes, BALANCES, "bal_014", "BAL-014", value_reason="label damaged")

    assert exceptions(store) == [("process", "Scan BAL-014: the code BAL-014 was typed instead of scanned.")]


@standing_at(PARACETAMOL)
def test_lot_that_is_not_released_is_refused_in_words(browser_of, hands):
    hands.act("h.brandt", lambda unit: set_lot_status(unit, "26-001", LotState.ON_HOLD), reason="Complaint")
    reyes = browser_of("a.reyes")

    page = reyes.follow(scan(reyes, PARACETAMOL, "lot", "LOT:26-001"))

    assert "Refused LOT:26-001" in page.text
    assert "on hold" in page.text


@standing_at("1.2b/1")
@pytest.mark.requirement("ATK-41")
def test_equipment_that_may_not_be_used_stops_the_step_before_it_starts(browser_of, hands, entries):
    down = NewState(axis=Axis.SERVICE, value="out_of_service", cause="dropped")
    hands.act("k.ito", lambda unit: begin_state(unit, "A-0001", down))
    reyes = browser_of("a.reyes")
    said = "BAL-014 (A-0001) service is out of service"

    page = reyes.page(at("1.2b/1"))
    answer = enter(reyes, "1.2b/1", "floor", "50.001")

    assert said in page.text
    assert page.all("input", name="value") == []
    assert (answer.status_code, said in Page(answer.text).text) == (409, True)
    assert entries("1.2b/1") == []


@standing_at("2.2/1")
def test_container_is_charged_once_and_its_page_names_what_is_left(browser_of):
    reyes = browser_of("a.reyes")
    page = reyes.follow(scan(reyes, "2.2/1", "vessel", "EQ:RMG-03"))
    assert (
        "Dispensed and not charged yet: TB-0001-PARA-1 (125.754 kg), TB-0001-PARA-2 (125.754 kg)."
        in page.text
    )

    scan(reyes, "2.2/1", "container_para", "CNT:TB-0001-PARA-1")
    page = reyes.follow(scan(reyes, "2.2/1", "container_starch", "CNT:TB-0001-PARA-1"))

    assert "Container TB-0001-PARA-1 holds MAT-PARA; MAT-STAR is charged here." in page.text
    assert "it cannot be charged again" in page.text


# Timers


def press(browser, mark):
    return browser.post(f"{at('2.3/1')}/timer", {"name": "elapsed", "mark": mark})


@standing_at("2.3/1")
def test_timer_runs_on_the_servers_clock_on_every_device(reyes, browser_of, clock):
    page = reyes.follow(press(reyes, "start"))
    started = clock().isoformat()
    assert page.all("div", role="group")[0]["data-started"] == started

    clock.move(minutes=5)
    other = browser_of("j.okafor").page(at("2.3/1"))

    assert other.all("div", role="group")[0]["data-started"] == started
    assert "4:00 until the earliest finish" in other.text


@standing_at("2.3/1")
def test_what_can_be_answered_meanwhile_is_offered(reyes):
    page = reyes.follow(press(reyes, "start"))

    assert "Meanwhile: Impeller slow, chopper off" in page.text
    assert "Impeller slow, chopper off · 3 of 3" in reyes.page(f"{at('2.3/1')}?at=slow").text


@standing_at("2.3/1")
@pytest.mark.parametrize(("minutes", "judged"), [(8, 1), (10, 0), (12, 1)])
def test_timer_judges_early_and_late_by_itself(reyes, clock, store, entries, minutes, judged):
    press(reyes, "start")
    clock.move(minutes=minutes)
    reyes.client.post("/unlock")
    reyes.sign_in("a.reyes")

    answer = press(reyes, "stop")

    assert answer.status_code == 303
    assert dict(entries("2.3/1"))["elapsed"] == f"{minutes}.00"
    assert len(exceptions(store)) == judged


@standing_at("2.3/1")
def test_timer_is_not_stopped_before_it_runs_nor_started_twice(reyes):
    early = press(reyes, "stop")
    press(reyes, "start")
    again = press(reyes, "start")

    assert "The timer of step 2.3 is not running. Start it first." in Page(early.text).text
    assert (early.status_code, again.status_code) == (409, 409)


@standing_at("2.3/1")
@pytest.mark.requirement("ATK-15")
@pytest.mark.parametrize("act", ["values", "corrections"])
def test_nobody_types_the_time_of_a_timer(reyes, entries, act):
    reyes.page(at("2.3/1"))
    fields = {"name": "elapsed.start", "value": "2026-11-23T09:00:00.000000Z", "reason": "Forgot it"}
    if act == "values":
        del fields["reason"]

    answer = reyes.post(f"{at('2.3/1')}/{act}", fields)

    assert answer.status_code == 409
    assert "The server's clock gives this time" in Page(answer.text).text
    assert entries("2.3/1") == []


@standing_at("3.2/1")
def test_hold_time_is_kept_by_the_clock_and_shown(robot, browser_of, clock):
    clock.move(hours=5)
    robot.do("3.2/1")

    text = browser_of("a.reyes").page(at("2.16/1")).text

    assert "Hold of the blend, to compression" in text
    assert "300.00 min within limits" in text


# Photos


def picture(size=(64, 48)):
    data = BytesIO()
    Image.effect_noise(size, 30).convert("RGB").save(data, "JPEG")
    return data.getvalue()


def attach(browser, data, name="IMG_1.jpg", field="photo.1"):
    fields = {"name": field, "value": (BytesIO(data), name), "csrf_token": browser.csrf_token}
    fields["idempotency_key"] = sha256(data).hexdigest()
    return browser.client.post(f"{at('4.3a/1')}/files", data=fields, content_type="multipart/form-data")


@standing_at("4.3a/1")
def test_photo_is_kept_by_its_digest_and_handed_out_inert(reyes, browser_of, entries):
    data = picture()

    answer = attach(reyes, data)

    assert answer.status_code == 303
    digest = sha256(data).hexdigest()
    assert entries("4.3a/1") == [("photo.1", digest)]
    served = browser_of("g.andersson").get(f"/batches/{TABLETS}/files/{digest}")
    assert (served.data, served.mimetype) == (data, "image/jpeg")
    assert (
        served.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Disposition"] == "inline; filename=IMG_1.jpg"


@standing_at("4.3a/1")
def test_file_is_handed_out_only_under_the_batch_that_holds_it(reyes):
    data = picture()
    attach(reyes, data)

    assert reyes.get(f"/batches/{PREMIX}/files/{sha256(data).hexdigest()}").status_code == 404


@standing_at("4.3a/1")
@pytest.mark.requirement("ATK-09")
def test_file_changed_on_the_disk_is_not_handed_out(reyes, tmp_path):
    data = picture()
    attach(reyes, data)
    digest = sha256(data).hexdigest()
    (tmp_path / "files" / digest[:2] / digest).write_bytes(data + b"x")

    answer = reyes.get(f"/batches/{TABLETS}/files/{digest}")

    assert answer.status_code == 422
    assert "is damaged; its bytes are others." in Page(answer.text).text


@standing_at("4.3a/1")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<script>alert(1)</script>", "The file is not a JPEG, PNG or WebP picture, or a PDF"),
        (picture()[:200], "The file is damaged or not complete."),
        (b"", "The file is empty."),
    ],
    ids=["html", "cut off", "empty"],
)
def test_what_is_no_photo_is_refused_in_place_and_on_record(reyes, store, entries, data, said):
    answer = attach(reyes, data)

    assert answer.status_code == 409
    assert said in Page(answer.text).text
    assert entries("4.3a/1") == []
    assert [one.act for one in store.scalars(select(DeniedAttempt))] == ["attach"]


@pytest.mark.requirement("P11-10e-1")
@standing_at("4.3a/1")
def test_photo_of_thirty_megabytes_is_refused_and_kept_as_an_attempt(reyes, store, entries):
    reyes.page(at("4.3a/1"))
    answer = reyes.client.post(
        f"{at('4.3a/1')}/files",
        data=bytes(30_000_000),
        content_type="multipart/form-data; boundary=photo",
    )

    assert (answer.status_code, entries("4.3a/1")) == (413, [])
    (kept,) = store.scalars(select(DeniedAttempt))
    assert (kept.act, kept.part) == ("attach", "4.3a/1")
    assert "A photo or file has at most 15 MB" in kept.reasons
    assert kept.submitted == '{"content_length": 30000000}'


@standing_at("4.3a/1")
def test_blurred_photo_is_replaced_and_stays_readable_as_superseded(reyes, entries):
    blurred, sharp = picture(), picture((65, 48))
    attach(reyes, blurred, "blurred.jpg")
    form = reyes.page(f"{at('4.3a/1')}?correct=photo.1")
    fields = {
        "name": "photo.1",
        "replaces": form.field("replaces"),
        "value": (BytesIO(sharp), "sharp.jpg"),
        "reason_code": "blurred",
        "csrf_token": reyes.csrf_token,
        "idempotency_key": "replaced",
    }

    answer = reyes.client.post(
        f"{at('4.3a/1')}/files/replacements", data=fields, content_type="multipart/form-data"
    )

    assert answer.status_code == 303
    digests = [sha256(data).hexdigest() for data in (blurred, sharp)]
    assert entries("4.3a/1") == [("photo.1", digest) for digest in digests]
    page = reyes.page(at("4.3a/1")).text
    assert re.search("blurred.jpg .{,200} Superseded", page)
    assert not re.search("sharp.jpg .{,80} Superseded", page)
    record = reyes.page(f"/batches/{TABLETS}/record/4.3a/1").text
    assert "Superseded File blurred.jpg" in record
    assert "Reason: Blurred, or too dark" in record
    served = [reyes.get(f"/batches/{TABLETS}/files/{digest}").data for digest in digests]
    assert served == [blurred, sharp]


@standing_at("4.3a/1")
def test_photo_is_not_given_as_text(reyes, entries):
    answer = enter(reyes, "4.3a/1", "photo.1", "0" * 64)

    assert answer.status_code == 409
    assert "A file is attached, not typed." in Page(answer.text).text
    assert entries("4.3a/1") == []


@standing_at("4.3a/1")
def test_problem_takes_a_photo(reyes):
    data = picture()
    fields = {
        "kind": "equipment",
        "text": "Coder smears",
        "photo": (BytesIO(data), "coder.jpg"),
        "csrf_token": reyes.csrf_token,
        "idempotency_key": "key-1",
    }

    answer = reyes.client.post(f"{at('4.3a/1')}/problem", data=fields, content_type="multipart/form-data")

    text = reyes.follow(answer).text
    assert "Equipment: Coder smears" in text
    assert "coder.jpg" in text


# Labels


@pytest.fixture
def weighed(hands, reyes):
    """The first portion of paracetamol is weighed; its label is to be printed."""
    hands.scan("a.reyes", TABLETS, PARACETAMOL, lot="LOT:26-001", balance="EQ:BAL-014")
    hands.enter("a.reyes", TABLETS, PARACETAMOL, tare__1="12.340", gross__1="138.100")
    return reyes


LABEL = f"/batches/{TABLETS}/labels/TB-0001-PARA-1"


@standing_at(PARACETAMOL)
@pytest.mark.requirement("G-101b")
def test_label_shows_what_the_container_holds_and_what_it_is_for(weighed):
    text = weighed.page(LABEL).text

    assert "Paracetamol MAT-PARA · Lot 26-001 Net 125.760 kg For batch TB-0001 , container 1 of 2" in text
    assert "Paracetamol 500 mg tablets 500 mg paracetamol per tablet TB-0001-PARA-1" in text


@standing_at(PARACETAMOL)
def test_each_print_is_on_record_and_a_reprint_says_why(weighed, store):
    weighed.page(LABEL)

    first = weighed.post(LABEL)
    silent = weighed.post(LABEL)
    again = weighed.post(LABEL, {"reason": "printer fault"})

    assert [one.status_code for one in (first, silent, again)] == [303, 409, 303]
    assert "Label TB-0001-PARA-1 was printed before. Say why it is printed again." in Page(silent.text).text
    prints = store.scalars(select(LabelPrint).order_by(LabelPrint.id)).all()
    assert [(one.label, one.reprint_reason, one.fields["net"]) for one in prints] == [
        ("TB-0001-PARA-1", None, "125.760"),
        ("TB-0001-PARA-1", "printer fault", "125.760"),
    ]


@standing_at(PARACETAMOL)
def test_confirmed_label_is_the_containers(weighed, store):
    page = weighed.page(at(PARACETAMOL))
    assert "Print the label TB-0001-PARA-1" in page.text
    early = weighed.post(f"{at(PARACETAMOL)}/values", {"name": "label.1", "value": "yes"})
    weighed.page(LABEL)
    weighed.post(LABEL)

    enter(weighed, PARACETAMOL, "label.1", "yes")

    assert early.status_code == 409
    assert "Label TB-0001-PARA-1 is not printed yet. Print it" in Page(early.text).text
    assert store.scalars(select(Container.label)).all() == ["TB-0001-PARA-1"]
    assert "Lot 26-001 Net 125.760 kg" in weighed.page(LABEL).text


@standing_at(PARACETAMOL)
def test_label_nobody_weighed_for_is_not_found(weighed):
    assert weighed.get(f"/batches/{TABLETS}/labels/TB-0001-PARA-7").status_code == 404
    assert weighed.get(f"/batches/{PREMIX}/labels/TB-0001-PARA-1").status_code == 404


# What a code opens while nothing waits for one


@standing_at(BALANCES)
def test_code_opens_the_step_that_waits_for_the_thing(reyes):
    answer = reyes.get(f"/scan?code=EQ:BAL-021&batch={TABLETS}")

    assert (answer.status_code, answer.headers["Location"]) == (303, at(BALANCES))


@standing_at("1.4/1")
@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("LOT:26-001", "/lots/26-001"),
        ("26-001", "/lots/26-001"),
        ("EQ:RMG-03", "/equipment/A-0004"),
        ("A-0004", "/equipment/A-0004"),
        ("CNT:TB-0001-PARA-1", f"/batches/{TABLETS}/labels/TB-0001-PARA-1"),
        ("(21)TB-0001-PARA-1(10)26-001", f"/batches/{TABLETS}/labels/TB-0001-PARA-1"),
        ("]d21026-001%1D17280531", "/lots/26-001"),
    ],
)
def test_code_opens_the_thing_itself(browser_of, code, address):
    answer = browser_of("a.reyes").get(f"/scan?code={code}&batch={TABLETS}")

    assert (answer.status_code, answer.headers["Location"]) == (303, address)


@pytest.mark.parametrize("code", ["EQ:NONE", "(10)NONE", "<script>", "%01"])
def test_code_that_stands_for_nothing_is_not_found(browser_of, code):
    answer = browser_of("a.reyes").get(f"/scan?code={code}")

    assert answer.status_code == 404
    assert "There is no code" in Page(answer.text).text


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "Nothing was scanned. Scan the code again."),
        ("]C110", "The GS1 code can't be read: nothing follows (10). Scan it again, or scan our own label."),
    ],
)
def test_code_that_says_nothing_is_refused(browser_of, code, why):
    answer = browser_of("a.reyes").get(f"/scan?code={code}")

    assert (answer.status_code, why in Page(answer.text).text) == (422, True)
