"""Calibration: functions of instruments, procedures, certificates of standards, runs and what they found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES: dict[str, tuple[tuple[str, bool, bool], ...]] = {
    "calibration_adjustment": (
        ("part", False, False),
        ("attempt", True, False),
        ("what", False, False),
        ("before", False, True),
        ("after", False, True),
        ("adjusted_at", False, False),
        ("adjusted_by", False, False),
    ),
    "calibration_condition": (
        ("part", False, False),
        ("quantity", False, False),
        ("raw", False, False),
        ("value", False, False),
        ("unit", False, False),
        ("sensor", False, False),
        ("is_within", True, False),
        ("read_at", False, False),
        ("read_by", False, False),
    ),
    "calibration_procedure": (
        ("number", False, False),
        ("code", False, False),
        ("version", True, False),
        ("title", False, False),
        ("state", False, False),
        ("created_at", False, False),
        ("created_by", False, False),
        ("checked_by", False, True),
        ("effective_at", False, True),
    ),
    "calibration_procedure_content": (
        ("procedure", False, False),
        ("content", False, False),
    ),
    "calibration_reading": (
        ("part", False, False),
        ("phase", False, False),
        ("attempt", True, False),
        ("seq", True, False),
        ("repeat", True, False),
        ("raw", False, False),
        ("value", False, False),
        ("unit", False, False),
        ("read_at", False, False),
        ("recorded_at", False, False),
        ("recorded_by", False, False),
        ("corrects", True, True),
        ("reason", False, True),
    ),
    "calibration_result": (
        ("part", False, False),
        ("asset", False, False),
        ("function", False, False),
        ("phase", False, False),
        ("seq", True, False),
        ("applied", False, False),
        ("direction", False, False),
        ("nominal", False, False),
        ("indication", False, False),
        ("error", False, False),
        ("percent_of_span", False, False),
        ("tier", False, False),
        ("word", False, False),
        ("reject", False, False),
        ("acceptance", False, False),
        ("expanded", False, False),
        ("coverage", False, False),
        ("ratio", False, False),
        ("risk", False, False),
        ("false_acceptance", False, True),
        ("budget", False, False),
    ),
    "calibration_run": (
        ("part", False, False),
        ("order_number", False, False),
        ("asset", False, False),
        ("function", False, False),
        ("procedure", False, False),
        ("frozen", False, False),
        ("state", False, False),
        ("started_at", False, False),
        ("started_by", False, False),
        ("locked_at", False, True),
        ("as_found_waived", True, False),
        ("verdict", False, True),
        ("completed_at", False, True),
        ("completed_by", False, True),
        ("due_on", False, True),
        ("use_lower", False, True),
        ("use_upper", False, True),
        ("as_found_summary", False, True),
        ("as_left_summary", False, True),
    ),
    "calibration_standard_use": (
        ("part", False, False),
        ("asset", False, False),
        ("standard_class", False, False),
        ("certificate", False, False),
        ("chain", False, False),
        ("used_at", False, False),
        ("used_by", False, False),
    ),
    "instrument_function": (
        ("part", False, False),
        ("asset", False, False),
        ("name", False, False),
        ("version", True, False),
        ("content", False, False),
        ("defined_at", False, False),
        ("defined_by", False, False),
    ),
    "standard_certificate": (
        ("part", False, False),
        ("asset", False, False),
        ("standard_class", False, False),
        ("certificate", False, False),
        ("laboratory", False, False),
        ("accreditation", False, True),
        ("calibrated_on", False, False),
        ("valid_until", False, False),
        ("parent", False, True),
        ("ranges", False, False),
        ("recorded_at", False, False),
        ("recorded_by", False, False),
    ),
}
"""Name of each column, whether it is an integer, and whether it may be empty."""
_UNIQUE: dict[str, tuple[tuple[str, ...], ...]] = {
    "calibration_adjustment": (("part", "attempt"),),
    "calibration_procedure": (
        ("code", "version"),
        ("number",),
    ),
    "calibration_procedure_content": (("procedure",),),
    "calibration_reading": (("corrects",),),
    "calibration_result": (("part", "phase", "seq"),),
    "calibration_run": (("part",),),
    "instrument_function": (("asset", "name", "version"),),
    "standard_certificate": (("asset", "certificate"),),
}
_INDEXED: dict[str, tuple[tuple[str, ...], ...]] = {
    "calibration_adjustment": (("stream",),),
    "calibration_condition": (
        ("part",),
        ("stream",),
    ),
    "calibration_procedure": (("stream",),),
    "calibration_procedure_content": (("stream",),),
    "calibration_reading": (
        ("part", "phase", "seq", "repeat"),
        ("stream",),
    ),
    "calibration_result": (
        ("asset", "function", "phase"),
        ("stream",),
    ),
    "calibration_run": (
        ("asset", "function"),
        ("order_number",),
        ("stream",),
    ),
    "calibration_standard_use": (
        ("asset",),
        ("part",),
        ("stream",),
    ),
    "instrument_function": (("stream",),),
    "standard_certificate": (
        ("parent",),
        ("stream",),
    ),
}


def upgrade() -> None:
    for table, columns in _TABLES.items():
        op.create_table(
            table,
            *(
                sa.Column(name, sa.Integer() if is_integer else sa.Text(), nullable=may_be_empty)
                for name, is_integer, may_be_empty in columns
            ),
            sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
            sa.Column("stream", sa.Text(), nullable=False),
            sa.Column("rev", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            *(
                sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))
                for names in _UNIQUE.get(table, ())
            ),
            sqlite_autoincrement=True,
            sqlite_strict=True,
        )
    for table, indexes in _INDEXED.items():
        for names in indexes:
            op.create_index(op.f(_index(table, names)), table, list(names), unique=False)


def downgrade() -> None:
    for table, indexes in _INDEXED.items():
        for names in indexes:
            op.drop_index(op.f(_index(table, names)), table_name=table)
        op.drop_table(table)


def _index(table: str, names: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(names)}"
