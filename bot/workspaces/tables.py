from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words


class Installation(Base):
    """Somebody added the bot by OAuth, to one workspace or to a whole organisation.

    `team_id` is empty when it is for the organisation, `enterprise_id` when there is none. The
    tokens are sealed (`bot/sealing.py`). All instants are the machine's.
    """

    __tablename__ = "installations"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "team_id"),
        Index("ix_installations_changed_at", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = words("keep", default="")
    team_id: Mapped[str] = words("keep", default="")
    is_org: Mapped[bool] = mapped_column(default=False)
    app_id: Mapped[str] = words("keep")
    bot_user_id: Mapped[str] = words("keep")
    scopes: Mapped[str] = words("keep")  # separated by commas, as Slack tells them
    sealed_token: Mapped[str] = words("keep")
    sealed_refresh: Mapped[str | None] = words("keep")  # where Slack rotates tokens
    sealed_with: Mapped[str] = words("keep")  # the name of the key
    expires_at: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]  # somebody asks Slack for the next token
    installed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class Workspace(Base):
    """Slack's team, in which the bot is installed.

    One whose data was purged keeps this row: its number leads nowhere else, whatever old link
    names it.
    """

    __tablename__ = "workspaces"
    __table_args__ = (
        Index("ix_workspaces_changed_at", "changed_at"),
        Index("ix_workspaces_installation_id", "installation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[str] = words("keep", unique=True)
    enterprise_id: Mapped[str] = words("keep", default="")
    name: Mapped[str] = words("keep", default="")
    bot_user_id: Mapped[str] = words("keep", default="")
    # Whose token speaks there; None: that of the settings.
    installation_id: Mapped[int | None] = mapped_column(ForeignKey("installations.id"))
    installed_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # nothing is planned or sent
    stop_code: Mapped[str | None] = words("keep")  # why: `service.Stop`
    purged_at: Mapped[datetime | None]  # what it had stored is erased
    changed_at: Mapped[datetime | None]  # when any of this changed, for the other replicas


class SpentState(Base):
    """A way through OAuth that was gone once. Kept until it would have ended by itself."""

    __tablename__ = "spent_states"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = words("keep")  # SHA-256 of the state
    ends_at: Mapped[datetime] = mapped_column(index=True)
