from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words


class ReviewRequest(Base):
    """A member asks somebody for marks of one answer; the marks lie in `ratings`."""

    __tablename__ = "review_requests"
    __table_args__ = (
        UniqueConstraint("session_id", "reviewer_id"),
        Index("ix_review_requests_member", "member_id"),
        Index("ix_review_requests_reviewer", "reviewer_id"),
        # No number comes twice: the reviewer's message is known by it, also when that is gone.
        {"info": {"erase": "delete"}, "sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("drill_sessions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))  # who asks
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = words("keep")  # asked, sent, given, declined, withdrawn
    note: Mapped[str] = words("erase", default="")  # to the reviewer
    digest: Mapped[str] = words("keep", default="")  # of the answer that the reviewer has
    at: Mapped[datetime]  # calendar
