"""Loading a master file: text, tree, schema, definition, and every problem at once with its line."""

from dataclasses import dataclass

from app.procedure.complaints import complain
from app.procedure.problems import MasterFileError, Problem
from app.procedure.tree import FileTree, read_tree
from records.procedure.authoring import expand
from records.procedure.definition import Procedure
from records.procedure.linter import Finding, lint


@dataclass(frozen=True, slots=True)
class LintedMaster:
    """A definition with what the linter says about it, at the lines of its file."""

    procedure: Procedure
    problems: tuple[Problem, ...]


def load_master(source: str | bytes, filename: str) -> Procedure:
    """Give the definition a file holds; raises MasterFileError with every problem of form."""
    return _expanded(read_tree(source, filename))


def lint_master(source: str | bytes, filename: str) -> LintedMaster:
    """Give the definition with the linter's findings; raises MasterFileError where there is none."""
    tree = read_tree(source, filename)
    procedure = _expanded(tree)
    return LintedMaster(procedure, tuple(_problem(tree, finding) for finding in lint(procedure)))


def _expanded(tree: FileTree) -> Procedure:
    complain(tree)
    if tree.problems:
        raise MasterFileError(tree.problems)
    expanded = expand(tree.root)
    for problem in expanded.problems:
        tree.problem(problem.path, problem.message, "")
    if tree.problems:
        raise MasterFileError(tree.problems)
    return expanded.procedure


def _problem(tree: FileTree, finding: Finding) -> Problem:
    path = tree.resolve(finding.path)
    line, column = tree.position(path)
    return Problem(
        file=tree.file,
        line=line,
        column=column,
        path=finding.where,
        message=finding.message,
        what_to_do="",
        is_warning=finding.is_warning,
    )
