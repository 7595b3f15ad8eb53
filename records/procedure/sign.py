"""The sign shorthand of masters: letters to signature requirements and back. Pure.

A lone P is an identified entry: the person who is signed in. Every other letter is an electronic signature
of each person named, except that a lone V lets any performer enter what the second person then signs for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from records.errors import DomainError
from records.procedure.definition import SignatureRequirement
from records.procedure.vocabulary import Act, OperationsType

SYSTEM = "sys"
LETTERS: Mapping[str, Act] = MappingProxyType(
    {
        "P": Act.PERFORMED,
        "IPC": Act.PERFORMED,
        "V": Act.VERIFIED,
        "QA": Act.APPROVED,
        "QP": Act.APPROVED,
    }
)
_ORDER = tuple(LETTERS)

_PRODUCTION_ROLES = MappingProxyType(
    {
        "P": ("operator",),
        "IPC": ("ipc_analyst",),
        "V": ("verifier", "supervisor"),
        "QA": ("qa_reviewer",),
        "QP": ("qualified_person",),
    }
)
_MAINTENANCE_ROLES = MappingProxyType(
    {**_PRODUCTION_ROLES, "P": ("technician",), "V": ("technician", "supervisor", "verifier")}
)
ROLES: Mapping[OperationsType, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        OperationsType.PRODUCTION: _PRODUCTION_ROLES,
        OperationsType.QUALITY: _PRODUCTION_ROLES,
        OperationsType.MAINTENANCE: _MAINTENANCE_ROLES,
    }
)


class SignError(DomainError):
    """The shorthand is not one; says which letters there are."""


@dataclass(frozen=True, slots=True)
class Signers:
    """Who may sign under which letter: the operations type's roles, or those a step names instead."""

    operations_type: OperationsType
    performers: tuple[str, ...] = ()
    verifiers: tuple[str, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Put the roles named by the step in the place of the usual ones."""
        named = {"P": self.performers, "IPC": self.performers, "V": self.verifiers}
        usual = ROLES[self.operations_type]
        object.__setattr__(self, "roles", {letter: named.get(letter) or usual[letter] for letter in LETTERS})


def signatures_of(sign: str, signers: Signers, *, has_inputs: bool) -> tuple[SignatureRequirement, ...]:
    """Expand a shorthand such as "P+V" into requirements in their order; raises SignError."""
    if sign == SYSTEM:
        return ()
    letters = sign.split("+")
    if not _is_ordered(letters):
        msg = f"{sign!r} is not a sign: write sys, or P or IPC, then V, QA, QP as needed, joined by +."
        raise SignError(msg)
    required = tuple(
        SignatureRequirement(act=LETTERS[letter], roles=signers.roles[letter], as_signature=letters != ["P"])
        for letter in letters
    )
    if letters == ["V"] and has_inputs:
        entered = SignatureRequirement(act=Act.PERFORMED, roles=signers.roles["P"], as_signature=False)
        return (entered, *required)
    return required


def shorthand(signatures: tuple[SignatureRequirement, ...]) -> str:
    """Give the letters of a step's requirements, as a printed master shows them."""
    if not signatures:
        return SYSTEM
    if not any(one.as_signature for one in signatures):
        return "P"
    return "+".join(_letter(one) for one in signatures if one.as_signature)


def _is_ordered(letters: list[str]) -> bool:
    known = [letter for letter in letters if letter in LETTERS]
    ranks = [_ORDER.index(letter) for letter in known]
    return known == letters and ranks == sorted(set(ranks)) and not {"P", "IPC"} <= set(letters)


def _letter(requirement: SignatureRequirement) -> str:
    if requirement.act is Act.VERIFIED:
        return "V"
    if requirement.act is Act.APPROVED:
        return "QP" if requirement.roles == _PRODUCTION_ROLES["QP"] else "QA"
    return "IPC" if requirement.roles == _PRODUCTION_ROLES["IPC"] else "P"
