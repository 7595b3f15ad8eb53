"""The site: its name, its time zone, and whether the store holds demo data."""

from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Recorded
from records.columns import Flag


class Site(Recorded):
    """The one site of this store."""

    __tablename__ = "site"
    kind = "site"

    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    holds_demo_data: Mapped[bool] = mapped_column(Flag)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("code"),)
