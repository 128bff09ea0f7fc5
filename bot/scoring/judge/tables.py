from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words
from bot.work import Work


class Judgement(Work):
    """What the model judge said of one text; the row waits for it, then keeps what it said."""

    __tablename__ = "judgements"
    __table_args__ = (
        UniqueConstraint("workspace_id", "topic", "digest"),
        Index("ix_judgements_member", "member_id", "digest"),
        {"info": {"erase": "delete"}},
    )

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    topic: Mapped[str] = words("keep")  # what was judged, as in scorecards
    digest: Mapped[str] = words("keep")  # of model, prompt, rubric, drill and text
    code: Mapped[str] = words("keep", default="")  # why there is no verdict
    verdict: Mapped[dict[str, Any] | None] = document("erase")
    at: Mapped[datetime]  # calendar


class JudgeDay(Base):
    """Requests to the model judge on one calendar day, counted before they are made."""

    __tablename__ = "judge_days"
    __table_args__ = (UniqueConstraint("workspace_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    day: Mapped[date]  # UTC
    requests: Mapped[int] = mapped_column(default=0)
