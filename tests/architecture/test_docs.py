"""The documents say what the code does: made tables are current, and nothing a person types is left out."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from app.cli import COMMANDS
from tests.documents.clauses import DOCS
from tests.documents.made import MADE

PROJECT = Path(__file__).parents[2]
PACKAGES = ("app", "audit", "records", "signatures", "workflows")
SETTING = re.compile(r"COUNTERSIGN_[A-Z_]+")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:app|audit|bench|docs|records|signatures|templates|tests|workflows)/[\w/*.-]+\.\w+)`")
LATER = frozenset({"audit/merkle.py", "bench/results.json"})  # a place that is left; what `make bench` writes
STATES = {"works", "partly", "not yet"}
TEST_FILE = re.compile(r"`([a-z]+/test_\w+\.py)`")
HAND_WRITTEN = sorted([PROJECT / "README.md", PROJECT / "CHANGELOG.md", *DOCS.rglob("*.md")])


@pytest.mark.requirement("P11-10k-1")
@pytest.mark.parametrize("name", sorted(MADE))
def test_made_document_is_current(name):
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == MADE[name](), "run `make traceability` and commit the file"


def _settings_read():
    """Every COUNTERSIGN_ variable that code, the Makefile or the house's scripts name."""
    files = [PROJECT / "Makefile", *(PROJECT / ".ci").glob("*"), PROJECT / "wsgi.py"]
    files += [file for package in PACKAGES for file in (PROJECT / package).rglob("*.py")]
    files += [*(PROJECT / "tests").glob("*.py"), *(PROJECT / "bench").glob("*.py")]
    return {name for file in files for name in SETTING.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.requirement("P11-10k-1")
def test_every_setting_is_documented_and_no_other():
    told = set(SETTING.findall((DOCS / "settings.md").read_text(encoding="utf-8")))

    assert told == _settings_read()


def _options(command):
    """The long options that a command's module adds to its parsers."""
    tree = ast.parse((PROJECT / f"app/commands/{command.replace('-', '_')}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    added = [call for call in calls if getattr(call.func, "attr", "") == "add_argument"]
    named = {arg.value for call in added for arg in call.args if isinstance(arg, ast.Constant)}
    return {name for name in named if name.startswith("--")}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented_with_its_options(command):
    sections = (DOCS / "commands.md").read_text(encoding="utf-8").split("\n## ")
    section = next((one for one in sections if one.startswith(f"`countersign {command}")), "")

    assert section != ""
    assert [option for option in sorted(_options(command)) if option not in section] == []


@pytest.mark.requirement("P11-10k-2")
def test_changelog_tells_what_is_new_in_this_version():
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    sections = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1:]
    told = {section.split("]")[0].strip("["): section.count("\n- ") for section in sections}

    assert [name for name, entries in told.items() if name in {"Unreleased", version} and entries] != []


def test_every_capability_names_tests_that_are_there_and_one_of_the_states():
    lines = (DOCS / "capabilities.md").read_text(encoding="utf-8").splitlines()
    rows = [
        line for line in lines if line.startswith("| ") and not line.startswith(("| capability", "| what"))
    ]
    stateless = [line for line in rows if not {cell.strip() for cell in line.split("|")} & STATES]
    tests = {name for line in rows for name in TEST_FILE.findall(line)}

    assert stateless == []
    assert sorted(name for name in tests if not (PROJECT / "tests" / name).exists()) == []


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_link_leads_to_a_file(file):
    links = LINK.findall(file.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in local if not (file.parent / link).exists()] == []


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_file_of_the_project_that_a_document_names_is_there(file):
    named = PATH.findall(file.read_text(encoding="utf-8"))
    there = {path for path in named for root in (PROJECT, PROJECT / "tests") if any(root.glob(path))}

    assert sorted(set(named) - there - LATER) == []


def test_every_document_is_in_the_index():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    others = [file for file in DOCS.rglob("*.md") if file != DOCS / "README.md"]

    assert [
        str(file.relative_to(DOCS)) for file in others if f"({file.relative_to(DOCS)})" not in index
    ] == []
