"""What a member sees of their own mock interviews. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.mocks.rules import Outcome

PAGE = 8  # meetings


@dataclass(frozen=True)
class Past:
    """One meeting as the member themself knows it: nobody else's word is in it.

    `absent` is who did not come, as the member said, by Slack's user id. `marks_open`: all can
    read them; `marks_due`: the member may still give theirs.
    """

    group_id: int
    user_ids: tuple[str, ...]
    at: datetime  # the agreed start, else when the group was told
    agreed: bool
    track: str
    said: Outcome | None
    absent: str | None
    marks_open: bool
    marks_due: bool


@dataclass(frozen=True)
class History:
    """`page` counts from 0."""

    meetings: tuple[Past, ...]
    page: int
    pages: int
    tz: str
