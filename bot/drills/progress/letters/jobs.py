from bot.deps import Deps
from bot.drills.progress.letters import outgoing, service


async def send_due(deps: Deps) -> None:
    """Write the letters whose time has come, a batch in a transaction."""
    full = True
    while full:
        async with deps.transaction() as session:
            written, full = await service.write_due(session, deps.now())
            titles = deps.content.families
            for one in written:
                await outgoing.send(session, one, titles, deps.now(), deps.machine_now())
