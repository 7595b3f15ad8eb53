"""What a person can be in the plant."""

from enum import StrEnum
from typing import Self


class PersonState(StrEnum):
    """Whether a person works here."""

    ACTIVE = "active"
    LEFT = "left"


class Role(StrEnum):
    """A role as the plant's procedures name it; `title` is how pages and prints write it."""

    title: str  # type: ignore[assignment]  # the printed title; str's method of that name is not meant

    def __new__(cls, value: str, title: str = "") -> Self:
        """Make a member that carries its printed title."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.title = title
        return member

    OPERATOR = "operator", "Operator"
    VERIFIER = "verifier", "Verifier"
    SUPERVISOR = "supervisor", "Supervisor"
    IPC_ANALYST = "ipc_analyst", "IPC analyst"
    TECHNICIAN = "technician", "Technician"
    AUTHOR = "author", "Author of masters"
    CHECKER = "checker", "Checker of masters"
    QA_REVIEWER = "qa_reviewer", "QA reviewer"
    QUALIFIED_PERSON = "qualified_person", "Qualified Person"
    PLANNER = "planner", "Planner"
    MAINTENANCE_PLANNER = "maintenance_planner", "Maintenance planner"
    SECURITY_ADMINISTRATOR = "security_administrator", "Security administrator"
    AUDITOR = "auditor", "Auditor"
