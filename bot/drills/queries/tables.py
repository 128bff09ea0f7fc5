from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import words
from bot.work import Work


class DrillQuery(Work):
    """The newest query of a coding drill's session; its row waits for the engine after a change."""

    __tablename__ = "drill_queries"
    __table_args__ = (UniqueConstraint("session_id"), {"info": {"erase": "delete"}})

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("drill_sessions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    revision: Mapped[int] = mapped_column(default=0)  # grows with everything that is to be run
    query: Mapped[str] = words("erase", default="")  # the one that counts; empty: withdrawn
    typed: Mapped[str] = words("erase", default="")  # the newest in the thread, as last looked at
    seen: Mapped[int] = mapped_column(default=0)  # how many queries stood in the thread then
    shown: Mapped[int] = mapped_column(default=0)  # which message shows the result
    final: Mapped[bool] = mapped_column(default=False)  # run once more, to show what was expected
    revealed: Mapped[bool] = mapped_column(default=False)  # that was shown: `right` stays
    right: Mapped[bool | None]
    verdict: Mapped[str] = words("keep", default="")  # right, differs, down, or a trouble's code
    view_id: Mapped[str | None] = words("keep")  # the form that waits for the result
    at: Mapped[datetime]  # calendar
