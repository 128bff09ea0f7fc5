from bot.deps import Deps
from bot.okrs.closing import outgoing, service


async def ask_due(deps: Deps) -> None:
    """Ask for the grades of every cycle that is over, once."""
    more = True
    while more:
        async with deps.transaction() as session:
            asked, more = await service.ask_due(session, deps.now())
            for one in asked:
                await outgoing.ask(session, one, deps.now(), deps.machine_now())


async def settle_due(deps: Deps) -> None:
    """Close the cycles that were asked for their grades long enough ago."""
    more = True
    while more:
        async with deps.transaction() as session:
            closed, more = await service.settle_due(session, deps.now())
            for told in closed:
                await outgoing.close_out(session, told, deps.now(), deps.machine_now())
