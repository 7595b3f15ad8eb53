"""What the templates of records may call besides the components: rows as stored made ready to be shown."""

from flask import Blueprint

from app.auth import current_login
from app.batch import shown
from app.batch.steps import Line
from app.export.words import need_words
from workflows.authority import Permission

_PERMISSIONS = {permission.value: permission for permission in Permission}


def furnish(pages: Blueprint) -> None:
    """Give every template of the application these filters and `may`."""
    pages.add_app_template_filter(shown.stored_time, "stored_time")
    pages.add_app_template_filter(shown.signed, "signed")
    pages.add_app_template_filter(shown.history, "value_history")
    pages.add_app_template_filter(shown.limits_words, "limits_words")
    pages.add_app_template_filter(shown.defined, "defined")
    pages.add_app_template_filter(shown.words, "words")
    pages.add_app_template_filter(shown.verdict_words, "verdict_words")
    pages.add_app_template_filter(need_words, "need_words")
    pages.add_app_template_filter(_expectation, "expectation")
    pages.add_app_template_global(may, "may")


def _expectation(line: Line, value: shown.Json) -> str:
    return shown.expectation(value, {field["name"]: field for field in line.step.get("fields", [])})


def may(permission: str) -> bool:
    """Tell whether the person signed in holds a permission, such as ``record:export``."""
    return current_login().may(_PERMISSIONS[permission])
