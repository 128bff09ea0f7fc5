from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words


class StoredRubric(Base):
    """One version of a workspace's own rubric. Rows are added and never changed: the newest is
    in use, the older ones say what earlier cards met."""

    __tablename__ = "rubrics"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))  # who changed it
    number: Mapped[int]  # 1, 2, … in the workspace
    version: Mapped[str] = words("keep")  # such as v1+2
    document: Mapped[dict[str, Any]] = document("keep")
    # Slack's user id; delete-me empties it, and the team's record stays under "former member".
    changed_by: Mapped[str | None] = words("erase")
    at: Mapped[datetime]  # calendar
