"""What a calculation declares: name, version, clause, JSON Schema of input and output.

A module of calculations has a tuple `CALCULATIONS` of these; `registry.py` lists the modules. JSON numbers
reach a calculation as their text: they are validated as text and never become floats.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from records.numbers import Rounding, as_text, parse_decimal, round_to

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DECIMAL_PATTERN = r"^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?$"
WHOLE_PATTERN = r"^(0|[1-9][0-9]{0,17})$"

Schema = Mapping[str, object]
Result = dict[str, object]


class Given:
    """The validated input of a calculation, read by key as the type its schema promises."""

    def __init__(self, values: object) -> None:
        self._values: Mapping[str, object] = values if isinstance(values, Mapping) else {}

    def has(self, key: str) -> bool:
        """Tell whether an optional input was given."""
        return key in self._values

    def decimal(self, key: str) -> Decimal:
        """Return a decimal number."""
        return parse_decimal(self.text(key))

    def optional_decimal(self, key: str) -> Decimal | None:
        """Return a decimal number, or None where it was left out."""
        return self.decimal(key) if self.has(key) else None

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return int(self.text(key))

    def text(self, key: str, default: str = "") -> str:
        """Return a text, or the default where it was left out."""
        return str(self._values.get(key, default))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or no, or the default where it was left out."""
        return self._values.get(key, default) is True

    def decimals(self, key: str) -> list[Decimal]:
        """Return a list of decimal numbers."""
        return [parse_decimal(str(value)) for value in self.items(key)]

    def items(self, key: str) -> list[object]:
        """Return a list, empty where it was left out."""
        found = self._values.get(key, [])
        return found if isinstance(found, list) else []

    def records(self, key: str) -> list["Given"]:
        """Return a list of objects."""
        return [Given(value) for value in self.items(key)]

    def record(self, key: str) -> "Given":
        """Return an object, empty where it was left out."""
        return Given(self._values.get(key))

    def names(self) -> list[str]:
        """Return the keys that were given, in their order."""
        return list(self._values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One regulated calculation; `definition` is its name and version, as in ``yield.percent/1``."""

    definition: str
    title: str
    clause: str
    function: Callable[[Given], Result]
    inputs: Schema
    result: Schema
    language: str | None = None

    @property
    def name(self) -> str:
        """The name it is called by."""
        return self.definition.partition("/")[0]

    @property
    def version(self) -> str:
        """The version of its definition; changes when any input could give another result."""
        return self.definition.partition("/")[2]

    def input_schema(self) -> Result:
        """Return the JSON Schema of the input."""
        return {"$schema": DIALECT, "title": f"{self.title}: input", **self.inputs}

    def output_schema(self) -> Result:
        """Return the JSON Schema of the output: name, version, inputs as given, result."""
        required: dict[str, Schema] = {
            "calculation": {"const": self.name},
            "version": {"const": self.version},
            "inputs": self.inputs,
            "result": self.result,
        }
        if self.language:
            required["language"] = {"const": self.language}
        return {"$schema": DIALECT, "title": f"{self.title}: output", **record(required)}


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Result:
    """Describe an object with exactly these keys."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def decimal(title: str) -> Result:
    """Describe a decimal number, as a JSON number or as text."""
    return {"title": title, "type": ["number", "string"], "pattern": DECIMAL_PATTERN}


def whole(title: str) -> Result:
    """Describe a whole number from zero, as a JSON number or as text."""
    return {"title": title, "type": ["integer", "string"], "pattern": WHOLE_PATTERN}


def decimal_text(title: str) -> Result:
    """Describe a decimal number of a result: text with all its digits."""
    return {"title": title, "type": "string", "pattern": DECIMAL_PATTERN}


def text(title: str) -> Result:
    """Describe a text."""
    return {"title": title, "type": "string"}


def flag(title: str) -> Result:
    """Describe a yes or no."""
    return {"title": title, "type": "boolean"}


def one_of(title: str, words: type[Rounding] | tuple[str, ...]) -> Result:
    """Describe a word of a closed list."""
    return {"title": title, "enum": [str(word) for word in words]}


def list_of(title: str, items: Schema, *, at_least: int = 0) -> Result:
    """Describe a list."""
    return {"title": title, "type": "array", "items": items, "minItems": at_least}


def map_of(title: str, values: Schema) -> Result:
    """Describe an object whose keys are names."""
    return {"title": title, "type": "object", "additionalProperties": values}


def nothing_or(schema: Schema) -> Result:
    """Describe a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


ROUNDING: dict[str, Schema] = {
    "decimals": whole("decimals of the result"),
    "rounding": one_of("how the result is rounded, once, at the end", Rounding),
}
ROUNDED: dict[str, Schema] = {
    "value": decimal_text("the result, rounded as declared"),
    "unrounded": decimal_text("the result to 34 digits"),
}


def rounded(given: Given, value: Decimal) -> Result:
    """Return a result both as calculated and rounded as the input declares."""
    mode = Rounding(given.text("rounding"))
    return {"value": as_text(round_to(value, given.whole("decimals"), mode)), "unrounded": as_text(value)}
