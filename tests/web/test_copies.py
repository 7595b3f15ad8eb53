"""Store, data and print say the same, field by field; and the PDF is what docs/inspection-copy.md says."""

import io
import json
import re
import sys
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import jsonschema
import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.export.batch_print import steps
from app.export.environment import FONTS
from app.export.printing import make_pdf
from app.export.reading import NotCopiedError, read_copy
from app.export.renderer import Renderer, RenderingError, Task
from app.export.words import local
from audit.models import audit_event
from records.execution.models import Entry
from records.identity import RecordName
from records.times import to_text
from signatures.models import Signature, SignatureVoid
from tests.copies import MADE_AT, copy_of, integrity, pages_of, squeezed, workshop_in
from tests.evidence import checked
from tests.factories import BATCH, MASTER
from tests.synthetic_record import synthetic_record
from tests.web.conftest import _settings

pytest_plugins = ("tests.web.cast_plant",)
pytestmark = pytest.mark.usefixtures("pango")
ZONE = "Europe/Dublin"
HOSTILE = (
    "<script>alert('x')</script>",
    "</td></table><style>*{display:none}</style>",
    "<img src=http://example.org/x.png>",
    "&lt;already&gt; {{ 7 * 7 }} {% raw %}",
)
SCHEMA = json.loads(Path("docs/electronic-copy.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stored(record_stores, keys_dir, tmp_path_factory):
    """A store with corrections, a void signature and an exception, and the copy read from it."""
    folder = tmp_path_factory.mktemp("stored")
    url = record_stores.copy("with_exceptions", folder)
    plant = record_stores.plant(url)
    settings = _settings(url, keys_dir, folder)
    copy = read_copy(
        settings,
        plant.service.keys,
        RecordName("batch", BATCH),
        made_at=MADE_AT,
        made_for="G. Andersson",
        code="countersign 0.1.0 (0123456789ab)",
    )
    yield plant, copy
    plant.engine.dispose()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workshop whose cache the tests of this file share."""
    return workshop_in(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def made(pango, stored, tmp_path_factory):  # noqa: ARG001 -- what follows needs the libraries
    return make_pdf(stored[1], workshop_in(tmp_path_factory.mktemp("shop"))).pdf


@pytest.fixture(scope="module")
def pages(made):
    return pages_of(made)


@pytest.fixture(scope="module")
def text(pages):
    """Everything printed, the feet of the pages left away, without white space."""
    feet = re.compile(
        r"Batch record BU-0001.*?Page \d+ of \d+\s*SHA-256 of the record [0-9a-f]{64}.*?\)", re.DOTALL
    )
    return squeezed("".join(feet.sub("", page) for page in pages))


def small(texts=()):
    """A made-up record of few steps."""
    return synthetic_record(1, by="mbr-9000.yaml", texts=texts)


def rows(plant, model):
    with Session(plant.engine) as session:
        return session.scalars(select(model).where(model.stream == f"batch/{BATCH}").order_by(model.id)).all()


def entries_of(record):
    return [
        entry
        for step in steps(record)
        for row in step["occurrences"]
        for value in row["values"]
        for entry in value["entries"]
    ]


# The data say what the store says.


@pytest.mark.requirement("P11-10b-1")
def test_data_hold_every_entry_of_the_store_column_by_column(stored):
    plant, copy = stored

    told = {entry["id"]: entry for entry in entries_of(json.loads(copy.data))}

    columns = ("part", "field", "raw", "value", "unit", "device", "supersedes", "reason", "printed_name")
    assert {row.id: tuple(getattr(row, name) for name in columns) for row in rows(plant, Entry)} == {
        number: tuple(entry[name] for name in columns) for number, entry in told.items()
    }
    assert {row.id: (to_text(row.entered_at), row.judged, row.source) for row in rows(plant, Entry)} == {
        number: (entry["entered_at"], entry["judged"], entry["source"]) for number, entry in told.items()
    }


@pytest.mark.requirement("P11-10b-1")
def test_data_hold_every_signature_and_every_event_of_the_store(stored):
    plant, copy = stored
    record = json.loads(copy.data)

    with Session(plant.engine) as session:
        events = session.execute(
            select(audit_event.c.seq, audit_event.c.action)
            .where(audit_event.c.stream == f"batch/{BATCH}")
            .order_by(audit_event.c.seq)
        ).all()
    assert [row.digest for row in rows(plant, Signature)] == [one["digest"] for one in record["signatures"]]
    assert {row.signature_id for row in rows(plant, SignatureVoid)} == {
        one["id"] for one in record["signatures"] if one["void"]
    }
    assert [tuple(row) for row in events] == [(one["seq"], one["action"]) for one in record["trail"]]


@pytest.mark.requirement("P11-10b-1")
def test_data_are_as_their_schema_says(stored):
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(stored[1].data))
    jsonschema.Draft202012Validator(SCHEMA).validate(synthetic_record(2))


def test_schema_would_find_a_column_of_another_kind(stored):
    record = json.loads(stored[1].data)
    entries_of(record)[0]["entered_at"] = "yesterday"

    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(record))

    assert [error.json_path.rpartition(".")[2] for error in errors] == ["entered_at"]


# The print says what the data say.


@pytest.mark.requirement("P11-10b-1", "A11-8.1/8.2", "FAIL-01", "FAIL-14")
def test_print_shows_every_entry_with_unit_name_time_and_reason(stored, text):
    missing = []
    for entry in entries_of(stored[1].record):
        value = f"{entry['value']} {entry['unit'] or ''}"
        entered = f"{entry['entered_by_name']}, {local(entry['entered_at'], ZONE)}"
        wanted = [value, entered, *([f"reason: {entry['reason']}"] if entry["reason"] else [])]
        missing += [words for words in wanted if squeezed(words) not in text]

    assert missing == []


@pytest.mark.requirement("ATK-28", "G-100b")
def test_late_entry_is_printed_with_both_times(shop):
    record = small()
    (late,) = (entry for entry in entries_of(record) if entry["stated_at"])

    text = squeezed("".join(pages_of(make_pdf(copy_of(record), shop).pdf)))

    assert squeezed(f"! ENTERED LATE, done {local(late['stated_at'], ZONE)}") in text
    assert squeezed(local(late["entered_at"], ZONE)) in text


@pytest.mark.requirement("P11-10e-3")
def test_superseded_values_stand_before_the_current_one_and_are_counted_on_the_cover(stored, pages, text):
    record = stored[1].record
    changed = [
        value
        for step in steps(record)
        for row in step["occurrences"]
        for value in row["values"]
        if value["is_changed"]
    ]

    assert [value["name"] for value in changed] == ["weight", "actual", "percent"]
    assert squeezed(f"{len(changed)} of {record['counts']['values']} values changed") in squeezed(pages[0])
    assert text.count("superseded") >= sum(len(value["entries"]) - 1 for value in changed)
    for value in changed:
        old, new = (f"{entry['value']}{entry['unit']}" for entry in value["entries"])
        assert re.search(re.escape(squeezed(old)) + ".*" + re.escape(squeezed(new)), text)


@pytest.mark.requirement("P11-50b", "P11-50a1", "P11-50a2", "P11-50a3")
def test_print_shows_every_signature_at_its_step_and_in_the_list(stored, text):
    wanted = Counter(squeezed(one["line"]) for one in stored[1].record["signatures"])

    found = {line: text.count(line) for line in wanted}

    assert {line: count for line, count in found.items() if count < wanted[line]} == {}
    at_steps = [one for one in stored[1].record["signatures"] if one["part"][0].isdigit()]
    assert all(text.count(squeezed(one["line"])) >= 2 for one in at_steps)
    assert all(squeezed(one["digest"]) in text for one in stored[1].record["signatures"])


@pytest.mark.requirement("P11-70-2")
def test_print_marks_void_signatures_and_says_why(stored, text):
    void = [one for one in stored[1].record["signatures"] if one["void"]]

    causes = Counter(
        squeezed(f"❌ VOID since {local(one['void']['voided_at'], ZONE)}: {one['void']['cause']}")
        for one in void
    )

    assert len(void) > 0
    assert {cause: count for cause, count in causes.items() if text.count(cause) < count} == {}


def _since(void):
    return local(void["voided_at"], ZONE)


@pytest.mark.requirement("P11-10e-4")
def test_print_shows_every_event_of_the_trail(stored, text):
    record = stored[1].record

    missing = [
        event["seq"]
        for event in record["trail"]
        if squeezed(f"{event['seq']} {local(event['ts'], ZONE)}") not in text
        or squeezed(event["sentence"]) not in text
        or squeezed(event["event_hash"][:10]) not in text
    ]

    assert missing == []


@pytest.mark.requirement("P11-10b-1")
def test_print_shows_exceptions_remarks_and_the_state_of_equipment(stored, text):
    record = stored[1].record
    told = [
        *(f"{row['number']}" for row in record["exceptions"]),
        *(row["text"] for row in record["exceptions"]),
        *(row["text"] for row in record["remarks"]),
        *(use["snapshot_digest"] for asset in record["equipment"] for use in asset["uses"]),
    ]

    assert [words for words in told if squeezed(words) not in text] == []


@pytest.mark.requirement("G-188a")
def test_print_shows_the_frozen_instructions_and_that_they_are_the_masters(stored, text):
    record = stored[1].record

    titles = [step["title"] for step in steps(record)]

    assert [title for title in titles if squeezed(title) not in text] == []
    assert squeezed("✓ is the approved master, byte for byte") in text
    assert record["control_recipe"]["digest"] in text


# Every page.


@pytest.mark.requirement("CAL-11", "DAY-11")
def test_every_page_bears_record_number_page_number_and_the_digest_of_the_data(stored, pages):
    copy = stored[1]
    wanted = [
        (squeezed(f"Batch record {BATCH}"), squeezed(f"Page {number} of {len(pages)}"), copy.sha256)
        for number in range(1, len(pages) + 1)
    ]

    assert [
        all(words in squeezed(page) for words in want) for page, want in zip(pages, wanted, strict=True)
    ] == [True] * len(pages)
    assert squeezed(f"End of the batch record {BATCH}.") in squeezed(pages[-1])


@pytest.mark.requirement("P11-10b-1")
def test_cover_names_software_integrity_and_the_head_of_the_trail(stored, pages):
    copy = stored[1]
    cover = squeezed(pages[0])

    told = [
        copy.code,
        "Integrity: verified.",
        f"stands at event {copy.head.seq}, hash {copy.head.hash}",
        "made 2026-11-24 09:00:01 Europe/Dublin (UTC+00:00) for G. Andersson",
        "NOT YET DECIDED",
    ]
    assert [words for words in told if squeezed(words) not in cover] == []


@pytest.mark.requirement("P11-10c-2")
def test_cover_names_the_print_format(pages):
    assert "countersign-print/1" in squeezed(pages[0])


@pytest.mark.requirement("P11-10e-5")
def test_copy_of_an_altered_record_says_so_on_its_cover_and_on_every_page(shop):
    found = integrity("FAIL", ["STATE_MISMATCH: entry 17 is not as its last event left it."])

    pages = pages_of(make_pdf(copy_of(small(), checked=found), shop).pdf)

    assert squeezed("Integrity: FAILED.") in squeezed(pages[0])
    assert squeezed(found.findings[0]) in squeezed(pages[0])
    assert ["INTEGRITY FAILED" in page for page in pages] == [True] * len(pages)


def test_what_could_not_be_checked_is_said_and_is_no_pass(shop):
    found = integrity("INCOMPLETE", missing=["The MAC key was not supplied."])

    cover = squeezed(pages_of(make_pdf(copy_of(small(), checked=found), shop).pdf)[0])

    assert squeezed("NOT COMPLETELY CHECKED.") in cover
    assert squeezed("Not checked: The MAC key was not supplied.") in cover
    assert "verified." not in cover


def test_demo_data_are_called_so_on_every_page(shop):
    pages = pages_of(make_pdf(copy_of(small()), shop).pdf)

    assert ["DEMO DATA" in page for page in pages] == [True] * len(pages)


@pytest.mark.requirement("ATK-35")
def test_hostile_text_is_printed_as_text_and_does_nothing(shop):
    plain, hostile = (make_pdf(copy_of(small(texts)), shop) for texts in (("a remark",) * 4, HOSTILE))

    text = squeezed("".join(pages_of(hostile.pdf)))
    assert [words for words in HOSTILE if squeezed(words) not in text] == []
    assert hostile.pages == plain.pages


@pytest.mark.requirement("P11-10b-1")
def test_long_and_foreign_text_wraps_and_is_never_cut(shop):
    long_word, foreign = "Lagerbestandskontrolle" * 20, "佐藤 花子, Ольга, Łukasz"

    made = make_pdf(copy_of(small((long_word, foreign))), shop)

    text = squeezed("".join(pages_of(made.pdf)))
    assert long_word in text
    assert squeezed("[U+4F50 U+85E4 U+82B1 U+5B50], Ольга, Łukasz") in text
    assert _beyond_the_margins(made.pdf) == []


def _beyond_the_margins(pdf):
    """Texts that begin right of the page's text area."""
    import pypdf  # noqa: PLC0415 -- this check alone looks at positions

    found = []
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(pdf)).pages, start=1):

        def visit(words, matrix, text_matrix, _font, _size, number=number):
            if words.strip() and text_matrix[4] * matrix[0] + matrix[4] > 595.28 - 39:
                found.append((number, words))

        page.extract_text(visitor_text=visit)
    return found


# The file.


@pytest.mark.requirement("P11-10c-1")
def test_file_is_written_as_pdf_a_3b_asks(made):
    with pikepdf.open(io.BytesIO(made)) as document:
        metadata = document.open_metadata()
        claimed = (metadata["pdfaid:part"], metadata["pdfaid:conformance"])
        intent = document.Root.OutputIntents[0]
        same = [
            (str(document.docinfo["/Title"]), metadata["dc:title"]),
            (str(document.docinfo["/Producer"]), metadata["pdf:Producer"]),
        ]
        fonts = _fonts(document)
        forbidden = [
            name for name in ("/AcroForm", "/OpenAction", "/AA", "/Encrypt") if name in document.Root
        ]
        identifiers = [bytes(one) for one in document.trailer.ID]

        assert claimed == ("3", "B")
        assert (intent.S, "/DestOutputProfile" in intent) == ("/GTS_PDFA1", True)
        assert "/Filter" not in document.Root.Metadata
        assert [left == right for left, right in same] == [True, True]
        assert [font for font, embedded in fonts.items() if not embedded] == []
        assert len(fonts) > 0
        assert (forbidden, document.is_encrypted, _scripts(document)) == ([], False, [])
        assert (len(identifiers), len(identifiers[0])) == (2, 16)
        assert document.pdf_version == "1.7"


def _fonts(document):
    """Every font by name, and whether its program is embedded."""
    found = {}
    for item in document.objects:
        if (
            isinstance(item, pikepdf.Dictionary)
            and item.get("/Type") == "/Font"
            and "/DescendantFonts" in item
        ):
            descriptor = item.DescendantFonts[0].FontDescriptor
            embedded = any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
            found[str(item.BaseFont)] = embedded and "/ToUnicode" in item
    return found


def _scripts(document):
    names = {"/JavaScript", "/Launch", "/URI", "/SubmitForm"}
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and str(item.get("/S", "")) in names
    ]


@pytest.mark.requirement("DAY-11", "P11-10b-2")
def test_data_inside_the_file_are_the_record_whose_digest_every_page_bears(made, stored):
    with pikepdf.open(io.BytesIO(made)) as document:
        inside = {name: one.get_file().read_bytes() for name, one in document.attachments.items()}
        related = {str(one.UF): str(one.AFRelationship) for one in document.Root.AF}

    assert related == {f"{BATCH}.json": "/Source", f"{BATCH}.evidence.zip": "/Supplement"}
    assert sha256(inside[f"{BATCH}.json"]).hexdigest() == stored[1].sha256


@pytest.mark.requirement("P11-10b-2")
def test_evidence_inside_the_file_is_the_bundle_whose_digest_the_cover_bears(made, stored, text):
    with pikepdf.open(io.BytesIO(made)) as document:
        bundle = document.attachments[f"{BATCH}.evidence.zip"].get_file().read_bytes()
    digest = sha256(bundle).hexdigest()
    known = {"format": "countersign-trust/1", "policy": "chain-only", "origin": stored[1].origin}

    report = checked(bundle, {**known, "bundles": [digest]})

    assert digest in text
    assert (report.verdict, report.findings) == ("PASS", [])
    assert report.counts["signatures"] > 1


def test_bookmarks_lead_to_the_page_that_the_contents_name(made, pages):
    with pikepdf.open(io.BytesIO(made)) as document, document.open_outline() as outline:
        numbers = {page.objgen: number for number, page in enumerate(document.pages, start=1)}
        found = {
            item.title: numbers[item.destination[0].objgen]
            for one in outline.root
            for item in (one, *one.children)
        }

    contents = squeezed(pages[1])
    told = {
        title: page for title, page in found.items() if title not in {"Contents", f"Batch record {BATCH}"}
    }
    assert [title for title, page in told.items() if squeezed(f"{title}{page}") not in contents] == []
    assert [title for title, page in found.items() if squeezed(title) not in squeezed(pages[page - 1])] == [
        "3 Record, step by step"
    ]


# The same again, and quicker.


@pytest.mark.requirement("P11-10b-1")
def test_same_copy_gives_the_same_bytes_with_and_without_the_cache(stored, made, tmp_path):
    shop = workshop_in(tmp_path)

    cold, warm = make_pdf(stored[1], shop).pdf, make_pdf(stored[1], shop).pdf

    assert sha256(cold).digest() == sha256(warm).digest() == sha256(made).digest()


def test_only_sections_that_changed_are_rendered_anew(tmp_path):
    shop, record = workshop_in(tmp_path), small()
    make_pdf(copy_of(record), shop)
    first = set((tmp_path / "cache").iterdir())
    record["remarks"].append({**_remark(), "text": "Seen again."})

    make_pdf(copy_of(record), shop)

    added = set((tmp_path / "cache").iterdir()) - first
    assert len(added) == 2  # the cover, whose digest changed, and the section with the remarks


def _remark():
    return {
        "id": 1,
        "step_part": None,
        "text": "",
        "made_at": to_text(MADE_AT),
        "made_by": "P-0002",
        "made_by_name": "A. Reyes",
    }


@pytest.mark.requirement("ATK-18")
def test_section_altered_in_the_cache_is_rendered_anew(stored, made, tmp_path):
    shop = workshop_in(tmp_path)
    make_pdf(stored[1], shop)
    kept = sorted((tmp_path / "cache").iterdir())
    for path in kept:
        path.write_bytes(path.read_bytes()[:32] + kept[0].read_bytes()[32:] + b" ")

    assert sha256(make_pdf(stored[1], shop).pdf).digest() == sha256(made).digest()


def test_cache_drops_what_was_used_longest_ago(tmp_path):
    cache = workshop_in(tmp_path).cache
    for name in "abc":
        cache.put(name, name.encode() * 100)
    (tmp_path / "cache" / "a").touch()
    cache.get("b")

    cache.prune(most=300)

    assert [cache.get(name) for name in "abc"].count(None) == 1


def test_page_maker_that_fetches_from_elsewhere_ends_with_a_sentence(tmp_path, monkeypatch):
    copy = copy_of(small())
    monkeypatch.setattr("app.export.printing.styles", lambda: "@import 'http://127.0.0.1:9/x.css';")

    with pytest.raises(RenderingError) as caught:
        make_pdf(copy, workshop_in(tmp_path))

    assert "A print may not fetch 'http://127.0.0.1:9/x.css'." in caught.value.message


def test_missing_libraries_are_named_with_the_way_out(tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho \"OSError: cannot load library 'libpango-1.0-0'\" >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    with pytest.raises(RenderingError) as caught, Renderer("", FONTS, tmp_path) as renderer:
        renderer.render([Task("name", "<p>text")], lambda _task, _rendered: None)

    assert caught.value.message == (
        "PDFs can't be made here: Pango is missing. `countersign doctor` names the package."
    )


def test_section_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("app.export.renderer.SECONDS", 0.01)

    with pytest.raises(RenderingError) as caught, Renderer("", FONTS, tmp_path) as renderer:
        renderer.render([Task("name", "<p>text")], lambda _task, _rendered: None)

    assert caught.value.message == "The PDF could not be made: a page maker ended with status -9."


# Masters, and what has no copy.


@pytest.mark.requirement("G-186b")
def test_printed_master_shows_the_nine_groups_and_its_signatures(record_stores, keys_dir, tmp_path):
    url = record_stores.copy("mastered", tmp_path)
    plant = record_stores.plant(url)
    copy = read_copy(
        _settings(url, keys_dir, tmp_path),
        plant.service.keys,
        RecordName("master", MASTER),
        made_at=MADE_AT,
        made_for="G. Andersson",
        code="countersign",
    )
    plant.engine.dispose()

    text = squeezed("".join(pages_of(make_pdf(copy, workshop_in(tmp_path)).pdf)))

    groups = ["(1)", "(2)", "(3),(4)", "(5)", "(6)", "(7)", "(8)", "(9)"]
    assert [group for group in groups if f"211.186(b){group}" not in text] == []
    assert [one["line"] for one in copy.record["signatures"] if squeezed(one["line"]) not in text] == []
    assert [step["title"] for step in steps(copy.record) if squeezed(step["title"]) not in text] == []
    assert copy.record["version"]["digest"] in text


def test_other_kinds_of_record_have_no_copy_yet(stored, keys_dir, tmp_path):
    plant, copy = stored
    settings = _settings(str(plant.engine.url), keys_dir, tmp_path)

    with pytest.raises(NotCopiedError) as caught:
        read_copy(
            settings,
            plant.service.keys,
            RecordName("lot", "24-118"),
            made_at=MADE_AT,
            made_for="",
            code="",
        )

    assert caught.value.message == "There are copies of batch and master records, not of lot/24-118."
    assert replace(copy, made_for="someone else").sha256 == copy.sha256
