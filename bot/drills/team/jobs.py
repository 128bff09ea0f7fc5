from bot.deps import Deps
from bot.drills.team import outgoing, service
from bot.outbox import service as outbox


async def open_due(deps: Deps) -> None:
    """Post the drill of every channel whose time has come."""
    async with deps.transaction() as session:
        opened = await service.open_due(session, deps.content, deps.now())
        drafts = [outgoing.drill(due) for due in opened]
        await outbox.say_all(session, drafts, deps.machine_now())


async def summarise(deps: Deps) -> None:
    """Tell channels how yesterday went, without names."""
    async with deps.transaction() as session:
        told = await service.summaries(session, deps.content, deps.now())
        drafts = [outgoing.summary(one) for one in told]
        await outbox.say_all(session, drafts, deps.machine_now())
