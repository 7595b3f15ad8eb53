import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.procedure.loader import load_master
from app.procedure.problems import MasterFileError, Problem
from tests.masters import FILES, FOLDER, small, small_text, small_with

WEIGHING = "unit_procedures[1].operations[1A].phases[1A.1].steps[1.1]"
CONTENT = "unit_procedures[1].operations[1A].phases[1A.3].steps[1.5]"
LOOP = "unit_procedures[1].operations[1A].phases[1A.3]"

MASTER_CODE = "a code of letters, digits, dash and underscore, without a point, at most 40 of them"


def place_of(text: str, piece: str) -> tuple[int, int]:
    """Line and column, from 1, where a piece of text stands for the first time."""
    before = text[: text.index(piece)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def problems_of(source: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(MasterFileError) as refused:
        load_master(source, "small.yaml")
    return refused.value.problems


def problem(place: tuple[int, int], path: str, message: str, what_to_do: str) -> Problem:
    line, column = place
    return Problem(
        file="small.yaml", line=line, column=column, path=path, message=message, what_to_do=what_to_do
    )


@pytest.mark.parametrize("name", FILES)
def test_masters_that_ship_load(name):
    assert load_master((FOLDER / name).read_bytes(), name).header.code == name.removesuffix(".yaml").upper()


CASES = {
    "misspelt key": (
        ("site: Alder Ridge", "sitte: Alder Ridge"),
        [
            ("format:", "", "The key 'site' is missing.", "Add it."),
            ("sitte:", "sitte", "There is no key 'sitte' here.", "Did you mean 'site'?"),
        ],
    ),
    "missing key deep inside": (
        ("                title: Salt\n", ""),
        [
            (
                'step: "1.3"',
                "unit_procedures[1].operations[1A].phases[1A.1].steps[1.3]",
                "The key 'title' is missing.",
                "Add it.",
            )
        ],
    ),
    "decimal comma": (
        ("quantity: 0.450", 'quantity: "0,450"'),
        [
            (
                '"0,450"',
                "formula[salt].quantity",
                "'0,450' is not a decimal number with a point, such as 12.10.",
                "Write a decimal point, not a comma.",
            )
        ],
    ),
    "exponent": (
        ("quantity: 0.450", "quantity: 4.5e-1"),
        [
            (
                "4.5e-1",
                "formula[salt].quantity",
                "'4.5e-1' is not a decimal number with a point, such as 12.10.",
                "Write it in that form.",
            )
        ],
    ),
    "not a number": (
        ("quantity: 0.450", "quantity: .nan"),
        [
            (
                ".nan",
                "formula[salt].quantity",
                "'.nan' is not a decimal number with a point, such as 12.10.",
                "Write it in that form.",
            )
        ],
    ),
    "fraction of a count": (
        ("maximum: 2}", "maximum: 2.5}"),
        [
            (
                "2.5}",
                f"{LOOP}.loop.maximum",
                "'2.5' is not a whole number from 1 to 999.",
                "Write it in that form.",
            )
        ],
    ),
    "loop without a maximum": (
        ("while: content < 0.88, maximum: 2}", "while: content < 0.88}"),
        [("{while:", f"{LOOP}.loop", "The key 'maximum' is missing.", "Add it.")],
    ),
    "unknown step type": (
        ("type: yield", "type: yeild"),
        [
            (
                "yeild",
                "unit_procedures[1].operations[1A].phases[1A.4].steps[1.6].type",
                "'yeild' is not a word known here.",
                "Did you mean 'yield'?",
            )
        ],
    ),
    "unknown state of an axis": (
        ("calibration: [in_cal, due_soon]", "calibration: [fine, due_soon]"),
        [
            (
                "fine",
                "equipment_rules.measuring.calibration[1]",
                "'fine' is not a word known here.",
                "Write one of: in_cal, due_soon, grace, overdue, oot_open, limited, not_applicable.",
            )
        ],
    ),
    "name of a rule": (
        ("  measuring: {service", "  Measuring: {service"),
        [
            (
                "Measuring:",
                "equipment_rules.Measuring",
                "'Measuring' is not a name of small letters, digits and underscore, such as net_weight.",
                "Rename it.",
            )
        ],
    ),
    "setting of another type": (
        (
            "settings: {component: salt, balance: BAL-01}",
            "settings: {component: salt, balance: BAL-01, speed: 3}",
        ),
        [
            (
                "speed:",
                f"{WEIGHING}.settings.speed",
                "There is no key 'speed' here.",
                "The keys are: component, balance, portions.",
            )
        ],
    ),
    "needed setting": (
        ("settings: {component: salt, balance: BAL-01}", "settings: {component: salt}"),
        [("{component: salt}", f"{WEIGHING}.settings", "The key 'balance' is missing.", "Add it.")],
    ),
    "setting of a type without any": (
        ("type: charge_in\n", "type: yes_no\n"),
        [
            (
                "components: [salt]",
                "unit_procedures[1].operations[1A].phases[1A.1].steps[1.3].settings.components",
                "There is no key 'components' here.",
                "Delete it: this takes none.",
            ),
            (
                "vessel: TNK-01}\n          - id: 1A.2",
                "unit_procedures[1].operations[1A].phases[1A.1].steps[1.3].settings.vessel",
                "There is no key 'vessel' here.",
                "Delete it: this takes none.",
            ),
        ],
    ),
    "list where one value is wanted": (
        ("site: Alder Ridge", "site: [Alder Ridge]"),
        [("[Alder Ridge]", "site", "A list is not a text of 1 to 160 characters.", "Write a single value.")],
    ),
    "value where a list is wanted": (
        ("markets: [EU]", "markets: EU"),
        [("EU\n", "markets", "'EU' is not a list.", "Write a list, such as [a, b].")],
    ),
    "mapping by an unquoted colon": (
        ("title: Yield\n", "title: {Yield: good}\n"),
        [
            (
                "{Yield: good}",
                "unit_procedures[1].operations[1A].phases[1A.4].steps[1.6].title",
                "A mapping is not a text of 1 to 160 characters.",
                "Write a single value, or put a text that contains a colon in quotes.",
            )
        ],
    ),
    "truth where a text is wanted": (
        ("site: Alder Ridge", "site: true"),
        [
            (
                "true\n",
                "site",
                "'true' is not a text of 1 to 160 characters.",
                "Put it in quotes if the word is meant.",
            )
        ],
    ),
    "yes where true is wanted": (
        ("tolerance_percent: 0.5}\n  - {id: water", "tolerance_percent: 0.5, removed: yes}\n  - {id: water"),
        [("yes}", "formula[salt].removed", "'yes' is not true or false.", "Write true or false.")],
    ),
    "key without a value": (
        ("site: Alder Ridge", "site:"),
        [("\ntime_zone", "site", "There is no value here.", "Write one, or leave the key out.")],
    ),
    "empty list": (
        ("markets: [EU]", "markets: []"),
        [("[]", "markets", "There is nothing here.", "Write at least 1, or leave the key out.")],
    ),
    "other format": (
        ("format: countersign-procedure/1", "format: countersign-procedure/2"),
        [
            (
                "countersign-procedure/2",
                "format",
                "'countersign-procedure/2' is not known here.",
                "Write countersign-procedure/1.",
            )
        ],
    ),
    "unknown sign": (
        (
            "                settings: {theoretical",
            "                sign: V+P\n                settings: {theoretical",
        ),
        [
            (
                "V+P",
                "unit_procedures[1].operations[1A].phases[1A.4].steps[1.6].sign",
                "'V+P' is not a sign: write sys, or P or IPC, then V, QA, QP as needed, joined by +.",
                "",
            )
        ],
    ),
    "unknown component": (
        ("settings: {component: salt, balance: BAL-01}", "settings: {component: sugar, balance: BAL-01}"),
        [("sugar", f"{WEIGHING}.settings.component", "There is no formula item 'sugar'.", "")],
    ),
    "unknown specification": (
        ("specification: SPEC-0500", "specification: SPEC-0501"),
        [
            (
                "SPEC-0501",
                "unit_procedures[1].operations[1A].phases[1A.2].steps[1.4].settings.specification",
                "There is no specification 'SPEC-0501'.",
                "",
            ),
            (
                "{name: content, as: content}",
                "unit_procedures[1].operations[1A].phases[1A.2].steps[1.4].fields[content]",
                "Field 'content' has no label.",
                "",
            ),
        ],
    ),
    "unknown test": (
        ("tests: [content]", "tests: [content, colour]"),
        [
            (
                "[content, colour]",
                "unit_procedures[1].operations[1A].phases[1A.2].steps[1.4].settings.tests",
                "Specification SPEC-0500 has no test 'colour'; it has content.",
                "",
            ),
            (
                "{name: content, as: content}",
                "unit_procedures[1].operations[1A].phases[1A.2].steps[1.4].fields[content]",
                "Field 'content' has no label.",
                "",
            ),
        ],
    ),
    "field listed twice": (
        ("[{name: actual, as: filled}]", "[{name: actual, as: filled}, {name: actual}]"),
        [
            (
                "{name: actual}",
                "unit_procedures[1].operations[1A].phases[1A.4].steps[1.6].fields[actual]",
                "Field 'actual' is listed twice.",
                "",
            )
        ],
    ),
    "bounds both beside and under action": (
        (
            "as: content, limits: {minimum: 0.88,",
            "as: content, limits: {action: {minimum: 0.87}, minimum: 0.88,",
        ),
        [
            (
                "{action:",
                f"{CONTENT}.fields[content].limits",
                "Bounds stand both beside and under action.",
                "",
            )
        ],
    ),
    "duplicate key": (
        ("site: Alder Ridge", "site: Alder Ridge\nsite: Elsewhere"),
        [("site: Elsewhere", "", "The key 'site' stands twice.", "Keep one of them.")],
    ),
    "anchor and alias": (
        ("site: Alder Ridge", "site: &where Alder Ridge\nchange_summary: *where"),
        [
            ("&where", "site", "&where marks an anchor.", "Delete it."),
            ("*where", "change_summary", "*where refers to another place.", "Write the value out."),
        ],
    ),
    "tag": (
        ("site: Alder Ridge", "site: !!python/object:os.system x"),
        [
            (
                "!!python",
                "site",
                "tag:yaml.org,2002:python/object:os.system is a tag.",
                "Delete it; all values are plain.",
            )
        ],
    ),
    "code with a point, which the number needs between code and version": (
        ("code: MBR-0500", "code: MBR-0500.1"),
        [("MBR-0500.1", "code", f"'MBR-0500.1' is not {MASTER_CODE}.", "Write it in that form.")],
    ),
    "merge key": (
        ("rooms: [{code: M01, title: Mixing}]", "rooms: [{code: M01, title: Mixing, <<: {class: D}}]"),
        [("<<:", "rooms[M01].<<", "There is no key '<<' here.", "The keys are: code, title, class.")],
    ),
    "tab": (
        ("site: Alder Ridge", "site:\tAlder Ridge"),
        [("\t", "", "A tab stands here.", "Use blanks.")],
    ),
    "character that can't be seen": (
        ("site: Alder Ridge", "site: Alder\u200bRidge"),
        [("\u200b", "", "The character U+200B can't be seen.", "Delete it.")],
    ),
    "text after a quoted text": (
        ("site: Alder Ridge", 'site: "Alder" Ridge'),
        [
            (
                "Ridge",
                "",
                "This is not YAML: did not find expected key.",
                "Check indentation, colons and quotes.",
            )
        ],
    ),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES)
def test_bad_file_is_told_where_what_and_what_to_do(change, expected):
    text = small_with(change)

    assert problems_of(text) == tuple(
        problem(place_of(text, piece), path, message, what_to_do)
        for piece, path, message, what_to_do in expected
    )


WEIRD = [
    "true",
    "[]",
    "{}",
    "[x]",
    "{x: y}",
    "",
    "x: y",
    "'",
    "&a",
    "*a",
    "!x",
    "-1",
    "0",
    "1e9",
    '""',
    "2.5",
    "\N{SNOWMAN}",
    "x" * 3000,
]


@settings(max_examples=60, deadline=None)
@given(
    line=st.sampled_from([n for n, line in enumerate(small_text().splitlines()) if ": " in line]),
    weird=st.sampled_from(WEIRD),
)
def test_file_with_any_value_spoiled_loads_or_is_refused_with_its_problems(line, weird):
    lines = small_text().splitlines()
    lines[line] = f"{lines[line].partition(': ')[0]}: {weird}"

    try:
        found = load_master("\n".join(lines), "small.yaml").header.format
    except MasterFileError as error:
        found = {type(one) for one in error.problems}

    assert found in ("countersign-procedure/1", {Problem})


def test_all_problems_are_told_at_once_in_the_order_of_the_file():
    text = small_with(
        ("site: Alder Ridge", "sitte: Alder Ridge"),
        ("quantity: 0.450", 'quantity: "0,450"'),
        ("type: yield", "type: yeild"),
        ("settings: {component: salt, balance: BAL-01}", "settings: {component: salt}"),
    )

    assert [found.message for found in problems_of(text)] == [
        "The key 'site' is missing.",
        "There is no key 'sitte' here.",
        "'0,450' is not a decimal number with a point, such as 12.10.",
        "The key 'balance' is missing.",
        "'yeild' is not a word known here.",
    ]


def test_problem_reads_as_one_line():
    text = small_with(("quantity: 0.450", 'quantity: "0,450"'))
    line, column = place_of(text, '"0,450"')

    assert str(problems_of(text)[0]) == (
        f"small.yaml:{line}:{column}: formula[salt].quantity: "
        "'0,450' is not a decimal number with a point, such as 12.10. Write a decimal point, not a comma."
    )


def test_error_lists_twenty_problems_and_counts_the_rest():
    text = small_text() + "".join(f"surplus{number}: x\n" for number in range(25))

    with pytest.raises(MasterFileError) as refused:
        load_master(text, "small.yaml")

    assert len(refused.value.problems) == 25
    assert len(refused.value.message.splitlines()) == 21
    assert refused.value.message.splitlines()[-1] == "and 5 more."


@pytest.mark.requirement("G-68b2")
def test_numbers_keep_the_digits_they_were_written_with():
    text = small_with(("quantity: 0.450", "quantity: 0.4500"))

    assert format(load_master(text, "x.yaml").formula[0].quantity, "f") == "0.4500"


def test_yes_no_on_and_octal_are_text():
    text = small_with(("site: Alder Ridge", "site: on\nsupersedes: 012"))

    header = load_master(text, "x.yaml").header

    assert (header.site, header.supersedes) == ("on", "012")


def test_true_in_quotes_is_text():
    assert load_master(small_with(("site: Alder Ridge", "site: 'true'")), "x.yaml").header.site == "true"


def test_byte_order_mark_and_carriage_returns_do_no_harm():
    text = "\ufeff" + small_text().replace("\n", "\r\n")

    assert load_master(text.encode(), "x.yaml") == small()


FILES_THAT_ARE_NO_TEXT = {
    "latin letters": (
        b"format: x\ntitle: caf\xe9",
        (2, 11),
        "The byte 0xE9 is not UTF-8 text.",
        "Save the file as UTF-8.",
    ),
    "nothing": (b"", (1, 1), "The file is empty.", "Write a procedure."),
    "a comment": (b"# nothing\n", (1, 1), "The file is empty.", "Write a procedure."),
    "too much": (
        b"#" * 2_000_001,
        (1, 1),
        "The file has 2000001 bytes, more than 2000000.",
        "Divide the procedure.",
    ),
    "a null byte": (b"title: a\x00b", (1, 9), "The character U+0000 can't be seen.", "Delete it."),
    "brackets without end": (
        b"[" * 100,
        (1, 32),
        "More than 30 levels inside each other.",
        "Check the brackets.",
    ),
}


@pytest.mark.parametrize(
    ("data", "place", "message", "what_to_do"), FILES_THAT_ARE_NO_TEXT.values(), ids=FILES_THAT_ARE_NO_TEXT
)
def test_file_that_is_no_text_is_refused(data, place, message, what_to_do):
    assert problems_of(data) == (problem(place, "", message, what_to_do),)


def test_surrogate_in_a_text_is_refused():
    assert [found.message for found in problems_of("title: \ud800")] == ["The byte 0xED is not UTF-8 text."]


def test_file_that_is_a_list_is_refused():
    assert problems_of("- a\n") == (
        problem((1, 1), "", "A list is not a mapping of keys and values.", "Check the indentation."),
    )


def test_second_document_is_refused():
    text = small_text() + "---\nformat: x\n"

    assert problems_of(text) == (
        problem(place_of(text, "---"), "", "A second document starts here.", "Keep one procedure in a file."),
    )


def test_key_that_is_a_list_is_refused():
    text = small_with(("site: Alder Ridge", "site: Alder Ridge\n[a, b]: c"))

    assert problems_of(text) == (
        problem(place_of(text, "[a, b]"), "", "A key must be a plain word.", "Check the brackets."),
    )


def test_aliases_that_would_grow_are_refused_without_growing():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]

    found = problems_of("\n".join(lines))

    assert len([one for one in found if "refers to another place" in one.message]) == 72
