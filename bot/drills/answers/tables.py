from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, words
from bot.work import Work


class Answer(Work):
    """One part of a session, made of messages; its row waits for the scorer after each change."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("session_id", "part"), {"info": {"erase": "delete"}})

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("drill_sessions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    part: Mapped[str] = words("keep")
    revision: Mapped[int] = mapped_column(default=0)  # grows with every change of its messages
    scored: Mapped[int] = mapped_column(default=0)  # the revision that the card shows


class AnswerMessage(Base):
    """One Slack message of an answer, as it stands after edits."""

    __tablename__ = "answer_messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel", "ts"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[str] = words("keep")
    ts: Mapped[str] = words("keep")
    edited_ts: Mapped[str] = words("keep", default="")
    text: Mapped[str] = words("erase")
    deleted: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]  # calendar
