from bot.deps import Deps
from bot.mocks.outcomes import loading, outgoing


async def ask_due(deps: Deps) -> None:
    """Ask everybody whose time has come what came of their mock interview."""
    more = True
    while more:
        async with deps.transaction() as session:
            asking, more = await loading.ask_due(session, deps.now())
            await outgoing.ask(session, asking, deps.now(), deps.machine_now())
