from bot.deps import Deps
from bot.okrs.calls import outgoing as call_outgoing
from bot.okrs.calls import service as calls
from bot.okrs.reviews import outgoing as review_outgoing
from bot.okrs.reviews import service as reviews
from bot.okrs.rounds import outgoing, service
from bot.outbox import service as outbox


async def move_on(deps: Deps) -> None:
    """Open rounds and ask people; with nothing due it is one question to the store."""
    async with deps.transaction() as session:
        opening, asking = await service.due(session, deps.now())
    if opening:
        await open_due(deps)
    if asking or opening:
        await ask_due(deps)


async def close_due(deps: Deps) -> None:
    """Open the votes of rounds whose deadline has come, and leave who was asked in vain."""
    more = True
    while more:
        async with deps.transaction() as session:
            closed, more = await reviews.close_due(session, deps.now())
            for one in closed:
                await outgoing.closed(session, one, deps.now(), deps.machine_now())


async def open_due(deps: Deps) -> None:
    """Open the rounds of teams whose check-in day has come somewhere on Earth."""
    more = True
    while more:
        async with deps.transaction() as session:
            opened, more = await service.open_due(session, deps.now())
            for one in opened:
                await outgoing.opened(session, one, deps.now(), deps.machine_now())


async def ask_due(deps: Deps) -> None:
    """Ask and remind people whose check-in time has come on their own clock."""
    more = True
    while more:
        async with deps.transaction() as session:
            now, machine_now = deps.now(), deps.machine_now()
            batch = await calls.ask_due(session, now)
            drafts = [call_outgoing.ask(one, now) for one in batch.asking]
            await outbox.say_all(session, drafts, machine_now)
            for one in await service.lost(session, batch.lost, now):
                await outgoing.opened(session, one, now, machine_now)
            more = batch.more
        for round_id in sorted(batch.lost):
            await _open_votes(deps, round_id)


async def _open_votes(deps: Deps, round_id: int) -> None:
    """Somebody will not vote any more: perhaps all others have.

    In a transaction of its own: people who check in hold the round before their calls.
    """
    async with deps.transaction() as session:
        now, machine_now = deps.now(), deps.machine_now()
        for row in (await reviews.lock(session, [round_id])).values():
            if row.closes_at is not None:
                revealed = await reviews.reveal(session, row, now)
                place = row.workspace_id
                await review_outgoing.opened(session, place, revealed, now, machine_now)
