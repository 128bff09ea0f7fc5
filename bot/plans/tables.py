from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
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
    began_on: Mapped[date | None]  # the plan's first day, a local date
    next_letter_at: Mapped[datetime | None] = mapped_column(index=True)  # the monthly letter


class Interview(Base):
    """What a member said about an interview day that is over."""

    __tablename__ = "interviews"
    __table_args__ = (UniqueConstraint("member_id", "day"), {"info": {"erase": "delete"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    day: Mapped[date]
    went: Mapped[str] = words("erase")  # well, so_so, badly
    note: Mapped[str] = words("erase", default="")
    then: Mapped[str] = words("keep")  # rest, go_on, new_date
    began_on: Mapped[date | None]  # the first day of the plan that led to it
    at: Mapped[datetime]  # calendar


class Memory(Base):
    """When a missed drill or a recall card comes back: one item of the spaced repetition."""

    __tablename__ = "memories"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "item_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = words("keep")  # drill, card
    item_id: Mapped[str] = words("keep")
    stability: Mapped[float]  # days, as FSRS counts it
    difficulty: Mapped[float]  # 1 to 10
    reviewed_on: Mapped[date]  # local
    due_on: Mapped[date | None]  # local; None: answered well, comes no more
