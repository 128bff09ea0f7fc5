from bot.deps import Deps
from bot.mocks.marks import outgoing, service
from bot.mocks.marks.reminding import service as reminding


async def reveal_due(deps: Deps) -> None:
    """Open the marks that have waited 48 hours for the others'."""
    more = True
    while more:
        async with deps.transaction() as session:
            opened, more = await service.reveal_due(session, deps.now())
            for one in opened:
                await outgoing.opened(session, one, deps.now(), deps.machine_now())


async def remind_due(deps: Deps) -> None:
    """Remind of the marks of a meeting, once."""
    more = True
    while more:
        async with deps.transaction() as session:
            missing, more = await reminding.remind_due(session, deps.now())
            await outgoing.remind(session, missing, deps.now(), deps.machine_now())
