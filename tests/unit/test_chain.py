"""The bytes of the ledger, and what is said of a chain that someone touched; no database."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import chain
from audit.canonical import encode
from audit.chain import Ledger
from audit.event_checks import Chain, EventRow, Link, follow
from audit.events import Action, Envelope, RowChange, Who, body
from audit.findings import KEPT, Code, Finding, Findings, Verdict, conclude
from audit.row_checks import Shape, head_findings, recorded_values, state_text
from audit.verify import Result, Stored, check_stream

ORIGIN = "plant1.example/countersign/1"
STREAM = "batch/TB-0771"
KEY = bytes(range(32))
LEDGER = Ledger(ORIGIN, KEY)
EIDS = [f"0190f1a2-7b3c-7def-8123-{number:012d}" for number in range(20)]
TIMES = [f"2026-11-02T07:{minute:02}:00.000000Z" for minute in range(20)]


# the layouts of ledger section 4, byte for byte


def test_genesis_names_log_stream_and_the_first_event():
    said = b'{"eid":"0190f1a2","log":"plant1.example/countersign/1","stream":"batch/TB-0771"}'
    expected = hashlib.sha256(b"countersign/genesis/v1\n" + said).digest()

    assert chain.genesis(ORIGIN, STREAM, "0190f1a2") == expected


def test_event_hash_covers_the_exact_bytes():
    assert chain.event_hash(b"{}") == hashlib.sha256(b"countersign/event/v1\n{}").digest()


def test_state_digest_covers_the_raw_columns_by_name():
    expected = hashlib.sha256(b'countersign/state/v1\n{"id":7,"rev":2,"value":"12.10"}').digest()

    assert chain.state_digest({"value": "12.10", "rev": 2, "id": 7}) == expected


def test_mac_is_hmac_sha256_over_the_event_hash():
    assert chain.mac(KEY, b"h" * 32) == hmac.new(KEY, b"h" * 32, "sha256").digest()


def test_digests_are_written_in_standard_base64_with_padding():
    assert (chain.b64(b"\xff" * 32), b64decode(chain.b64(b"\xfb\xef"))) == ("/" * 42 + "8=", b"\xfb\xef")


def test_event_body_is_that_of_the_contract():
    envelope = Envelope(
        origin=ORIGIN,
        at=TIMES[0],
        monotonic=17,
        tx="tx-1",
        who=Who("p-1", "a.reyes", "login-1"),
        code="countersign 1.4.2+gabc",
        reason={"code": "typo", "text": "misread"},
    )
    change = RowChange(
        stream=STREAM,
        action=Action.ENTRY_CORRECT,
        table="entry",
        row="2.9/1#5",
        rev=1,
        state=b"s" * 32,
        changed=({"p": "/value", "o": "12.31", "n": "12.13"},),
    )

    assert encode(body(envelope, change, eid="e-1", seq=18, prev=b"p" * 32, ts=TIMES[0])) == (
        b'{"action":"step.entry.correct","actor":{"cred":"a.reyes","id":"p-1","sess":"login-1"},"alg":"sha256",'
        b'"ch":[{"n":"12.13","o":"12.31","p":"/value"}],"code":"countersign 1.4.2+gabc","eid":"e-1",'
        b'"log":"plant1.example/countersign/1","mono":17,'
        b'"prev":"cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA=","reason":{"code":"typo","text":"misread"},'
        b'"rec":{"id":"2.9/1#5","rev":1,"type":"entry"},"seq":18,'
        b'"state":"c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M=","stream":"batch/TB-0771",'
        b'"ts":"2026-11-02T07:00:00.000000Z","tx":"tx-1","v":1}'
    )


# following a chain


def content(number: int, prev: bytes, **instead: object) -> dict[str, object]:
    """The body of an event that revises one batch row."""
    said: dict[str, object] = {
        "v": 1,
        "alg": "sha256",
        "log": ORIGIN,
        "eid": EIDS[number],
        "stream": STREAM,
        "seq": number,
        "prev": chain.b64(prev),
        "ts": TIMES[number],
        "mono": number,
        "tx": "tx",
        "actor": {"cred": "a.reyes", "id": "p-1", "sess": "login-1"},
        "action": "batch.state",
        "code": "countersign tests",
        "rec": {"type": "batch", "id": "7", "rev": number},
        "state": chain.b64(chain.state_digest(batch_row(number))),
        "ch": [{"p": "/state", "o": None, "n": f"state {number}"}],
        "reason": None,
    }
    return said | instead


def batch_row(number: int) -> dict[str, object]:
    return {"id": 7, "rev": number, "state": f"state {number}", "stream": STREAM}


def written(data: bytes, key: bytes = KEY) -> EventRow:
    """The row that an event with these bytes is stored as."""
    said = json.loads(data)
    digest = chain.event_hash(data)
    columns = said["stream"], said["seq"], said["ts"], said["actor"]["id"], said["action"]
    return (*columns, digest, chain.mac(key, digest), data)


def history(length: int) -> list[EventRow]:
    """A chain of so many events."""
    rows: list[EventRow] = []
    for number in range(1, length + 1):
        prev = rows[-1][5] if rows else chain.genesis(ORIGIN, STREAM, EIDS[1])
        rows.append(written(encode(content(number, prev))))
    return rows


def changed(row: EventRow, **columns: object) -> EventRow:
    """A stored row with some columns changed."""
    names = ("stream", "seq", "ts", "actor_id", "action", "event_hash", "mac", "body")
    return tuple(columns.get(name, value) for name, value in zip(names, row, strict=True))


def found_in(rows: list[EventRow], ledger: Ledger | None = LEDGER) -> list[tuple[int | None, Code]]:
    findings = Findings()
    follow(STREAM, rows, ledger, findings)
    return [(finding.seq, finding.code) for finding in findings.kept]


def test_intact_chain_ends_in_its_last_event_and_the_state_it_left():
    rows = history(3)

    state = (chain.b64(chain.state_digest(batch_row(3))), 3)
    expected = Chain(STREAM, Link(3, rows[-1][5], TIMES[3]), 3, {("batch", "7"): state})
    assert (follow(STREAM, rows, LEDGER, Findings()), found_in(rows)) == (expected, [])


@pytest.mark.requirement("P11-10e-5")
def test_edited_body_no_longer_has_its_hash():
    one, two, three = history(3)

    body = two[7].replace(b"state 2", b"state 9")
    assert found_in([one, changed(two, body=body), three]) == [(2, Code.EVENT_HASH)]


@pytest.mark.requirement("ATK-02")
def test_edited_body_with_its_own_hash_breaks_the_chain_and_the_mac():
    one, two, three = history(3)

    body = two[7].replace(b"state 2", b"state 9")
    forged = changed(two, body=body, event_hash=chain.event_hash(body))
    assert found_in([one, forged, three]) == [(2, Code.MAC), (3, Code.CHAIN_BREAK)]


@pytest.mark.requirement("ATK-02")
def test_chain_rewritten_to_its_end_without_the_key_fails_at_every_event_rewritten():
    rows = history(4)
    forged = rows[:1]
    for number in (2, 3, 4):
        said = content(number, forged[-1][5], state=chain.b64(b"x" * 32))
        forged.append(written(encode(said), key=b"guessed"))

    assert found_in(forged) == [(2, Code.MAC), (3, Code.MAC), (4, Code.MAC)]


def test_rewritten_chain_is_not_seen_without_the_key():
    forged: list[EventRow] = []
    for number in (1, 2):
        prev = forged[-1][5] if forged else chain.genesis(ORIGIN, STREAM, EIDS[1])
        forged.append(written(encode(content(number, prev)), key=b"guessed"))

    assert found_in(forged, ledger=None) == []


@pytest.mark.requirement("ATK-03")
def test_deleted_event_leaves_a_gap_that_is_numbered():
    one, _, three = history(3)
    findings = Findings()
    follow(STREAM, [one, three], LEDGER, findings)

    assert next((f.code, f.sentence, f.expected, f.found) for f in findings.kept) == (
        Code.SEQ_GAP,
        "Event 3 of batch/TB-0771: Event 2 is missing before it.",
        2,
        3,
    )
    assert found_in([one, three]) == [(3, Code.SEQ_GAP), (3, Code.CHAIN_BREAK)]


def test_number_left_out_is_told_even_if_the_chain_holds():
    (one,) = history(1)

    assert found_in([one, written(encode(content(3, one[5])))]) == [(3, Code.SEQ_GAP)]


def test_gap_of_several_events_names_the_first_and_the_last():
    rows = history(6)
    findings = Findings()
    follow(STREAM, [rows[0], rows[5]], LEDGER, findings)

    assert findings.kept[0].sentence == "Event 6 of batch/TB-0771: Events 2 to 5 are missing before it."


def test_event_stored_twice_is_named():
    one, two = history(2)
    findings = Findings()
    follow(STREAM, [one, two, two], LEDGER, findings)

    assert findings.kept[0].sentence == "Event 2 of batch/TB-0771: Event 2 stands again after event 2."


def test_chain_without_its_first_event_does_not_begin():
    _, two, three = history(3)

    assert found_in([two, three]) == [(2, Code.SEQ_GAP), (2, Code.CHAIN_BREAK)]


def test_first_event_of_another_stream_does_not_begin_this_one():
    other = content(1, chain.genesis(ORIGIN, "batch/OTHER", EIDS[1]))

    assert found_in([written(encode(other))]) == [(1, Code.CHAIN_BREAK)]


@pytest.mark.requirement("ATK-07")
def test_bodies_of_two_events_swapped_are_told_by_their_columns():
    one, two, three = history(3)
    swapped = [one, changed(two, body=three[7]), changed(three, body=two[7])]

    codes = {code for _, code in found_in(swapped)}
    assert codes == {Code.EVENT_HASH, Code.PROJECTION, Code.CHAIN_BREAK}


@pytest.mark.requirement("ATK-07")
def test_events_that_changed_places_with_all_but_their_numbers_are_told():
    one, two, three = history(3)
    swapped = [one, changed(three, seq=2), changed(two, seq=3)]

    told = found_in(swapped)
    assert [told_of for told_of in told if told_of[1] in {Code.PROJECTION, Code.CHAIN_BREAK}] == [
        (2, Code.PROJECTION),
        (2, Code.CHAIN_BREAK),
        (3, Code.PROJECTION),
        (3, Code.CHAIN_BREAK),
    ]


@pytest.mark.parametrize("column", ["stream", "seq", "ts", "actor_id", "action"])
def test_column_that_says_otherwise_than_the_body_is_named(column):
    (one,) = history(1)
    other = 2 if column == "seq" else "9 another"
    findings = Findings()
    row = changed(one, **{column: other})
    follow(row[0], [row], LEDGER, findings)

    told = [(f.code, f.column, f.found) for f in findings.kept if f.code is Code.PROJECTION]
    assert told == [(Code.PROJECTION, column, other)]


@pytest.mark.requirement("ATK-06")
def test_event_transplanted_from_another_record_is_told():
    one, two = history(2)
    foreign = written(encode(content(2, one[5], stream="batch/OTHER")))

    assert found_in([one, changed(foreign, stream=STREAM)]) == [(2, Code.PROJECTION)]
    assert found_in([one, two]) == []


@pytest.mark.requirement("ATK-06")
def test_time_that_goes_back_is_told_even_if_the_chain_holds():
    (one,) = history(1)
    late = written(encode(content(2, one[5], ts="2026-11-01T00:00:00.000000Z")))

    assert found_in([one, late]) == [(2, Code.CLOCK_BACK)]


def test_events_of_the_same_instant_are_in_order():
    (one,) = history(1)
    same = written(encode(content(2, one[5], ts=TIMES[1])))

    assert found_in([one, same]) == []


def test_same_json_written_otherwise_is_neither_canonical_nor_hashed():
    (one,) = history(1)
    spaced = json.dumps(json.loads(one[7])).encode()

    assert found_in([changed(one, body=spaced)]) == [(1, Code.EVENT_HASH), (1, Code.NON_CANONICAL)]


@pytest.mark.parametrize("ledger", [LEDGER, None])
@pytest.mark.parametrize("old_and_new", [(b'"v":1', b'"v": 1'), (b'"tx":"tx"', b'"tx":"\\u0074x"')])
def test_bytes_that_are_not_canonical_are_told_even_when_hashed_and_authenticated(ledger, old_and_new):
    (one,) = history(1)

    assert found_in([written(one[7].replace(*old_and_new))], ledger) == [(1, Code.NON_CANONICAL)]


@pytest.mark.parametrize(
    "said",
    [
        {"tx": "e\u0301"},
        {"mono": 2**53},
    ],
)
def test_content_outside_the_profile_is_told_even_when_authenticated(said):
    data = json.dumps(
        content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]), **said),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()

    assert found_in([written(data)]) == [(1, Code.NON_CANONICAL)]


@pytest.mark.parametrize("ledger", [LEDGER, None])
@pytest.mark.parametrize("eid", ["e\u0301", 2**53])
def test_first_event_whose_id_is_outside_the_profile_is_told(ledger, eid):
    said = content(1, b"") | {"eid": eid}
    data = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    assert Code.BODY_PARSE in {code for _, code in found_in([written(data)], ledger)}


@pytest.mark.parametrize("said", [{"mono": 1.5}, {"ch": [{"P": "/state"}]}])
def test_content_outside_the_profile_is_told_where_no_key_vouches_for_the_writer(said):
    data = json.dumps(
        content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]), **said), sort_keys=True, separators=(",", ":")
    ).encode()

    assert found_in([written(data)], ledger=None) == [(1, Code.NON_CANONICAL)]


def test_event_of_another_log_is_told():
    elsewhere = "plant2.example/countersign/1"
    said = content(1, chain.genesis(elsewhere, STREAM, EIDS[1]), log=elsewhere)

    assert found_in([written(encode(said))]) == [(1, Code.ORIGIN)]
    assert found_in([written(encode(said))], ledger=None) == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b"[]", b'"text"', b"7", b"null", b"{}", b"[" * 1000 + b"]" * 1000]
)
def test_bytes_that_are_no_event_are_told(data):
    (one,) = history(1)

    assert found_in([changed(one, body=data)])[-1] == (1, Code.BODY_PARSE)


@pytest.mark.parametrize(
    "said",
    [
        {"v": 2},
        {"alg": "sha512"},
        {"more": 1},
        {"rec": {"type": ["batch"], "id": "7", "rev": 1}},
        {"rec": None},
        {"actor": "p-1"},
    ],
)
def test_event_of_another_shape_is_told(said):
    data = encode(content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]), **said))
    digest = chain.event_hash(data)
    row = (STREAM, 1, TIMES[1], "p-1", "batch.state", digest, chain.mac(KEY, digest), data)

    assert found_in([row]) == [(1, Code.BODY_PARSE)]


@pytest.mark.parametrize("said", [{"v": 2}, {"alg": "sha512"}, {"more": 1}, {"state": 7}])
def test_event_of_another_shape_is_told_beside_its_other_faults(said):
    data = encode(content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]), **said))

    assert found_in([written(data, key=b"guessed")]) == [(1, Code.MAC), (1, Code.BODY_PARSE)]


def test_field_put_in_the_place_of_another_is_told_where_no_key_vouches_for_the_writer():
    said = content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]), reasons=None)
    del said["reason"]

    assert found_in([written(encode(said))], ledger=None) == [(1, Code.BODY_PARSE)]


@pytest.mark.parametrize("missing", ["state", "rec", "prev", "log", "actor", "ch", "eid"])
def test_event_without_a_field_is_told(missing):
    said = content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]))
    del said[missing]
    data = encode(said)
    digest = chain.event_hash(data)
    row = (STREAM, 1, TIMES[1], "p-1", "batch.state", digest, chain.mac(KEY, digest), data)

    assert found_in([row])[-1] == (1, Code.BODY_PARSE)


@pytest.mark.parametrize("length", [1, 64, 65, 200])
def test_key_of_any_length_authenticates_as_hmac_does(length):
    key = bytes(range(200))[:length]
    row = written(encode(content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]))), key=key)

    assert found_in([row], Ledger(ORIGIN, key)) == []


@given(st.integers(1, 5), st.sampled_from(["body", "event_hash", "mac"]), st.data())
def test_no_bit_of_an_event_changes_unnoticed(number, column, data):
    rows = history(5)
    place = {"event_hash": 5, "mac": 6, "body": 7}[column]
    old = rows[number - 1][place]
    bit = data.draw(st.integers(0, len(old) * 8 - 1))
    new = bytearray(old)
    new[bit // 8] ^= 1 << bit % 8
    rows[number - 1] = changed(rows[number - 1], **{column: bytes(new)})

    assert found_in(rows) != []


@given(st.permutations(range(5)) | st.lists(st.integers(0, 4), max_size=5))
def test_no_other_order_choice_or_repetition_of_events_is_accepted(order):
    rows = history(5)
    chosen = [rows[number] for number in order]

    assert (found_in(chosen) == []) == (list(order) == list(range(len(order))))


# heads, rows and the verdict

BATCH = Shape("batch", ("id", "rev", "state", "stream"), lambda row: str(row["id"]))


def stored(events: list[EventRow], rows: list[dict[str, object]]) -> Stored:
    head = [(STREAM, events[-1][1], events[-1][5])] if events else []
    return Stored(STREAM, events, head, [(BATCH, [tuple(row[c] for c in BATCH.columns) for row in rows])])


def told_of(events: list[EventRow], rows: list[dict[str, object]]) -> list[tuple[Code, str | None]]:
    result = Result()
    bodies = [row[7] for row in events]
    check_stream(stored(events, rows), LEDGER, {}, lambda _: bodies, result)
    return [(finding.code, finding.column) for finding in result.findings.kept]


def test_row_as_its_last_event_left_it_is_accepted_and_counted():
    result = Result()
    events = history(3)
    check_stream(stored(events, [batch_row(3)]), LEDGER, {}, lambda _: [], result)

    assert result == Result(Findings(), streams=1, events=3, rows=1)


@pytest.mark.requirement("ATK-01")
def test_edited_row_is_told_with_its_column_and_both_values():
    result = Result()
    events = history(3)
    edited = batch_row(3) | {"state": "released"}
    check_stream(stored(events, [edited]), LEDGER, {}, lambda _: [row[7] for row in events], result)

    assert result.findings.kept == [
        Finding(
            code=Code.STATE_MISMATCH,
            sentence="batch/TB-0771: batch 7 has 'released' in column state, its events left 'state 3'.",
            stream=STREAM,
            table="batch",
            row="7",
            column="state",
            expected="state 3",
            found="released",
        )
    ]


@pytest.mark.parametrize(
    ("edit", "column"), [({"rev": 2}, "rev"), ({"state": None}, "state"), ({"stream": "batch/X"}, "stream")]
)
def test_column_that_differs_is_named(edit, column):
    assert told_of(history(3), [batch_row(3) | edit]) == [(Code.STATE_MISMATCH, column)]


def test_row_put_back_to_an_earlier_state_is_told():
    told = told_of(history(3), [batch_row(2)])

    assert told == [(Code.STATE_MISMATCH, "state"), (Code.STATE_MISMATCH, "rev")]


def test_row_without_an_event_is_told():
    assert told_of(history(1), [batch_row(1), batch_row(1) | {"id": 8}]) == [
        (Code.RECORD_WITHOUT_TRAIL, None)
    ]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"rec": {"type": "batch", "id": 7, "rev": 1}}, [Code.RECORD_WITHOUT_TRAIL, Code.RECORD_MISSING]),
        ({"rec": {"type": "batch", "id": "a#7", "rev": 1}}, [Code.RECORD_WITHOUT_TRAIL, Code.RECORD_MISSING]),
        ({"rec": {"type": 7, "id": "7", "rev": 1}}, [Code.RECORD_WITHOUT_TRAIL, Code.RECORD_MISSING]),
        ({"rec": {"type": "batch", "id": "7", "rev": "1"}}, [Code.STATE_MISMATCH] * 2),
        ({"rec": {"type": "batch", "id": "7", "rev": 2}}, [Code.STATE_MISMATCH] * 2),
        ({"state": 7}, [Code.STATE_MISMATCH]),
    ],
)
def test_event_that_calls_its_row_otherwise_is_no_trail_of_it(said, codes):
    event = written(encode(content(1, chain.genesis(ORIGIN, STREAM, EIDS[1]), **said)))

    assert [code for code, _ in told_of([event], [batch_row(1)])] == codes


def test_row_that_is_gone_is_told():
    assert told_of(history(1), []) == [(Code.RECORD_MISSING, None)]


def test_value_that_could_not_have_been_written_is_a_mismatch():
    assert told_of(history(1), [batch_row(1) | {"state": b"raw"}]) == [(Code.STATE_MISMATCH, "state")]


@pytest.mark.parametrize("head", [[], [(STREAM, 1, b"x" * 32)], [(STREAM, 2, b"")], "doubled"])
def test_head_that_is_not_the_last_event_is_told(head):
    events = history(2)
    end = Chain(STREAM, Link(2, events[-1][5], TIMES[2]), 2)
    heads = [(STREAM, 2, events[-1][5])] * 2 if head == "doubled" else head

    assert [finding.code for finding in head_findings(end, heads)] == [Code.HEAD_MISMATCH]


def test_stream_without_events_has_no_head():
    head = (STREAM, 1, b"x" * 32)

    assert list(head_findings(Chain(STREAM), [])) == []
    assert [finding.code for finding in head_findings(Chain(STREAM), [head])] == [Code.HEAD_MISMATCH]


def test_content_nested_without_end_is_told_and_stops_nobody():
    deep = b'{"ch":' + b"[" * 1000 + b"]" * 1000 + b"}"

    assert found_in([changed(history(1)[0], body=deep)], ledger=None)[-1] == (1, Code.BODY_PARSE)


def test_events_about_the_clock_and_notes_change_no_column():
    bodies = [
        encode(content(1, b"")),
        encode(content(2, b"", action="clock.anomaly", ch=[{"p": "/state", "o": "a", "n": "b"}])),
        encode(content(2, b"")),
        encode(content(2, b"", action="record.export", ch=[{"p": "/state", "o": None, "n": "pdf"}])),
        b"not an event",
    ]

    assert recorded_values(bodies) == {("batch", "7"): {"state": "state 2"}}


def test_state_of_a_row_is_its_digest_in_base64():
    row = batch_row(1)

    assert state_text(row) == b64encode(chain.state_digest(row)).decode()


@pytest.mark.parametrize(
    ("findings", "missing", "verdict", "status"),
    [
        ([], [], Verdict.PASS, 0),
        ([], ["no key"], Verdict.INCOMPLETE, 2),
        ([Code.MAC], [], Verdict.FAIL, 1),
        ([Code.MAC], ["no key"], Verdict.FAIL, 1),
    ],
)
def test_anything_wrong_fails_and_anything_unchecked_is_incomplete(findings, missing, verdict, status):
    collected = Findings()
    collected.extend(Finding(code=code, sentence="") for code in findings)

    concluded = conclude(collected, missing)
    assert (concluded, concluded.exit_status) == (verdict, status)


def test_findings_beyond_what_is_kept_are_counted_and_fail_as_well():
    first, second = Findings(), Findings()
    for findings in (first, second):
        findings.extend(Finding(code=Code.MAC, sentence=str(n)) for n in range(KEPT - 1))
    first.merge(second)

    assert (len(first.kept), first.counts, conclude(first, [])) == (
        KEPT,
        {Code.MAC: 2 * KEPT - 2},
        Verdict.FAIL,
    )
