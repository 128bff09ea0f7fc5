"""The drill message and the warm-up under it, on their way."""

from bot.content import Content
from bot.drills import views
from bot.drills.checklist import outgoing as checklist
from bot.drills.opening.service import Opened
from bot.drills.outgoing import asked
from bot.drills.recall import views as recall
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic

RULES = {"daily": "drill.daily", "now": "drill.now"}


def drafts(opened: Opened, content: Content) -> list[Draft]:
    """The drill and, under it, the warm-up; under the last before an interview the checklist."""
    row, member = opened.session, opened.member
    lane = Lane.ANSWER if row.kind == "now" else Lane.SCHEDULED
    said = [
        Draft(
            row.workspace_id,
            member.dm_channel or member.user_id,
            topic("drill", row.id),
            RULES[row.kind],
            lane,
            views.drill(asked(row, opened.drill)),
            member_id=member.id,
            expires_at=opened.expires_at,
        )
    ]
    if opened.warmup:
        said.append(
            Draft(
                row.workspace_id,
                member.dm_channel or member.user_id,
                topic("warmup", row.id),
                "drill.warmup",
                lane,
                recall.warmup(opened.warmup, row.id),
                member_id=member.id,
                thread_of=topic("drill", row.id),
                expires_at=opened.expires_at,
            )
        )
    if opened.last and row.daily_date and content.checklist:
        said.append(checklist.draft(content, row, member, lane, opened.expires_at))
    member.privacy_told = True
    return said
