from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words


class Workspace(Base):
    """Slack's team, in which the bot is installed."""

    __tablename__ = "workspaces"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[str] = words("keep", unique=True)
    name: Mapped[str] = words("keep", default="")
    bot_user_id: Mapped[str] = words("keep", default="")
    installed_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # uninstalled or its token revoked
