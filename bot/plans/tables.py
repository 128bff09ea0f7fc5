from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words
from bot.plans.rules import DAILY_TIME, TRACK, WORK_DAYS


class PracticePlan(Base):
    """What a member practises and when; `next_due_at` is None while nothing is scheduled."""

    __tablename__ = "practice_plans"
    __table_args__ = ({"info": {"erase": "delete"}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), unique=True)
    track: Mapped[str] = words("keep", default=TRACK)
    daily_time: Mapped[time] = mapped_column(default=DAILY_TIME)
    work_days: Mapped[list[Any]] = document("keep", default=lambda: list(WORK_DAYS))
    target: Mapped[date | None]
    answer_mode: Mapped[str] = words("keep", default="text")
    self_score_first: Mapped[bool] = mapped_column(default=False)
    set_up_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    unanswered: Mapped[int] = mapped_column(default=0)  # work days running without an answer
    resting: Mapped[bool] = mapped_column(default=False)  # until the member calls
    # Newest local dates that have had their drill or were left out: `rules.REMEMBERED` of them.
    taken: Mapped[list[Any]] = document("keep", default=list)
    pauses: Mapped[list[Any]] = document("keep", default=list)  # [[from, until], …], newest last
    missed: Mapped[dict[str, Any] | None] = document("keep")  # {date, reason} to tell once
