"""Every blueprint of the application: one import and one line each."""

from flask import Blueprint

from app.account.views import pages as account_pages
from app.batch.orders import pages as order_pages
from app.batch.routes import pages as batch_pages
from app.calibration.routes import pages as calibration_pages
from app.equipment.routes import pages as equipment_pages
from app.execution.routes import pages as execution_pages
from app.export.views import pages as export_pages
from app.home.views import pages as home_pages
from app.maintenance.routes import pages as maintenance_pages
from app.master.routes import pages as master_pages
from app.material.routes import pages as material_pages
from app.out_of_tolerance.views import pages as out_of_tolerance_pages
from app.people.views import pages as people_pages
from app.policy.views import pages as policy_pages
from app.review.investigations import pages as investigation_pages
from app.review.views import pages as review_pages
from app.trail.views import pages as trail_pages
from app.training.routes import pages as training_pages
from app.work_order.routes import pages as work_order_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    account_pages,
    batch_pages,
    calibration_pages,
    equipment_pages,
    execution_pages,
    export_pages,
    home_pages,
    investigation_pages,
    maintenance_pages,
    master_pages,
    material_pages,
    order_pages,
    out_of_tolerance_pages,
    people_pages,
    policy_pages,
    review_pages,
    trail_pages,
    training_pages,
    work_order_pages,
)
