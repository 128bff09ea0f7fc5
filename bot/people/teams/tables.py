from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words


class Team(Base):
    """People who own goals together; `lead` is the Slack user who runs its rituals."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key: Mapped[str] = words("keep")
    name: Mapped[str] = words("keep")
    channel: Mapped[str | None] = words("keep")  # where its digests go
    lead: Mapped[str] = words("keep")


class TeamMember(Base):
    """Somebody in a team, with the function they bring."""

    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("team_id", "member_id"), {"info": {"erase": "delete"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    function: Mapped[str] = words("keep")
