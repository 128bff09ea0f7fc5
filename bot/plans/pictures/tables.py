from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import document, words
from bot.work import Work


class PlanPicture(Work):
    """A picture of a member's own that is still to be drawn; gone once it is said.

    `told` is the picture in values, `kind` among them: `painter.py` has a drawing for each.
    """

    __tablename__ = "plan_pictures"
    __table_args__ = (UniqueConstraint("workspace_id", "topic"), {"info": {"erase": "delete"}})

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    topic: Mapped[str] = words("keep")
    rule: Mapped[str] = words("keep")
    lane: Mapped[int]
    name: Mapped[str] = words("keep")  # of the file
    comment: Mapped[str] = words("erase")  # the message that the file stands in
    alt: Mapped[str] = words("erase")  # what the picture shows, in words
    told: Mapped[dict[str, Any]] = document("erase")
    expires_at: Mapped[datetime]  # calendar
