from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class PracticeLetter(Base):
    """A member had their letter about this month: one, whatever becomes of clocks and replicas."""

    __tablename__ = "practice_letters"
    __table_args__ = (
        UniqueConstraint("member_id", "month"),
        # A letter that never went out is deleted; its number, under which it was said, stays taken.
        {"info": {"erase": "delete"}, "sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    month: Mapped[date]  # its first day
    at: Mapped[datetime]  # calendar
