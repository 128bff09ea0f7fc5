from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words


class StoredScorecard(Base):
    """A member's marks for one text; a text that is scored again keeps its row."""

    __tablename__ = "scorecards"
    __table_args__ = (
        UniqueConstraint("workspace_id", "topic"),
        Index("ix_scorecards_member", "member_id", "at"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    topic: Mapped[str] = words("keep")  # what was scored, such as answer:17
    drill_id: Mapped[str] = words("keep")
    scorer: Mapped[str] = words("keep")
    rubric: Mapped[str] = words("keep")  # version
    card: Mapped[dict[str, Any]] = document("erase")
    overall: Mapped[float]
    restatement: Mapped[float | None]
    trade_offs: Mapped[float | None]
    execution: Mapped[float | None]
    communication: Mapped[float | None]
    forgotten: Mapped[bool] = mapped_column(default=False)  # too old: the words are erased
    late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]  # calendar


class Rating(Base):
    """What a person thinks of one scored text: their own, or another's after a mock."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("workspace_id", "topic", "member_id"),
        Index("ix_ratings_member", "member_id", "at"),
        Index("ix_ratings_about", "about_id", "at"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))  # who marked
    # whose performance in a mock was marked; None: the rater's own answer to a drill
    about_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    topic: Mapped[str] = words("keep")  # what was marked, as in scorecards
    source: Mapped[str] = words("keep")  # self, peer
    restatement: Mapped[int | None]  # 0 to 4; None: left out
    trade_offs: Mapped[int | None]
    execution: Mapped[int | None]
    communication: Mapped[int | None]
    note: Mapped[str] = words("erase", default="")
    blind: Mapped[bool]  # given before the scorecard was shown
    # The scorer's marks when the answer became final: a later edit is another text.
    settled: Mapped[dict[str, Any] | None] = document("keep")
    shown_at: Mapped[datetime | None]  # a mock's marks: when all of the group saw them
    at: Mapped[datetime]  # calendar


class DisputedMark(Base):
    """*This mark is wrong*: what a person says of one cell's mark; saying it again edits it."""

    __tablename__ = "disputed_marks"
    __table_args__ = (
        UniqueConstraint("workspace_id", "topic", "cell", "member_id"),
        Index("ix_disputed_marks_at", "workspace_id", "at"),
        Index("ix_disputed_marks_member", "member_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    topic: Mapped[str] = words("keep")
    cell: Mapped[str] = words("keep")
    scorer: Mapped[str] = words("keep")  # whose mark it was
    mark: Mapped[float]  # 0 to 4, as it stood
    fitting: Mapped[int | None]  # the mark that the person would give
    why: Mapped[str] = words("erase")
    at: Mapped[datetime]  # calendar
