"""A round moves on by the clock; who is on standby is matched when the bell rings."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from itertools import islice

from bot.deps import Deps
from bot.errors import MatcherFailed
from bot.mocks import service as mocks
from bot.mocks.meetings import outgoing as meetings
from bot.mocks.outcomes import outgoing as outcomes
from bot.mocks.pairing import parcel
from bot.mocks.pairing.parcel import Made
from bot.mocks.rounds import loading, outgoing, recording, service
from bot.mocks.rounds.loading import Pool

log = logging.getLogger(__name__)
AT_ONCE = 5  # groups whose message is changed in one transaction


async def move_on(deps: Deps) -> None:
    """Open, count and close the rounds whose time has come, week by week."""
    while True:
        async with deps.transaction() as session:
            now, machine_now = deps.now(), deps.machine_now()
            step = await service.step(session, now, machine_now)
            if step is None:
                return
            await outgoing.resting(session, step.resting, now, machine_now)
        for at in range(0, len(step.lapsed), AT_ONCE):
            await _lapsed(deps, step.row.workspace_id, step.lapsed[at : at + AT_ONCE])
        for at in range(0, len(step.waited), AT_ONCE):
            async with deps.transaction() as session:
                waited = step.waited[at : at + AT_ONCE]
                await outgoing.over(session, step.row.workspace_id, waited, deps.machine_now())


async def _lapsed(deps: Deps, workspace_id: int, group_ids: Sequence[int]) -> None:
    """Say in the groups' messages that nothing came of it."""
    async with deps.transaction() as session:
        for group_id in group_ids:
            group = await mocks.held(session, workspace_id, group_id)
            await meetings.restate(session, group, deps.now(), deps.machine_now())
        await outcomes.over(session, group_ids, deps.machine_now())


async def pair_waiting(deps: Deps) -> None:
    """Match who is on standby, round by round; returns when nobody waits to be matched."""
    async with deps.matching:
        while await _pair_next(deps):
            pass


async def _pair_next(deps: Deps) -> bool:
    """Claim a round, ask the matcher outside any transaction, record; False when there is none."""
    async with deps.transaction() as session:
        pool = await loading.claim(session, deps.content, deps.now(), deps.machine_now())
    if pool is None:
        return False
    more = True
    while more:
        async with deps.transaction() as session:
            more = await loading.fill(session, pool)
    try:
        made = await _make(deps, pool)
    except MatcherFailed:
        log.warning("matcher_failed", extra={"round_id": pool.row.id})
        async with deps.transaction() as session:
            await recording.postpone(session, pool, deps.machine_now())
    else:
        await _record(deps, pool, made)
    return True


async def _make(deps: Deps, pool: Pool) -> Made:
    if not pool.people:
        return Made((), {})
    return await deps.matcher.make(await loading.order(pool))


async def _record(deps: Deps, pool: Pool, made: Made) -> None:
    """A page of groups in each transaction; then who is left hears why."""
    again, alone = False, dict(made.alone)
    for page in made.groups:
        planned = list(parcel.planned(page))
        async with deps.transaction() as session:
            written = await recording.groups(session, pool, planned, deps.content)
            again = again or written.broken
            alone |= written.alone
            now, machine_now = deps.now(), deps.machine_now()
            place = pool.row.workspace_id
            await meetings.tell(session, place, written.group_ids, deps.content, now, machine_now)
        await asyncio.sleep(0)
    if not again:
        await _tell_alone(deps, pool, alone)
    async with deps.transaction() as session:
        await recording.finish(session, pool, deps.machine_now(), again=again)


async def _tell_alone(deps: Deps, pool: Pool, codes: Mapping[str, str]) -> None:
    waiting = iter(sorted(codes.items()))
    while page := dict(islice(waiting, recording.PAGE)):
        async with deps.transaction() as session:
            now, machine_now = deps.now(), deps.machine_now()
            left = await recording.left(session, pool, page, now)
            await outgoing.alone(session, pool.row.week, left, now, machine_now)
