"""The rule that pages judge equipment by where no step names one: is it in order for any use? Pure."""

from dataclasses import dataclass

from records.equipment.states import Axis


@dataclass(frozen=True, slots=True)
class Clause:
    """The states of one axis that are in order."""

    axis: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeneralRule:
    """A usability rule that no master names."""

    name: str
    axes: tuple[Clause, ...]


IN_ORDER = GeneralRule(
    name="in order",
    axes=(
        Clause(Axis.SERVICE, ("available", "in_use")),
        Clause(Axis.QUALIFICATION, ("qualified",)),
        Clause(Axis.CALIBRATION, ("in_cal", "due_soon", "not_applicable")),
        Clause(Axis.CLEANING, ("clean", "sterile", "not_applicable")),
        Clause(Axis.QUALITY, ("released",)),
    ),
)
"""A step's own rule may ask for less, never for a word that only this page knows."""
