"""What every template keeps to: nothing inline, every import used, every name known."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "app" / "static"
COMPONENTS = TEMPLATES / "components"
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
IMPORT = re.compile(r"\{%-?\s*from\s+\"[^\"]+\"\s+import\s+([^%]+?)(?:\s+with(?:out)? context)?\s*-?%\}")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(")
INLINE_STYLE = re.compile(r"<[^>]*\sstyle\s*=|<style\b", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.IGNORECASE | re.DOTALL)


def source(name: str) -> str:
    return COMMENT.sub("", (TEMPLATES / name).read_text(encoding="utf-8"))


def imported(text: str) -> list[str]:
    """The names that the template's imports bring in, as they are called there."""
    return [part.split(" as ")[-1].strip() for names in IMPORT.findall(text) for part in names.split(",")]


def unused(text: str) -> list[str]:
    rest = IMPORT.sub("", text)
    return [name for name in imported(text) if not re.search(rf"\b{re.escape(name)}\(", rest)]


def macros() -> list[str]:
    """Every macro a page may use; those with a leading underscore are the component's own."""
    found = (name for path in sorted(COMPONENTS.glob("*.html")) for name in MACRO.findall(path.read_text()))
    return [name for name in found if not name.startswith("_")]


@pytest.mark.requirement("ATK-35")
@pytest.mark.parametrize("name", ALL)
def test_no_template_needs_inline_style_or_script(name):
    text = source(name)

    assert INLINE_STYLE.findall(text) == []
    assert INLINE_HANDLER.findall(text) == []
    assert "javascript:" not in text.lower()
    assert [
        body for attributes, body in SCRIPT.findall(text) if "src=" not in attributes or body.strip()
    ] == []


@pytest.mark.requirement("ATK-35")
def test_no_script_module_evaluates_text():
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.rglob("*.js"))}

    forbidden = re.compile(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write")
    assert {name: found for name, text in texts.items() if (found := forbidden.findall(text))} == {}


@pytest.mark.parametrize("name", ALL)
def test_every_macro_a_template_imports_is_used_there(name):
    assert unused(source(name)) == []


def test_an_unused_import_would_be_found():
    assert unused('{% from "components/icons.html" import icon, key as cap %}{{ icon("x") }}') == ["cap"]


@pytest.mark.parametrize("name", ALL)
def test_every_form_that_changes_something_carries_the_csrf_token(name):
    forms = re.findall(r'<form\b[^>]*method="post".*?</form>', source(name), re.DOTALL)

    assert [form for form in forms if "csrf_token" not in form and "hidden_fields(" not in form] == []


def test_every_macro_is_documented():
    documented = set(
        re.findall(r"`(\w+)\(", (ROOT / "docs" / "design-system.md").read_text(encoding="utf-8"))
    )

    assert [name for name in macros() if name not in documented] == []


def test_every_macro_is_shown_in_the_gallery():
    shown = "".join(source(name) for name in ALL if not name.startswith(("print/", "errors/")))
    calls = {name: len(re.findall(rf"\b{name}\(", shown)) for name in macros()}

    assert [name for name, number in calls.items() if number < 2] == []  # one is its definition


def test_every_icon_named_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    named = {icon for name in ALL for icon in re.findall(r"\bicon\(\"([a-z-]+)\"", source(name))}

    assert named - sprite == set()


def test_every_style_sheet_is_linked():
    linked = set(
        re.findall(
            r'"((?:components/)?[a-z_]+)"', source("base.html").split("for sheet in")[1].split("%}")[0]
        )
    )
    written = {
        path.relative_to(STATIC / "css").with_suffix("").as_posix()
        for path in (STATIC / "css").rglob("*.css")
        if path.parent.name != "print"  # for PDF alone: app/export/environment.py reads them
    }

    assert linked | {"print"} == written


def test_every_behaviour_is_attached_somewhere():
    behaviours = {
        path.stem for path in (STATIC / "js" / "modules").glob("*.js") if "export default" in path.read_text()
    }
    attached = {
        word
        for name in ALL
        for value in re.findall(r'(?:data-module|module)="([^"]*)"', source(name))
        for word in re.findall(r"[a-z][a-z-]+", value)
    }

    assert behaviours - attached == set()


def test_every_font_is_the_one_its_source_list_names():

    listed = dict(
        re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", (STATIC / "fonts" / "SOURCES.md").read_text())
    )
    files = [path for path in (STATIC / "fonts").iterdir() if path.suffix in {".ttf", ".woff2"}]

    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == listed
