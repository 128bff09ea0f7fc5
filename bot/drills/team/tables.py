from datetime import date, datetime, time

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words


class TeamDrill(Base):
    """A channel's own daily drill; `lead` is who may change it."""

    __tablename__ = "team_drills"
    __table_args__ = (UniqueConstraint("workspace_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    channel: Mapped[str] = words("keep")
    lead: Mapped[str] = words("keep")  # Slack's user id
    track: Mapped[str] = words("keep")
    at: Mapped[time]
    tz: Mapped[str] = words("keep")
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)  # None: switched off


class TeamRun(Base):
    """One day's drill in a channel, and its summary the day after."""

    __tablename__ = "team_runs"
    __table_args__ = (UniqueConstraint("team_drill_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_drill_id: Mapped[int] = mapped_column(ForeignKey("team_drills.id"))
    day: Mapped[date]
    drill_id: Mapped[str] = words("keep")
    opened_at: Mapped[datetime | None]
    summary_at: Mapped[datetime | None] = mapped_column(
        index=True
    )  # None: told, or nothing to tell
