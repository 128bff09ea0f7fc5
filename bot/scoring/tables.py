from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words


class StoredScorecard(Base):
    """A member's marks for one text; a text that is scored again keeps its row."""

    __tablename__ = "scorecards"
    __table_args__ = (
        UniqueConstraint("workspace_id", "topic"),
        Index("ix_scorecards_member", "member_id", "at"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    topic: Mapped[str] = words("keep")  # what was scored, such as answer:17
    drill_id: Mapped[str] = words("keep")
    scorer: Mapped[str] = words("keep")
    rubric: Mapped[str] = words("keep")  # version
    card: Mapped[dict[str, Any]] = document("erase")
    overall: Mapped[float]
    restatement: Mapped[float | None]
    trade_offs: Mapped[float | None]
    execution: Mapped[float | None]
    communication: Mapped[float | None]
    forgotten: Mapped[bool] = mapped_column(default=False)  # too old: the words are erased
    late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]  # calendar
