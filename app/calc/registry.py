"""The list of every regulated calculation; a module that brings more is one line here."""

from app.calc import production, values
from app.calc.contract import Calculation

REGISTRY: dict[str, Calculation] = {
    calculation.name: calculation for calculation in (*values.CALCULATIONS, *production.CALCULATIONS)
}
