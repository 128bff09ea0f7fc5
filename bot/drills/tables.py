from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words


class Blitz(Base):
    """Up to three short drills on one cell, from what was answered before."""

    __tablename__ = "blitzes"
    __table_args__ = (
        Index("ix_blitzes_member", "member_id", "id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    cell: Mapped[str] = words("keep")
    drills: Mapped[list[Any]] = document("keep")  # [{id, before: mark or null}], in turn
    day: Mapped[date]  # local; over when it is
    closed_at: Mapped[datetime | None]  # calendar


class DrillSession(Base):
    """One drill for one member: the thirty minutes and what became of them.

    All instants are the calendar's. `docs/session.md` draws the states.
    """

    __tablename__ = "drill_sessions"
    __table_args__ = (
        UniqueConstraint("member_id", "daily_date"),  # one daily drill a local date
        UniqueConstraint("member_id", "team_run_id"),
        Index("ix_drill_sessions_member", "member_id", "id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = words("keep")  # daily, now, team, blitz
    daily_date: Mapped[date | None]
    team_run_id: Mapped[int | None] = mapped_column(ForeignKey("team_runs.id"))
    drill_id: Mapped[str] = words("keep")
    drill_version: Mapped[int]
    family: Mapped[str] = words("keep")
    warmup_id: Mapped[str | None] = words("keep")
    recall: Mapped[str | None] = words("keep")  # knew, half, missed
    told: Mapped[dict[str, Any]] = document("keep", default=dict)  # lines of the message, below
    stage: Mapped[str | None] = words("keep")  # of the plan, on the day it was planned
    aim: Mapped[str | None] = words("keep")  # the cell that this session works on
    back: Mapped[bool] = mapped_column(default=False)  # a spaced return of what was missed
    blitz_id: Mapped[int | None] = mapped_column(ForeignKey("blitzes.id"))
    state: Mapped[str] = words("keep")
    planned_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]  # Slack had the message
    started_at: Mapped[datetime | None]  # Start, or the first reply
    box_ends_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    probe_at: Mapped[datetime | None]
    retake_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # when the clock moves it on
    answered_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]  # marks were shown: own marks are no longer blind
    held_until: Mapped[datetime | None] = mapped_column(index=True)  # the card waits till then
    late: Mapped[bool] = mapped_column(default=False)
    reminded: Mapped[bool] = mapped_column(default=False)
    named: Mapped[bool] = mapped_column(default=False)  # in the summary of a channel's drill
    focus: Mapped[dict[str, Any] | None] = document("erase")  # the miss that the retake is about
