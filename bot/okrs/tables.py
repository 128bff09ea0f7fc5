from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words


class Cycle(Base):
    """A quarter, or any other span in which goals are set; the check-in rhythm is its own."""

    __tablename__ = "cycles"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key: Mapped[str] = words("keep")
    starts: Mapped[date]
    ends: Mapped[date]  # the last day
    every: Mapped[str] = words("keep", default="week")  # week, two_weeks
    day: Mapped[str] = words("keep", default="Tue")
    at: Mapped[time] = mapped_column(default=time(10))  # on each owner's own clock
    tz: Mapped[str] = words("keep", default="UTC")  # for owners without one, and the deadline


class TeamCycle(Base):
    """One team in one cycle: what the clock moves on. All instants are the calendar's."""

    __tablename__ = "team_cycles"
    __table_args__ = (UniqueConstraint("team_id", "cycle_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    every: Mapped[str | None] = words("keep")  # the team's own rhythm where it has one,
    day: Mapped[str | None] = words("keep")  # otherwise the cycle's
    at: Mapped[time | None]
    next_round_at: Mapped[datetime | None] = mapped_column(index=True)  # None: no more rounds
    close_at: Mapped[datetime | None] = mapped_column(index=True)  # None: close-out was asked for
    settle_at: Mapped[datetime | None] = mapped_column(index=True)  # grades are taken until then
    closed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]  # by the lead, to correct grades


class Objective(Base):
    """`state` is draft, active or archived; a draft asks nobody for anything."""

    __tablename__ = "objectives"
    __table_args__ = (UniqueConstraint("team_id", "cycle_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    key: Mapped[str] = words("keep")
    title: Mapped[str] = words("keep")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("objectives.id"), index=True)
    state: Mapped[str] = words("keep", default="active")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class KeyResult(Base):
    """A key result and the terms that hold now; `amendments` keep those that held before.

    `curve`, `milestones` and `zones` are as `bot.okrs.terms` writes them.
    """

    __tablename__ = "key_results"
    __table_args__ = (
        UniqueConstraint("team_id", "cycle_id", "key"),
        Index("ix_key_results_objective", "objective_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    objective_id: Mapped[int] = mapped_column(ForeignKey("objectives.id"))
    position: Mapped[int] = mapped_column(default=0)  # among the objective's
    key: Mapped[str] = words("keep")
    title: Mapped[str] = words("keep")
    kind: Mapped[str] = words("keep")
    unit: Mapped[str] = words("keep", default="")
    baseline: Mapped[float | None]
    target: Mapped[float | None]
    stretch: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    curve: Mapped[dict[str, Any]] = document("keep", default=dict)
    milestones: Mapped[list[Any]] = document("keep", default=list)
    zones: Mapped[list[Any]] = document("keep", default=list)
    leading: Mapped[bool | None]
    customer_link: Mapped[str] = words("keep", default="")
    guardrail_id: Mapped[int | None] = mapped_column(ForeignKey("key_results.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class KeyResultOwner(Base):
    """Who answers for a key result: one accountable owner, and co-owners by function."""

    __tablename__ = "key_result_owners"
    __table_args__ = (
        UniqueConstraint("key_result_id", "member_id"),
        Index(
            "uq_key_result_owners_accountable",
            "key_result_id",
            unique=True,
            sqlite_where=text("accountable"),
            postgresql_where=text("accountable"),
        ),
        Index("ix_key_result_owners_member", "member_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key_result_id: Mapped[int] = mapped_column(ForeignKey("key_results.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    function: Mapped[str] = words("keep", default="")
    accountable: Mapped[bool] = mapped_column(default=False)


class Amendment(Base):
    """A change of a key result's terms: the terms before and after, who, when and why."""

    __tablename__ = "amendments"
    __table_args__ = (
        Index("ix_amendments_key_result", "key_result_id", "at"),
        {"info": {"erase": "part"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key_result_id: Mapped[int] = mapped_column(ForeignKey("key_results.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]] = document("keep")
    after: Mapped[dict[str, Any]] = document("keep")
    reason: Mapped[str] = words("erase", default="")
