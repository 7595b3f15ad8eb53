"""From a violated rule of the schema to a sentence a master author can act on."""

import difflib
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, cast

import jsonschema

import records.procedure
from app.procedure.tree import FileTree, Path

SCHEMA_FILE = FilePath(records.procedure.__file__).with_name("master_schema.json")
_LONGEST_SHOWN = 40


@functools.cache
def master_schema() -> dict[str, Any]:
    """Give the JSON Schema of master files."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(master_schema())


@dataclass(frozen=True, slots=True)
class _Violation:
    """One violated keyword of the schema: what it demands, of which value."""

    keyword: str
    demand: Any
    schema: dict[str, Any]
    instance: Any
    message: str


def complain(tree: FileTree) -> None:
    """Add a problem to the tree for every rule of the schema that it violates."""
    for error in _validator().iter_errors(tree.root):
        path = tuple(error.absolute_path)
        violation = _Violation(
            str(error.validator),
            error.validator_value,
            cast("dict[str, Any]", error.schema),
            error.instance,
            error.message,
        )
        if violation.keyword == "additionalProperties":
            _unknown_keys(tree, path, violation)
        elif "propertyNames" in error.absolute_schema_path:
            _bad_key(tree, path, violation)
        elif not (violation.instance is None and tree.has_problem_at(path)):
            message, what_to_do = _sentence(violation)
            tree.problem(path, message, what_to_do)


def _unknown_keys(tree: FileTree, path: Path, violated: _Violation) -> None:
    known = list(violated.schema["properties"])
    for key in violated.instance:
        if key in known:
            continue
        close = difflib.get_close_matches(key, known, n=1)
        what_to_do = f"Did you mean {close[0]!r}?" if close else _keys_there_are(known)
        where = (*path, key)
        tree.problem(where, f"There is no key {key!r} here.", what_to_do, tree.keys.get(where))


def _keys_there_are(known: list[str]) -> str:
    return f"The keys are: {', '.join(known)}." if known else "Delete it: this takes none."


def _bad_key(tree: FileTree, path: Path, violated: _Violation) -> None:
    where = (*path, str(violated.instance))
    tree.problem(
        where, f"{violated.instance!r} is not {_wanted(violated)}.", "Rename it.", tree.keys.get(where)
    )


def _sentence(violated: _Violation) -> tuple[str, str]:
    """Give the sentence and what to do for one violated keyword."""
    if violated.instance is None:
        return "There is no value here.", "Write one, or leave the key out."
    build = _SENTENCES.get(violated.keyword)
    return build(violated) if build else (f"{violated.message}.", "See the format's description.")


def _wrong_type(violated: _Violation) -> tuple[str, str]:
    wanted = violated.demand if isinstance(violated.demand, str) else "string"
    hint = _HINTS_BY_WANTED.get(wanted) or _HINTS_BY_VALUE[type(violated.instance)]
    return f"{_shown(violated.instance)} is not {_wanted(violated)}.", hint


def _not_in_pattern(violated: _Violation) -> tuple[str, str]:
    hint = "Write a decimal point, not a comma." if "," in violated.instance else ""
    return f"{_shown(violated.instance)} is not {_wanted(violated)}.", hint or "Write it in that form."


def _not_a_word(violated: _Violation) -> tuple[str, str]:
    words = [str(word) for word in violated.demand]
    close = difflib.get_close_matches(str(violated.instance), words, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Write one of: {', '.join(words)}."
    return f"{_shown(violated.instance)} is not a word known here.", hint


def _missing(violated: _Violation) -> tuple[str, str]:
    missing = [key for key in violated.demand if key not in violated.instance]
    name = next(key for key in missing if f"'{key}'" in violated.message)
    return f"The key {name!r} is missing.", "Add it."


def _missing_beside(violated: _Violation) -> tuple[str, str]:
    key, name = next(
        (key, name)
        for key, names in violated.demand.items()
        for name in names
        if key in violated.instance and name not in violated.instance
    )
    return f"The key {name!r} is missing: {key!r} needs it.", "Add it."


def _too_short(violated: _Violation) -> tuple[str, str]:
    return "There is nothing here.", f"Write at least {violated.demand}, or leave the key out."


def _too_long(violated: _Violation) -> tuple[str, str]:
    message = f"The text has {len(violated.instance)} characters, at most {violated.demand} are printed."
    return message, "Shorten it."


def _not_that(violated: _Violation) -> tuple[str, str]:
    return f"{_shown(violated.instance)} is not known here.", f"Write {violated.demand}."


_SENTENCES: Mapping[str, Callable[[_Violation], tuple[str, str]]] = {
    "type": _wrong_type,
    "pattern": _not_in_pattern,
    "enum": _not_a_word,
    "required": _missing,
    "dependentRequired": _missing_beside,
    "minLength": _too_short,
    "minItems": _too_short,
    "minProperties": _too_short,
    "maxLength": _too_long,
    "const": _not_that,
}
_HINTS_BY_WANTED = {
    "object": "Check the indentation.",
    "array": "Write a list, such as [a, b].",
    "boolean": "Write true or false.",
}
_HINTS_BY_VALUE: Mapping[type, str] = {
    bool: "Put it in quotes if the word is meant.",
    list: "Write a single value.",
    dict: "Write a single value, or put a text that contains a colon in quotes.",
}
_TYPE_WORDS = {
    "object": "a mapping of keys and values",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
}


def _wanted(violated: _Violation) -> str:
    """Say what the schema wants here."""
    if violated.keyword == "type" and isinstance(violated.demand, str) and violated.demand != "string":
        return _TYPE_WORDS[violated.demand]
    description = violated.schema.get("description", "")
    is_phrase = description[:2] in {"a ", "an"}
    return description if is_phrase else _TYPE_WORDS["string"]


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "A mapping"
    if isinstance(value, list):
        return "A list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
