from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words

UNSENT = "state in ('queued', 'leased', 'sending', 'doubt')"


class OutboxMessage(Base):
    """Something the bot says once. `docs/delivery.md` draws the states.

    Instants named `not_before`, `expires_at` and `sent_at` are the calendar's, the others the
    machine's.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "topic", "revision"),
        UniqueConstraint("key"),
        Index(
            "ix_outbox_messages_unsent",
            "lane",
            "id",
            sqlite_where=text(UNSENT),
            postgresql_where=text(UNSENT),
        ),
        Index(
            "ix_outbox_messages_line",
            "workspace_id",
            "channel",
            "id",
            sqlite_where=text(UNSENT),
            postgresql_where=text(UNSENT),
        ),
        Index("ix_outbox_messages_ts", "workspace_id", "channel", "ts"),
        Index("ix_outbox_messages_member", "member_id", "sent_at"),
        Index("ix_outbox_messages_sent_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    key: Mapped[str] = words("keep")  # the delivery's id, in the message's metadata
    topic: Mapped[str] = words("keep")
    revision: Mapped[int] = mapped_column(default=0)
    operation: Mapped[str] = words("keep", default="post")
    rule: Mapped[str] = words("keep")
    lane: Mapped[int]
    channel: Mapped[str] = words("keep")
    thread_of: Mapped[str | None] = words("keep")  # topic whose ts must be known first
    replaces: Mapped[str | None] = words("keep")  # topic of the message an update changes
    target_ts: Mapped[str | None] = words("keep")  # ts of either, once known
    text: Mapped[str] = words("erase")
    blocks: Mapped[list[Any]] = document("erase", default=list)
    file_name: Mapped[str | None] = words("keep")
    file_alt: Mapped[str | None] = words("erase")  # what a picture shows, for who cannot see it
    file_bytes: Mapped[bytes | None] = mapped_column(LargeBinary, info={"personal": "erase"})
    file_id: Mapped[str | None] = words("keep")
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = words("keep", default="queued")
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)  # grows with every call; only the last counts
    error: Mapped[str | None] = words("keep")
    created_at: Mapped[datetime]
    ts: Mapped[str | None] = words("keep")
    sent_at: Mapped[datetime | None]


class KeptReply(Base):
    """A reply that came while it was not known whether the message above it is ours.

    `event` is Slack's message event, with what the person wrote.
    """

    __tablename__ = "kept_replies"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), {"info": {"erase": "delete"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    key: Mapped[str] = words("keep")
    channel: Mapped[str] = words("keep")
    thread_ts: Mapped[str] = words("keep")
    event: Mapped[dict[str, Any]] = document("erase")
    kept_at: Mapped[datetime]  # machine


class SeenKnock(Base):
    """Events and clicks that took effect, so that a repeat has none. Purged after 25 hours."""

    __tablename__ = "seen_knocks"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key: Mapped[str] = words("keep")
    seen_at: Mapped[datetime] = mapped_column(index=True)
