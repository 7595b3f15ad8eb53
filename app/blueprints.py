"""Every blueprint of the application: one import and one line each."""

from flask import Blueprint

from app.account.views import pages as account_pages
from app.equipment.acts import pages as equipment_pages
from app.home.views import pages as home_pages
from app.material.acts import pages as material_pages
from app.people.views import pages as people_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    account_pages,
    equipment_pages,
    home_pages,
    material_pages,
    people_pages,
)
