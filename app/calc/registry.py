"""The list of every regulated calculation; a module that brings more is one line here."""

from app.calc import calibration, conformity, maintenance, production, uncertainty, values
from app.calc.contract import Calculation

_MODULES = (values, production, calibration, conformity, uncertainty, maintenance)
REGISTRY: dict[str, Calculation] = {
    calculation.name: calculation for module in _MODULES for calculation in module.CALCULATIONS
}
