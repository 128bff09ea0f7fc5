from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words
from bot.people.rules import QUIET_FROM, QUIET_TO, WEEKLY_BUDGET


class Member(Base):
    """A person of a workspace, as Slack describes them and as they set themselves up."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    user_id: Mapped[str] = words("keep")
    name: Mapped[str] = words("erase", default="")
    dm_channel: Mapped[str | None] = words("keep")
    tz: Mapped[str] = words("keep", default="UTC")
    tz_chosen: Mapped[bool] = mapped_column(default=False)  # by the person, so Slack's is not taken
    country: Mapped[str | None] = words("keep")  # ISO 3166; None: guessed from the zone
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_deleted: Mapped[bool] = mapped_column(default=False)
    profile_at: Mapped[datetime | None]  # when Slack's profile was last read (machine)
    quiet_from: Mapped[time] = mapped_column(default=QUIET_FROM)
    quiet_to: Mapped[time] = mapped_column(default=QUIET_TO)
    weekly_budget: Mapped[int] = mapped_column(default=WEEKLY_BUDGET)
    days_off: Mapped[list[Any]] = document("keep", default=list)  # [[first date, last date], …]
    paused_until: Mapped[datetime | None]
    muted: Mapped[list[Any]] = document("keep", default=list)  # rules, such as drill.reminder
    privacy_told: Mapped[bool] = mapped_column(default=False)
    judge: Mapped[bool] = mapped_column(default=True)  # a model judge may read final answers
    transcribe: Mapped[bool] = mapped_column(default=True)  # the endpoint may hear clips
    erased_at: Mapped[datetime | None]
