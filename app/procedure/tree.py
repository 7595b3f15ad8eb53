"""From the text of a YAML file to plain values with their positions.

Numbers stay the text they are, so "12.10" keeps its digits; only true and false are booleans, and yes, no
and on are text. Anchors, aliases, tags and duplicate keys are refused: a master must read as it is meant.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from app.procedure.problems import MasterFileError, Problem

MAXIMUM_BYTES = 2_000_000
MAXIMUM_DEPTH = 30

Path = tuple[str | int, ...]
Position = tuple[int, int]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ALLOWED_CONTROLS = frozenset("\n\r")
_NAMING_KEYS = ("step", "id", "name", "code", "role", "material", "kind")


@dataclass(slots=True)
class FileTree:
    """The values of a file, where each stands, and what was wrong while reading them."""

    file: str
    root: Any = None
    positions: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def position(self, path: Path) -> Position:
        """Give where a value stands, or the nearest value around it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))

    def has_problem_at(self, path: Path) -> bool:
        """Tell whether a problem is already noted at a value, such as an alias that has none."""
        return self.position(path) in {(one.line, one.column) for one in self.problems}

    def problem(self, path: Path, message: str, what_to_do: str, at: Position | None = None) -> None:
        """Note a problem at a value, or at a position given."""
        line, column = at or self.position(path)
        self.problems.append(
            Problem(
                file=self.file,
                line=line,
                column=column,
                path=self.words(path),
                message=message,
                what_to_do=what_to_do,
            )
        )

    def words(self, path: Path) -> str:
        """Write a path with names in place of positions: `steps[2.9].fields[net].unit`."""
        words = ""
        value = self.root
        for part in path:
            value = _inside(value, part)
            if isinstance(part, str):
                words += f".{part}"
            else:
                words += f"[{_name_of(value) or part + 1}]"
        return words.removeprefix(".")

    def resolve(self, path: Path) -> Path:
        """Give the path with names of list items replaced by their positions, as far as it exists."""
        found: list[str | int] = []
        value = self.root
        for part in path:
            key = _index_of(value, part) if isinstance(value, list) and isinstance(part, str) else part
            value = None if key is None else _inside(value, key)
            if value is None or key is None:
                break
            found.append(key)
        return tuple(found)


def read_tree(source: str | bytes, file: str) -> FileTree:
    """Read a file's values; raises MasterFileError where it is not YAML at all."""
    tree = FileTree(file)
    text = _text(source, tree)
    _check_characters(text, tree)
    if tree.problems:
        raise MasterFileError(tree.problems)
    try:
        _Composer(tree, yaml.parse(text, Loader=_LOADER)).compose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        tree.problem((), f"This is not YAML: {error.problem}.", "Check indentation, colons and quotes.", at)
        raise MasterFileError(tree.problems) from error
    return tree


def _text(source: str | bytes, tree: FileTree) -> str:
    data = source.encode(errors="surrogatepass") if isinstance(source, str) else source
    if len(data) > MAXIMUM_BYTES:
        message = f"The file has {len(data)} bytes, more than {MAXIMUM_BYTES}."
        tree.problem((), message, "Divide the procedure.", (1, 1))
        raise MasterFileError(tree.problems)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        at = (before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1)
        message = f"The byte 0x{data[error.start]:02X} is not UTF-8 text."
        tree.problem((), message, "Save the file as UTF-8.", at)
        raise MasterFileError(tree.problems) from error


def _check_characters(text: str, tree: FileTree) -> None:
    """Refuse tabs and characters that cannot be seen."""
    if text.isprintable():
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            if character == "\t":
                tree.problem((), "A tab stands here.", "Use blanks.", (number, column))
                break
            if character not in _ALLOWED_CONTROLS and unicodedata.category(character)[0] == "C":
                message = f"The character U+{ord(character):04X} can't be seen."
                tree.problem((), message, "Delete it.", (number, column))
                break


class _Composer:
    """Builds the values from the parser's events."""

    def __init__(self, tree: FileTree, events: Iterator[Any]) -> None:
        self._tree = tree
        self._events = events

    def compose(self) -> None:
        """Read the one document of the file."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            self._tree.problem((), "The file is empty.", "Write a procedure.", (1, 1))
            raise MasterFileError(self._tree.problems)
        self._tree.root = self._node(next(self._events), ())
        next(self._events)
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            at = _mark(following)
            self._tree.problem((), "A second document starts here.", "Keep one procedure in a file.", at)

    def _node(self, event: Any, path: Path) -> Any:  # noqa: ANN401 -- YAML's events are untyped, a value is any
        at = _mark(event)
        self._tree.positions[path] = at
        if len(path) > MAXIMUM_DEPTH:
            message = f"More than {MAXIMUM_DEPTH} levels inside each other."
            self._tree.problem((), message, "Check the brackets.", at)
            raise MasterFileError(self._tree.problems)
        if isinstance(event, yaml.AliasEvent):
            self._tree.problem(path, f"*{event.anchor} refers to another place.", "Write the value out.", at)
            return None
        if event.anchor is not None:
            self._tree.problem(path, f"&{event.anchor} marks an anchor.", "Delete it.", at)
        if event.tag is not None:
            self._tree.problem(path, f"{event.tag} is a tag.", "Delete it; all values are plain.", at)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._node(event, (*path, len(found))))
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            at = _mark(event)
            if not isinstance(event, yaml.ScalarEvent):
                self._tree.problem(path, "A key must be a plain word.", "Check the brackets.", at)
                self._node(event, (*path, "?"))
                self._node(next(self._events), (*path, "?"))
                continue
            key = event.value
            where = (*path, key)
            if key in found:
                message = f"The key {key!r} stands twice."
                self._tree.problem(path, message, "Keep one of them.", at)
            else:
                self._tree.keys[where] = at
            value = self._node(next(self._events), where)
            found.setdefault(key, value)
        return found


def _scalar(event: Any) -> str | bool | None:  # noqa: ANN401 -- YAML's events are untyped
    is_plain = event.implicit[0]
    if is_plain and event.value in {"true", "false"}:
        return bool(event.value == "true")
    if is_plain and event.value in {"", "~", "null"}:
        return None
    return str(event.value)


def _mark(event: Any) -> Position:  # noqa: ANN401 -- YAML's events are untyped
    return event.start_mark.line + 1, event.start_mark.column + 1


def _inside(value: Any, part: str | int) -> Any:  # noqa: ANN401 -- any value of the file
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _name_of(value: Any) -> str | None:  # noqa: ANN401 -- any value of the file
    if not isinstance(value, dict):
        return None
    return next((str(value[key]) for key in _NAMING_KEYS if isinstance(value.get(key), str)), None)


def _index_of(items: list[Any], name: str) -> int | None:
    return next((index for index, item in enumerate(items) if _name_of(item) == name), None)
