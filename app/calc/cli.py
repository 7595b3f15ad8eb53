"""`countersign calc`: one regulated calculation, JSON in, JSON out (21 CFR 211.68(b)).

Numbers are read as their text. What the schema does not know is refused; so is whatever could be read twice.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn, TextIO

from jsonschema import Draft202012Validator

from app.calc.contract import Calculation, Given, Result
from app.calc.registry import REGISTRY
from records.errors import DomainError

USAGE = """\
Usage: countersign calc --list            list every calculation: name, version, clause, title
       countersign calc NAME --schema     print the JSON Schema of input and output
       countersign calc NAME              read the input as JSON, print the result as JSON
"""
_LONGEST_COMPLAINT = 200


class CalculationInputError(DomainError):
    """The command or its input can't be read; the message says where."""


def run_calc(argv: Sequence[str], stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Answer `countersign calc`; returns the exit code, 0 or, with the reason on stderr, 1."""
    try:
        stdout.write(_answer(argv, stdin))
    except DomainError as error:
        stderr.write(f"{error.message.rstrip()}\n")
        return 1
    return 0


def calculate(calculation: Calculation, inputs: object) -> Result:
    """Return what was calculated, by which version, from what; raises DomainError.

    `inputs` is parsed JSON whose numbers are their text.
    """
    validator = Draft202012Validator(calculation.input_schema())
    lines = sorted(f"{e.json_path}: {e.message[:_LONGEST_COMPLAINT]}" for e in validator.iter_errors(inputs))
    if lines:
        raise CalculationInputError("\n".join(["The input does not fit the schema.", *lines]))
    output: Result = {"calculation": calculation.name, "version": calculation.version}
    if calculation.language:
        output["language"] = calculation.language
    return output | {"inputs": inputs, "result": calculation.function(Given(inputs))}


def read_json(text: str) -> object:
    """Return parsed JSON, numbers as their text; raises CalculationInputError also for a key given twice."""
    try:
        parsed: object = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as error:
        msg = f"The input is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        raise CalculationInputError(msg) from error
    except RecursionError as error:
        msg = "The input is nested too deeply."
        raise CalculationInputError(msg) from error
    return parsed


def _answer(argv: Sequence[str], stdin: TextIO) -> str:
    match list(argv):
        case ["--help" | "-h"]:
            return USAGE
        case ["--list"]:
            return _listing()
        case [name, "--schema"] | ["--schema", name]:
            found = _named(name)
            return _pretty({"input": found.input_schema(), "output": found.output_schema()})
        case [name] if not name.startswith("-"):
            return _pretty(calculate(_named(name), read_json(_read(stdin))))
        case _:
            raise CalculationInputError(USAGE)


def _named(name: str) -> Calculation:
    if name not in REGISTRY:
        msg = f"There is no calculation {name!r}. `countersign calc --list` names them."
        raise CalculationInputError(msg)
    return REGISTRY[name]


def _read(stdin: TextIO) -> str:
    try:
        return stdin.read()
    except UnicodeDecodeError as error:
        msg = "The input is not text in UTF-8."
        raise CalculationInputError(msg) from error


def _listing() -> str:
    width = max(map(len, REGISTRY))
    rows = sorted(REGISTRY.items())
    return "".join(f"{name:<{width}}  {row.version:>2}  {row.title} ({row.clause})\n" for name, row in rows)


def _pretty(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2) + "\n"


def _refuse_constant(word: str) -> NoReturn:
    msg = f"The input holds {word}, which is not a number."
    raise CalculationInputError(msg)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            msg = f"The input gives {key!r} twice."
            raise CalculationInputError(msg)
        found[key] = value
    return found
