from bot.deps import Deps
from bot.drills.marks import outgoing, service


async def reveal_due(deps: Deps) -> None:
    """Show the cards that have waited to the end of their answer box or session."""
    full = True
    while full:
        async with deps.transaction() as session:
            rows = await service.held(session, deps.now())
            for row in rows:
                await outgoing.reveal(session, row, deps.now(), deps.machine_now())
            full = len(rows) == service.BATCH
