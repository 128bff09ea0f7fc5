from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import document, words
from bot.work import Work


class VoiceClip(Work):
    """A clip in a drill's thread: its transcript and what was taken of it, never its sound.

    Its message is an `AnswerMessage` of the same channel and ts, which holds what counts. The row
    is due (`next_try_at`) while the transcript is awaited. `rules.State` names the states.
    """

    __tablename__ = "voice_clips"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel", "ts"),
        {"info": {"erase": "delete"}},
    )

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("drill_sessions.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[str] = words("keep")
    ts: Mapped[str] = words("keep")
    file_id: Mapped[str] = mapped_column(index=True, info={"personal": "keep"})
    part: Mapped[str] = words("keep")
    state: Mapped[str] = words("keep")
    code: Mapped[str] = words("keep", default="")  # why it failed
    how: Mapped[str] = words("keep", default="")  # it was taken
    second: Mapped[bool] = mapped_column(default=False)  # the next message replaces it
    more: Mapped[int] = mapped_column(default=0)  # further clips of the message, not listened to
    seconds: Mapped[float | None]
    typed: Mapped[str] = words("erase", default="")  # beside the clip, as it stands after edits
    transcript: Mapped[str] = words("erase", default="")
    taken: Mapped[str] = words("erase", default="")  # corrected or not: what counts
    source: Mapped[str] = words("keep", default="")  # the endpoint's host, where Slack gave nothing
    locale: Mapped[str] = words("keep", default="")
    pace: Mapped[int | None]  # words a minute
    fillers: Mapped[dict[str, Any] | None] = document("erase")  # {filler: count}, English only
    asked: Mapped[int] = mapped_column(default=0)  # requests to the endpoint
    asked_on: Mapped[date | None]  # UTC
    since: Mapped[datetime]  # machine
    at: Mapped[datetime]  # calendar
    counts_at: Mapped[datetime | None] = mapped_column(index=True)  # calendar: by itself
