from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words


class Grade(Base):
    """How a key result ended: the grade by the figures, the one its owner gave, and what next.

    Rows are only added; the newest counts. Grades are 0.0 to 1.0.
    """

    __tablename__ = "grades"
    __table_args__ = (
        UniqueConstraint("key_result_id", "number"),
        Index("ix_grades_member", "member_id"),
        {"info": {"erase": "part"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key_result_id: Mapped[int] = mapped_column(ForeignKey("key_results.id"))
    number: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # None: the clock
    at: Mapped[datetime]
    computed: Mapped[float | None]  # None: never measured
    given: Mapped[float]
    reason: Mapped[str] = words("erase", default="")  # why `given` differs from `computed`
    cause: Mapped[str] = words("erase", default="")  # root cause, asked below 0.7
    onward: Mapped[str] = words("keep", default="")  # keep, change, drop
