from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words
from bot.work import Work


class Digest(Base):
    """A team was told how it stands: the next digest says what changed since `at` (calendar)."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    team_cycle_id: Mapped[int] = mapped_column(ForeignKey("team_cycles.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("check_in_rounds.id"))
    at: Mapped[datetime]


class DigestPicture(Work):
    """A picture that is still to be drawn for the thread of `thread_of`; gone once it is said.

    `member_id` is whose direct message it goes to, None in a channel. `picture` is a
    `bot.okrs.digests.chart.Picture`.
    """

    __tablename__ = "digest_pictures"
    __table_args__ = (UniqueConstraint("workspace_id", "thread_of"), {"info": {"erase": "delete"}})

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    channel: Mapped[str] = words("keep")
    thread_of: Mapped[str] = words("keep")  # the topic of the digest above it
    expires_at: Mapped[datetime]  # calendar
    picture: Mapped[dict[str, Any]] = document("keep")
