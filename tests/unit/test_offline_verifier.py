"""The offline verifier: what passes, what it finds, what it leaves open; nothing makes it stumble."""

import ast
import json
import re
import struct
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import offline_verifier
from audit.bundle import archive
from audit.canonical import ProfileError, decode, encode
from audit.chain import Ledger, b64, event_hash, mac, mac_key_id
from audit.event_checks import follow
from audit.events import Action
from audit.findings import Findings
from audit.row_checks import head_findings
from tests.evidence import (
    MASTER,
    ORIGIN,
    RECORD,
    at,
    canonical,
    checked,
    codes,
    files_of,
    heads_again,
    places,
    replaced,
    sealed_again,
    told_story,
    trust_in,
)

STORY = told_story()
BUNDLE = STORY.bundle()
TRUST = trust_in(STORY)
WHOLE = trust_in(STORY, bundles=[sha256(BUNDLE).hexdigest()])
"""Heads and the digest of the whole file: what a PASS takes."""
FILES = files_of(BUNDLE)
EVENTS, STATE = "events/batch%2FTB-1.jsonl", "state/batch%2FTB-1.json"
UNPROVED = {"code", "made_at", "made_for"}
"""What a manifest says of itself; only the SHA-256 of the whole file proves it."""
ODD = (None, True, -1, "x", [[]], {})
VERIFIER = Path(offline_verifier.__file__)


def lines_of(files=FILES, name=EVENTS):
    return files[name].splitlines()


def with_lines(lines, name=EVENTS):
    """A bundle whose events are these, its manifest made to fit."""
    files = {**FILES, name: b"".join(line + b"\n" for line in lines)}
    return sealed_again(files, **heads_again(files))


# What passes, and what does not


@pytest.mark.requirement("P11-10b-2")
def test_bundle_that_agrees_with_what_is_known_from_outside_passes():
    report = checked(BUNDLE, WHOLE)

    assert (report.verdict, report.exit_status, report.findings, report.missing) == ("PASS", 0, [], [])
    assert report.counts == {"streams": 2, "events": 8, "rows": 7, "signatures": 2, "attachments": 1}


@pytest.mark.requirement("P11-10b-2")
def test_bundle_whose_digest_is_known_from_outside_passes():
    known = trust_in(STORY, heads=[], bundles=[sha256(BUNDLE).hexdigest()])

    assert checked(BUNDLE, known).verdict == "PASS"


@pytest.mark.requirement("P11-10b-2", "ATK-15")
@pytest.mark.parametrize("forged", [{"investigations": []}, {"yields": [{"value": "99.9"}]}, {"counts": {}}])
def test_readable_copy_is_not_proved_by_heads_alone(forged):
    document = json.loads(FILES["record.json"]) | forged
    altered = sealed_again({**FILES, "record.json": encode(document)})

    for bundle in (BUNDLE, altered):
        report = checked(bundle, TRUST)
        assert (report.verdict, report.missing) == ("INCOMPLETE", [offline_verifier.COPY_NOT_PROVED])
    assert codes(checked(altered, WHOLE)) == {"BUNDLE_DIGEST"}


@pytest.mark.requirement("P11-10b-2", "ATK-15")
def test_bundle_alone_never_passes():
    report = checked(BUNDLE)

    assert (report.verdict, report.exit_status, report.findings) == ("INCOMPLETE", 2, [])
    assert report.missing[0].startswith("No trust file was given")


@pytest.mark.requirement("P11-10b-2")
@pytest.mark.parametrize("word", ["log", "MAC", "nothing happened after", "time", "person behind"])
def test_every_report_says_what_is_not_proved(word):
    report = checked(BUNDLE, TRUST)

    assert any(word in sentence for sentence in report.not_proved)
    assert all(sentence in offline_verifier.as_text(report) for sentence in report.not_proved)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"heads": []}, "batch/TB-1: the trust file names neither"),
        ({"heads": TRUST["heads"][:1]}, "master/M-1.1: the trust file names neither"),
        (
            {
                "heads": [
                    {"stream": RECORD, "seq": 2, "hash": b64(event_hash(lines_of()[1]))},
                    TRUST["heads"][1],
                ]
            },
            "batch/TB-1 after number 2: the trust file",
        ),
        ({"policy": "witnessed"}, "asks for the policy witnessed"),
        ({"format": "countersign-trust/2"}, "not of the format countersign-trust/1"),
        ({"log_keys": ["plant.example+…"]}, "asks for something that this verifier does not know"),
        ({"policy": None}, "asks for something that this verifier does not know"),
        ({"bundles": ["abc"]}, "asks for something that this verifier does not know"),
        ({"heads": [{"stream": RECORD, "seq": "6", "hash": ""}]}, "asks for something"),
    ],
)
def test_what_was_not_given_from_outside_leaves_it_incomplete(said, missing):
    report = checked(BUNDLE, TRUST | said)

    assert report.verdict == "INCOMPLETE"
    assert missing in " ".join(report.missing)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b'{"a":1,"a":1}', b"[" * 100_000, b"null", b'{"x":1e999}']
)
def test_trust_file_that_cannot_be_read_leaves_it_incomplete(data, tmp_path):
    (tmp_path / "bundle.zip").write_bytes(BUNDLE)
    (tmp_path / "trust.json").write_bytes(data)
    report = offline_verifier.verify(tmp_path / "bundle.zip", tmp_path / "trust.json")

    assert (report.verdict, report.counts["events"]) == ("INCOMPLETE", 8)


@pytest.mark.requirement("P11-10b-2", "ATK-15")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"origin": "plant2.example/countersign/1"}, "ORIGIN"),
        ({"mac_key_id": "f" * 16}, "KEY_ID"),
        ({"record": "batch/TB-2"}, "RECORD"),
        ({"bundles": ["0" * 64]}, "BUNDLE_DIGEST"),
        ({"heads": [{"stream": RECORD, "seq": 7, "hash": "x"}]}, "ROLLBACK_VS_ANCHOR"),
        ({"heads": [{"stream": RECORD, "seq": 6, "hash": "x"}]}, "FORK_VS_ANCHOR"),
        ({"heads": [{"stream": RECORD, "seq": 1, "hash": b64(b"x" * 32)}]}, "FORK_VS_ANCHOR"),
        ({"heads": [{"stream": RECORD, "seq": 0, "hash": ""}]}, "FORK_VS_ANCHOR"),
        (
            {
                "bundles": [sha256(BUNDLE).hexdigest()],
                "heads": [{"stream": RECORD, "seq": 7, "hash": "x"}],
            },
            "ROLLBACK_VS_ANCHOR",
        ),
    ],
)
def test_bundle_that_contradicts_what_is_known_from_outside_fails(said, code):
    report = checked(BUNDLE, TRUST | said)

    assert (report.verdict, codes(report)) == ("FAIL", {code})


# Every alteration is found


def _archive_faults(data):
    """What the archive's own check says, which every verification begins with."""
    report = offline_verifier.Report("bundle.zip")
    try:
        offline_verifier.read_archive(data, report)
    except offline_verifier.WrongError as error:
        return [error]
    return report.findings


@pytest.mark.requirement("P11-10b-2", "P11-10a-1")
def test_no_byte_of_a_bundle_changes_unnoticed():
    unnoticed = []
    for place in range(len(BUNDLE)):
        altered = bytearray(BUNDLE)
        altered[place] ^= 1 << place % 8
        if not _archive_faults(bytes(altered)):
            unnoticed.append(place)

    assert unnoticed == []


@pytest.mark.parametrize("end", range(0, len(BUNDLE), 61))
def test_bundle_that_is_cut_off_fails(end):
    assert checked(BUNDLE[:end]).verdict == "FAIL"


@pytest.mark.parametrize("altered", [BUNDLE + b"\0", b"\0" + BUNDLE, BUNDLE + BUNDLE])
def test_bundle_with_anything_around_it_fails(altered):
    assert checked(altered, TRUST).verdict == "FAIL"


@pytest.mark.requirement("P11-10b-2", "P11-10a-1")
@pytest.mark.parametrize("number", range(6))
def test_no_value_of_an_event_changes_unnoticed_though_everything_around_it_is_made_to_fit(number):
    line = lines_of()[number]
    document = json.loads(line)
    unnoticed = []
    for path in places(document):
        for new in ODD:
            if type(at(document, path)) is type(new) and at(document, path) == new:
                continue
            lines = [
                *lines_of()[:number],
                canonical(replaced(document, path, new)),
                *lines_of()[number + 1 :],
            ]
            report = checked(with_lines(lines), TRUST)
            if not report.findings and report.missing == [offline_verifier.COPY_NOT_PROVED]:
                unnoticed.append((path, new))

    assert unnoticed == []


@pytest.mark.requirement("P11-10b-2", "P11-10a-1")
@pytest.mark.parametrize("name", sorted(name for name in FILES if name.startswith(("state/", "sigs/"))))
def test_no_value_of_a_row_or_of_a_signature_changes_unnoticed(name):
    document = json.loads(FILES[name])
    unnoticed = []
    for path in places(document):
        for new in ODD:
            if type(at(document, path)) is type(new) and at(document, path) == new:
                continue
            report = checked(sealed_again({**FILES, name: canonical(replaced(document, path, new))}), TRUST)
            if not report.findings and report.missing == [offline_verifier.COPY_NOT_PROVED]:
                unnoticed.append((path, new))

    assert unnoticed == []


@pytest.mark.requirement("P11-10b-2")
def test_no_value_of_the_manifest_changes_unnoticed_but_what_it_says_of_itself():
    document = json.loads(FILES["manifest.json"])
    unnoticed = set()
    for path in places(document):
        for new in ODD:
            if type(at(document, path)) is type(new) and at(document, path) == new:
                continue
            files = {**FILES, "manifest.json": canonical(replaced(document, path, new))}
            report = checked(archive(files), TRUST)
            if not report.findings and report.missing == [offline_verifier.COPY_NOT_PROVED]:
                unnoticed.add(path[0])

    assert unnoticed == UNPROVED


@pytest.mark.requirement("P11-10b-2", "P11-10b-1")
def test_no_row_and_no_event_of_the_record_as_data_changes_unnoticed():
    document = json.loads(FILES["record.json"])
    told = {"sentence", "actor_name", "part"}
    unnoticed = []
    for path in places(document):
        if len(path) < 3 or path[-1] in told:
            continue
        for new in (None, "x"):
            if at(document, path) == new:
                continue
            files = {**FILES, "record.json": canonical(replaced(document, path, new))}
            if checked(sealed_again(files), TRUST).verdict != "FAIL":
                unnoticed.append((path, new))

    assert unnoticed == []


@pytest.mark.requirement("P11-10b-2", "P11-10b-1")
@pytest.mark.parametrize("kind", ["trail", "rows"])
def test_record_as_data_leaves_out_nothing_and_adds_nothing(kind):
    document = json.loads(FILES["record.json"])
    for number, one in enumerate(document[kind]):
        for put in ([], [one, {**one, "id": 99}], [{**one, "seq": 99}, one] if kind == "trail" else []):
            altered = document | {kind: [*document[kind][:number], *put, *document[kind][number + 1 :]]}
            files = {**FILES, "record.json": encode(altered)}

            assert codes(checked(sealed_again(files), TRUST)) == {"RECORD_COPY"}


@pytest.mark.requirement("P11-70-2", "P11-10b-2")
@pytest.mark.parametrize(
    ("void", "verdict"),
    [
        ({"cause": "changed", "voided_at": "later"}, "INCOMPLETE"),
        (None, "FAIL"),
        ({"cause": "changed", "voided_at": "earlier"}, "FAIL"),
    ],
)
def test_void_signature_is_void_in_the_record_as_data_too(void, verdict):
    story = told_story()
    row = {"id": 1, "rev": 1, "part": "1.1/1", "signature_id": 1, "cause": "changed", "voided_at": "later"}
    story.tell(RECORD, Action.SIGNATURE_SUPERSEDE, "signature_void", row)
    record = story.record()
    record["rows"] = [{**one, "void": void} if "void" in one else one for one in record["rows"]]
    files = {**files_of(story.bundle()), "record.json": encode(record)}

    assert checked(sealed_again(files), trust_in(story)).verdict == verdict


@pytest.mark.parametrize(("name", "most"), [("MOST_JSON_BYTES", 500), ("MOST_FILES", 3)])
def test_bundle_beyond_a_limit_fails(name, most, monkeypatch):
    monkeypatch.setattr(offline_verifier, name, most)

    assert checked(BUNDLE, TRUST).verdict == "FAIL"


def test_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "bundle.zip").write_bytes(BUNDLE)
    monkeypatch.setattr(offline_verifier, "MOST_BYTES", len(BUNDLE) - 1)

    assert offline_verifier.verify(tmp_path / "bundle.zip").exit_status == 2


@pytest.mark.requirement("P11-10b-2", "ATK-03")
@pytest.mark.parametrize("number", range(6))
def test_event_left_out_is_found_though_the_manifest_fits(number):
    lines = lines_of()
    report = checked(with_lines([*lines[:number], *lines[number + 1 :]]), TRUST)

    assert report.verdict == "FAIL"
    assert "ROLLBACK_VS_ANCHOR" in codes(report)
    assert ({"SEQ_GAP", "CHAIN_BREAK"} <= codes(report)) == (number < 5)


@pytest.mark.requirement("P11-10b-2", "ATK-07")
@pytest.mark.parametrize("number", range(5))
def test_events_that_changed_places_or_stand_twice_are_found(number):
    lines = lines_of()
    swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
    doubled = [*lines[: number + 1], *lines[number:]]

    for altered in (swapped, doubled):
        assert {"SEQ_GAP", "CHAIN_BREAK"} <= codes(checked(with_lines(altered), TRUST))


@pytest.mark.requirement("P11-10b-2", "ATK-06")
def test_event_of_another_record_is_found():
    foreign = lines_of(name="events/master%2FM-1.1.jsonl")[0]

    assert "PROJECTION" in codes(checked(with_lines([foreign, *lines_of()[1:]]), TRUST))


def test_whole_stream_left_out_is_found():
    files = {name: data for name, data in FILES.items() if "master" not in name}
    streams = json.loads(FILES["manifest.json"])["streams"][:1]

    assert codes(checked(sealed_again(files, streams=streams), TRUST)) == {"BUNDLE_FILE"}


@pytest.mark.requirement("P11-70-1", "P11-10b-2")
def test_signature_moved_to_another_record_is_found_though_all_hashes_are_made_anew():
    story = told_story()
    story.sign(RECORD, 9, "1.1/1", of=MASTER)

    report = checked(story.bundle(), trust_in(story))

    assert codes(report) == {"SIGNATURE"}


@pytest.mark.requirement("P11-70-1", "P11-10b-2")
@pytest.mark.parametrize("after", [b64(event_hash(lines_of(name="events/master%2FM-1.1.jsonl")[0])), "", "x"])
def test_signature_that_follows_no_event_of_its_record_is_found(after):
    story = told_story()
    story.sign(RECORD, 9, "1.1/1", after=after)

    assert codes(checked(story.bundle(), trust_in(story))) == {"SIGNATURE"}


@pytest.mark.requirement("P11-70-1")
@pytest.mark.parametrize(
    "column", ["part", "meaning", "printed_name", "signer", "signed_at", "role", "digest"]
)
def test_signature_whose_row_says_otherwise_than_was_signed_is_found(column):
    story = told_story()
    row = story.rows[RECORD]["signature", "1.1/1#1"] | {column: "another", "rev": 2}
    story.tell(RECORD, Action.SIGNATURE_APPLY, "signature", row)

    assert "SIGNATURE" in codes(checked(story.bundle(), trust_in(story)))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("files/" + "0" * 64, b"x", "BUNDLE_FILE"),
        ("sigs/" + "0" * 64 + ".json", b"{}", "BUNDLE_FILE"),
        ("events/batch%2FTB-2.jsonl", b"{}\n", "BUNDLE_FILE"),
        ("notes.txt", b"trust me", "BUNDLE_FILE"),
        (next(name for name in FILES if name.startswith("files/")), b"another photo", "FILE_HASH"),
        (next(name for name in FILES if name.startswith("sigs/")), b"{}", "SIGNATURE"),
        (STATE, b"[]", "BUNDLE_FORMAT"),
        (EVENTS, lines_of()[0], "BUNDLE_FORMAT"),
        (EVENTS, b"", "HEAD_MISMATCH"),
        ("record.json", b"{}", "RECORD_COPY"),
        ("record.json", b'{"trail":[]}', "RECORD_COPY"),
        ("record.json", b'{"trail": []}', "NON_CANONICAL"),
    ],
)
def test_file_that_does_not_belong_or_was_exchanged_is_found(name, data, code):
    assert code in codes(checked(sealed_again({**FILES, name: data}), TRUST))


@pytest.mark.parametrize("name", sorted(set(FILES) - {"manifest.json"}))
def test_file_that_is_gone_is_found_whether_or_not_the_manifest_names_it(name):
    files = {other: data for other, data in FILES.items() if other != name}

    assert "BUNDLE_FILE" in codes(checked(archive(files), TRUST))
    assert checked(sealed_again(files), TRUST).verdict == "FAIL"


def test_stream_without_events_does_not_pass():
    story = told_story()
    story.bodies[MASTER], story.rows[MASTER] = [], {}
    trust = trust_in(told_story(), heads=trust_in(story)["heads"][:1])

    assert codes(checked(story.bundle(), trust)) == {"HEAD_MISMATCH"}


@pytest.mark.parametrize(
    "name", ["proofs/1.tlog-proof", "checkpoints/1.note", "keys/keyring.jsonl", "secrets.jsonl"]
)
def test_evidence_of_a_later_policy_is_named_as_not_looked_at(name):
    report = checked(sealed_again({**FILES, name: b"later"}), TRUST)

    assert report.missing == [offline_verifier.COPY_NOT_PROVED]
    assert f"{name}: this policy does not look at it." in report.not_proved


def test_bundle_of_a_later_policy_does_not_pass():
    assert checked(sealed_again(FILES, policy="embedded/1"), TRUST).verdict == "INCOMPLETE"


# Hostile input


def deflated(files):
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def raw_entry(name, data, size=None):
    """A local file header as in a bundle, with a size that may lie."""
    length = len(data) if size is None else size
    raw = name.encode("latin-1")
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0x21, 0, length, length, len(raw), 0)
    return head + raw + data


@pytest.mark.requirement("P11-10b-2")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\3\4",
        b"not a zip file",
        b"\0" * 4096,
        deflated({"manifest.json": b"\0" * 50_000_000}),
        deflated(FILES),
        raw_entry("manifest.json", b"{}", 2**32 - 1),
        raw_entry("../../etc/passwd", b"x"),
        raw_entry("/etc/passwd", b"x"),
        raw_entry("a/b/c", b"x"),
        raw_entry("C:\\x", b"x"),
        raw_entry("manifest.json\0", b"x"),
        raw_entry("", b"x"),
        raw_entry("manifest.json", b"{}") * 2,
        archive({"manifest.json": b""}),
        archive({"manifest.json": b"[" * 200_000}),
        archive({"manifest.json": b'{"format":"countersign-bundle/1"}'}),
        archive({"record.json": b"{}"}),
        archive({"manifest.json": FILES["manifest.json"]}),
        archive({}),
    ],
    ids=range(21),
)
def test_what_is_no_bundle_fails_without_a_stumble(data):
    report = checked(data, TRUST)

    assert (report.verdict, report.missing) == ("FAIL", [])


@pytest.mark.parametrize(
    "event",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"ch":' * 5_000,
        b"null",
        b"7",
        b'{"a":1,"a":1}',
        b"1" * 5_000,
        b"NaN",
        b'"\\ud800"',
        "\ufeff{}".encode(),
        b'{"A":1}',
    ],
)
@pytest.mark.parametrize("name", [EVENTS, STATE, "record.json"])
def test_file_that_is_not_of_the_profile_fails_without_a_stumble(event, name):
    report = checked(sealed_again({**FILES, name: event + b"\n" if name == EVENTS else event}), TRUST)

    assert report.verdict == "FAIL"
    assert "The verifier itself failed" not in " ".join(report.missing)


@given(st.binary(max_size=300), st.integers(0, len(BUNDLE)), st.integers(0, 300))
def test_nothing_put_into_a_bundle_makes_it_pass_or_stumble(data, place, left_out):
    altered = BUNDLE[:place] + data + BUNDLE[place + left_out :]
    report = checked(altered, WHOLE)

    assert report.verdict == ("PASS" if altered == BUNDLE else "FAIL")


def test_report_of_hostile_names_is_plain_text():
    story = told_story()
    story.tell(RECORD, Action.REMARK, "re\u202emark\n" * 50, {"id": 1, "rev": 1})
    del story.rows[RECORD]["re\u202emark\n" * 50, "1"]

    text = offline_verifier.as_text(checked(story.bundle()))
    assert "\u202e" not in text
    assert "RECORD_MISSING  batch/TB-1: re?mark?re?mark" in text


def test_report_holds_nothing_that_moves_a_terminals_cursor():
    story = told_story()
    story.tell("denied/\x1b[2J\nPASS", Action.DENIED, "denied_attempt", {"id": 1, "rev": 1})

    text = offline_verifier.as_text(checked(story.bundle(), TRUST))
    assert "denied/?[2J?PASS: the trust file names neither" in text
    assert "\x1b" not in text


def test_very_many_findings_are_counted():
    story = told_story()
    for number in range(600):
        story.tell(RECORD, Action.REMARK, "remark", {"id": number, "rev": 1, "part": "1.1/1"})
    story.rows[RECORD] = {}

    report = checked(story.bundle())
    assert (len(report.findings), report.more > 0) == (offline_verifier.MOST_FINDINGS, True)
    assert f"and {report.more} more" in offline_verifier.as_text(report)


# It agrees with the first implementation


VECTORS = (
    *(b"{}", b'{"a":1}', b'{"a":-0}', b'{"a":1.0}', b'{"b":1,"a":2}', b'{"a":1, "b":2}', b'{"a":null}'),
    *(b'{"A":1}', b'{"a":9007199254740991}', b'{"a":9007199254740992}', b'{"a":1e3}', b'{"a":"\\u0041"}'),
    *(b'{"a":"\\u0001"}', b'{"a":"\\b\\f\\n\\r\\t\\"\\\\"}', b'{"a":"/"}', b'{"a":"\\/"}', b'{"a":"\x7f"}'),
    *('{"a":"é"}'.encode(), '{"a":"Ω"}'.encode(), '{"a":"𝄞"}'.encode(), b'{"a":"\\ud834\\udd1e"}'),
    *(b'{"a":"\\ud834"}', b'{"a":NaN}', b"", b"null", b"true", b'"x"', b'{"a":01}', b'{"a":[1,2,{"b":[]}]}'),
    *(
        b'{"a":1,"a":1}',
        b'{"a":"\\u001F"}',
        b'{"a":"\\u001f"}',
        b"\xef\xbb\xbf{}",
        b'{"":1}',
        b'{"a":"\xed\xa0\x80"}',
    ),
    '{"a":"e\u0301"}'.encode(),
)


def reads(read, data, wrong):
    try:
        read(data)
    except wrong:
        return False
    return True


@pytest.mark.requirement("P11-10b-2")
@pytest.mark.parametrize("data", VECTORS)
def test_both_implementations_read_the_same_bytes(data):
    first = reads(decode, data, ProfileError)

    assert reads(offline_verifier.parse, data, offline_verifier.WrongError) == first


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_1Aé", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values)
def test_both_implementations_write_and_refuse_the_same_values(value):
    data = canonical(value)
    first = reads(decode, data, ProfileError)

    assert reads(offline_verifier.parse, data, offline_verifier.WrongError) == first
    assert not first or offline_verifier.canonical(value) == encode(value)


def first_verdict(lines):
    """Whether audit.event_checks finds anything without the MAC key, each stored hash fitting its bytes."""
    rows, found = [], Findings()
    for number, line in enumerate(lines, 1):
        body = reads(json.loads, line, ValueError) and json.loads(line)
        body = body if isinstance(body, dict) else {}
        digest = event_hash(line)
        actor = body.get("actor")
        actor = actor.get("id") if isinstance(actor, dict) else None
        columns = (RECORD, number, body.get("ts", ""), actor, body.get("action"))
        rows.append((*columns, digest, mac(b"k", digest), line))
    chain = follow(RECORD, rows, None, found)
    found.extend(head_findings(chain, [(RECORD, len(lines), event_hash(lines[-1]))]))
    return bool(found.counts)


@pytest.mark.requirement("P11-10b-2")
@given(st.integers(0, 5), st.data())
def test_both_implementations_judge_the_same_chains(number, data):
    lines = lines_of()
    document = json.loads(lines[number])
    path = data.draw(
        st.sampled_from([path for path in places(document) if path and path[0] not in {"ts", "log"}])
    )
    new = data.draw(st.sampled_from([at(document, path), "é", "e\u0301", 3]))
    lines[number] = canonical(replaced(document, path, new))
    report = offline_verifier.Report("chain")
    stream = offline_verifier.follow(RECORD, b"".join(line + b"\n" for line in lines), ORIGIN, report)

    assert (stream.head[0], not report.findings) == (6, not report.findings)
    assert not first_verdict(lines) or report.findings != []
    assert report.findings == [] or first_verdict(lines) or _is_shape(report)


def _is_shape(report):
    """The offline verifier looks at the shape of each field, where the first one trusts the writer's key."""
    return codes(report) <= {"BODY_PARSE"}


@pytest.mark.requirement("P11-10b-2")
def test_key_is_named_without_being_told():
    key = bytes(range(32))
    named = mac_key_id(key)

    assert re.fullmatch("[0-9a-f]{16}", named)
    assert named != mac_key_id(bytes(32))
    assert Ledger(ORIGIN, key).mac_key.hex()[:16] != named


# It stands alone


@pytest.mark.requirement("P11-10b-2")
def test_verifier_imports_nothing_but_the_standard_library():
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names


@pytest.mark.requirement("P11-10b-2")
@pytest.mark.parametrize(
    ("data", "given", "status", "first"),
    [
        (BUNDLE, True, 0, "PASS: batch/TB-1, policy chain-only/1"),
        (BUNDLE, False, 2, "INCOMPLETE: batch/TB-1, policy chain-only/1"),
        (BUNDLE[:-1], True, 1, "FAIL: batch/TB-1, policy chain-only/1"),
        (b"", True, 1, "FAIL: policy chain-only/1"),
    ],
)
def test_verifier_runs_alone_in_an_empty_folder(data, given, status, first, tmp_path):
    (tmp_path / "offline_verifier.py").write_bytes(VERIFIER.read_bytes())
    (tmp_path / "bundle.zip").write_bytes(data)
    (tmp_path / "trust.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    command = [sys.executable, "-I", "-S", "offline_verifier.py", "bundle.zip"]
    command += ["--trust", "trust.json"] if given else []
    ran = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, env={})

    assert (ran.returncode, ran.stdout.splitlines()[0], ran.stderr) == (status, first, "")


def test_report_as_json_says_the_same(tmp_path, capsys):
    (tmp_path / "bundle.zip").write_bytes(BUNDLE)
    status = offline_verifier.main([str(tmp_path / "bundle.zip"), "--json"])
    told = json.loads(capsys.readouterr().out)

    assert (status, told["verdict"], told["findings"]) == (2, "INCOMPLETE", [])
    assert told["policy"]["name"] == "chain-only"
    assert told["file"]["sha256"] == sha256(BUNDLE).hexdigest()


@pytest.mark.parametrize("missing", ["bundle.zip", "trust.json"])
def test_file_that_is_not_there_is_said(missing, tmp_path):
    (tmp_path / "bundle.zip").write_bytes(BUNDLE)
    (tmp_path / "trust.json").write_text(json.dumps(TRUST), encoding="utf-8")
    (tmp_path / missing).unlink()
    report = offline_verifier.verify(tmp_path / "bundle.zip", tmp_path / "trust.json")

    assert (report.verdict, "can't be read" in report.missing[0]) == ("INCOMPLETE", True)
