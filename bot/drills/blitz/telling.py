"""What came of a blitz: before and now of its drills, from the marks as they stand."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills.answers.service import card_topic
from bot.drills.blitz.rules import Step, Told
from bot.drills.blitz.service import Standing
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.scoring import service as scoring
from bot.scoring.rules import Scorecard


async def card_of(session: AsyncSession, row: DrillSession) -> Scorecard | None:
    return await scoring.find(session, row.workspace_id, card_topic(row.id, Part.ANSWER))


async def steps(session: AsyncSession, content: Content, at: Standing) -> list[Step]:
    """Before and now of every drill that was opened."""
    made = []
    for row in at.rows:
        card, drill = await card_of(session, row), content.drills.get(row.drill_id)
        mark = card.cells.get(at.cell) if card else None
        opening = " ".join(drill.prompt.split()) if drill else "a drill that has left the bank"
        after = mark.score if mark else None
        made.append(Step(opening, card is not None, at.before(row.drill_id), after))
    return made


async def tell(session: AsyncSession, content: Content, at: Standing, row: DrillSession) -> Told:
    """What the closing card of this drill says of the blitz."""
    turn, all_steps = at.turn(row), await steps(session, content, at)
    return Told(turn, all_steps[turn.number - 1], all_steps, at.ending(row))
