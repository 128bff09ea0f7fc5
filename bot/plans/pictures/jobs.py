import logging

from bot.deps import Deps
from bot.errors import ChartFailed
from bot.pen import Pen
from bot.plans.pictures import outgoing, service

PAINTER = "bot.plans.pictures.painter"
log = logging.getLogger(__name__)


async def draw(deps: Deps) -> None:
    """Draw the pictures that wait: claim, draw outside any transaction, record."""
    async with Pen(PAINTER) as pen:
        while True:
            async with deps.transaction() as session:
                row = await service.claim(session, deps.machine_now())
            if row is None:
                return
            await _draw(deps, pen, row)


async def _draw(deps: Deps, pen: Pen, row: service.PlanPicture) -> None:
    try:
        png = await pen.draw(row.told)
    except ChartFailed as error:
        log.warning("picture_failed", extra={"code": str(error)[:200], "tries": row.tries})
        await _failed(deps, row)
        return
    async with deps.transaction() as session:
        member = await service.take(session, row.id)
        if member is not None:
            await outgoing.picture(session, member, row, png, deps.machine_now())


async def _failed(deps: Deps, row: service.PlanPicture) -> None:
    """Later again; after the last try the member is told, with what it would have shown."""
    async with deps.transaction() as session:
        if await service.postpone(session, row.id, deps.machine_now()):
            return
        member = await service.take(session, row.id)
        if member is not None:
            await outgoing.undrawn(session, member, row, deps.machine_now())
