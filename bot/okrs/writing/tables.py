from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document


class WritingDraft(Base):
    """An objective that somebody is writing, step by step; kept until it is saved or dropped."""

    __tablename__ = "writing_drafts"
    __table_args__ = (UniqueConstraint("member_id"), {"info": {"erase": "delete"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    typed: Mapped[dict[str, Any]] = document("erase", default=dict)
    at: Mapped[datetime]
