from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words


class Round(Base):
    """One check-in of one team: asked on `day`, revealed and told at `deadline` at the latest.

    All instants are the calendar's.
    """

    __tablename__ = "check_in_rounds"
    __table_args__ = (
        UniqueConstraint("team_cycle_id", "day"),
        Index("ix_check_in_rounds_team", "workspace_id", "team_cycle_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_cycle_id: Mapped[int] = mapped_column(ForeignKey("team_cycles.id"))
    number: Mapped[int]  # in the cycle, from 1
    day: Mapped[date]
    opened_at: Mapped[datetime]
    deadline: Mapped[datetime]
    closes_at: Mapped[datetime | None] = mapped_column(index=True)  # the deadline; None: closed
    digest_at: Mapped[datetime | None] = mapped_column(index=True)  # None: told


class CheckInCall(Base):
    """One person asked in one round: when, and whether they were reminded."""

    __tablename__ = "check_in_calls"
    __table_args__ = (
        UniqueConstraint("round_id", "member_id"),
        Index("ix_check_in_calls_member", "member_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("check_in_rounds.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    due_at: Mapped[datetime]  # the person's own wall clock
    state: Mapped[str] = words("keep", default="planned")  # planned, asked, reminded, done, left
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # when the clock moves it on
    # the call whose message speaks of this one too; None: it has a message of its own, if any
    said_with: Mapped[int | None] = mapped_column(ForeignKey("check_in_calls.id"))


class CheckIn(Base):
    """What somebody said of a key result; rows are only ever added.

    A co-owner's has a confidence and no value. In a round, `confidence`, `note` and `blocker`
    stay blind until the key result's `Reveal`; without a round they were never blind.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        UniqueConstraint("key_result_id", "member_id", "at"),
        Index("ix_check_ins_key_result", "key_result_id", "at", "id"),
        Index("ix_check_ins_round", "round_id", "key_result_id"),
        Index("ix_check_ins_member", "member_id"),
        {"info": {"erase": "part"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key_result_id: Mapped[int] = mapped_column(ForeignKey("key_results.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # None: erased
    round_id: Mapped[int | None] = mapped_column(ForeignKey("check_in_rounds.id"))
    at: Mapped[datetime]
    value: Mapped[float | None]
    confidence: Mapped[int | None]  # 0 to 10
    note: Mapped[str] = words("erase", default="")  # what moved, and why
    blocker: Mapped[str] = words("erase", default="")
    done: Mapped[list[Any] | None] = document("keep")  # titles of the milestones done, if any


class Reveal(Base):
    """The votes on one key result in one round, opened: all were in, or the deadline had come."""

    __tablename__ = "reveals"
    __table_args__ = (UniqueConstraint("round_id", "key_result_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("check_in_rounds.id"))
    key_result_id: Mapped[int] = mapped_column(ForeignKey("key_results.id"), index=True)
    at: Mapped[datetime]
    votes: Mapped[list[Any]] = document("keep", default=list)  # confidences, lowest first
    voters: Mapped[int]  # who were asked
    review: Mapped[bool] = mapped_column(default=False)  # the spread opened a risk review


class CheckInDraft(Base):
    """What somebody typed into a check-in that could not be taken, to fill the form again."""

    __tablename__ = "check_in_drafts"
    __table_args__ = (UniqueConstraint("member_id"), {"info": {"erase": "delete"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    typed: Mapped[dict[str, Any]] = document("erase", default=dict)
    at: Mapped[datetime]
