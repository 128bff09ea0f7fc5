import logging

from bot.deps import Deps
from bot.errors import ChartFailed
from bot.okrs.digests import outgoing, service
from bot.okrs.digests.chart import Picture
from bot.pen import Pen

PAINTER = "bot.okrs.digests.painter"
log = logging.getLogger(__name__)


async def tell_due(deps: Deps) -> None:
    """Tell every team whose round is closed how it stands, each in a transaction of its own."""
    while True:
        async with deps.transaction() as session:
            told = await service.due(session, deps.now())
            if told is None:
                return
            await outgoing.tell(session, told, deps.now(), deps.machine_now())


async def draw(deps: Deps) -> None:
    """Draw the pictures that wait: claim, draw outside any transaction, record."""
    async with Pen(PAINTER) as pen:
        while True:
            async with deps.transaction() as session:
                row = await service.claim(session, deps.machine_now())
            if row is None:
                return
            await _draw(deps, pen, row)


async def _draw(deps: Deps, pen: Pen, row: service.DigestPicture) -> None:
    try:
        png = await pen.draw(row.picture)
    except ChartFailed as error:
        log.warning("chart_failed", extra={"code": str(error)[:200], "tries": row.tries})
        async with deps.transaction() as session:
            await service.postpone(session, row.id, deps.machine_now())
        return
    async with deps.transaction() as session:
        if await service.drawn(session, row.id):
            await outgoing.picture(
                session, row, Picture.from_dict(row.picture), png, deps.machine_now()
            )
