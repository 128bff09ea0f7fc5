"""Sends what waits: claim, call Slack outside any transaction, record."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.deps import Deps, Repeated
from bot.errors import Collided, SlackLost, SlackRefused, UserMistake
from bot.outbox import claims, delivery, doubts, keeping, resting, saying, service, topics
from bot.outbox.claims import Leased
from bot.outbox.delivery import Outgoing
from bot.outbox.keeping import Settled
from bot.outbox.rules import CHANGES, POSTS, Lane, State, is_group
from bot.outbox.saying import METHOD
from bot.slack.client import GONE, TIMEOUT, Sent
from bot.slack.declare import Knock
from bot.slack.directory import Place
from bot.slack.frame import TRIES

log = logging.getLogger(__name__)
ANSWERS = (Lane.ANSWER,)
PLANNED = (Lane.SCHEDULED, Lane.REMINDER, Lane.DIGEST)
# Refusals that say that it is done, and those that say that there is nothing left to change.
DONE = {("delete", "message_not_found")}
MOOT = {("update", "message_not_found")}
SHARED_SOON = timedelta(seconds=1)  # Slack shares an upload a moment after the call
IN_THE_AIR = 8  # calls of one kind at once: what a crash leaves in doubt costs a history each
NO_TOKEN = 60.0  # seconds between looks for a token that is gone


async def deliver_answers(deps: Deps) -> None:
    """What somebody waits for has senders of its own, so that a full morning never delays it."""
    await _deliver(deps, ANSWERS)


async def deliver_planned(deps: Deps) -> None:
    await _deliver(deps, PLANNED)


async def _deliver(deps: Deps, lanes: Sequence[Lane]) -> None:
    """Posts and changes side by side: Slack counts them apart, so neither waits for the other."""
    await asyncio.gather(_drain(deps, lanes, POSTS), _drain(deps, lanes, CHANGES))


async def _drain(deps: Deps, lanes: Sequence[Lane], operations: Sequence[str]) -> None:
    """Send batch after batch until nothing may go. A row that fails by a bug stops no other."""
    air = asyncio.Semaphore(IN_THE_AIR)
    while True:
        async with deps.transaction() as session:
            now, machine_now = deps.now(), deps.machine_now()
            if not await claims.any_waiting(session, lanes, operations, now, machine_now):
                return
            await claims.tidy(session, deps.topics, lanes, operations, now, machine_now)
            rows = await claims.claim(session, lanes, operations, now, machine_now, deps.patience)
        if not rows:
            return
        sent = await asyncio.gather(
            *(_send(deps, row, air, answer=lanes == ANSWERS) for row in rows),
            return_exceptions=True,
        )
        for error in sent:
            if error is not None:
                raise error


async def _send(deps: Deps, leased: Leased, air: asyncio.Semaphore, *, answer: bool) -> None:
    place = deps.directory.of_id(leased.workspace_id)
    if place is None:
        async with deps.transaction() as session:
            await resting.without_token(session, leased, deps.machine_now(), NO_TOKEN)
        return
    wait = await _turn(deps, leased, answer=answer)
    if wait > 0:
        async with deps.transaction() as session:
            await claims.hand_back(session, leased.id, deps.machine_now(), wait)
        return
    async with air:
        await _send_now(deps, place, leased)


async def _turn(deps: Deps, leased: Leased, *, answer: bool) -> float:
    """0 when the row's calls may be made, else the seconds until then."""
    within = deps.patience.pacing.total_seconds()
    if is_group(leased.channel) and leased.operation == "post":
        place = leased.workspace_id
        wait = await deps.pacer.turn(place, saying.OPEN, answer=answer, within=within)
        if wait > 0:
            return wait
    return await deps.pacer.turn(
        leased.workspace_id,
        METHOD[leased.operation],
        leased.channel,
        answer=answer,
        within=within,
    )


async def _send_now(deps: Deps, place: Place, leased: Leased) -> None:
    begun = deps.machine_now()
    async with deps.transaction() as session:
        outgoing = await delivery.begin(
            session, deps.topics, leased.id, deps.now(), begun, deps.patience
        )
    if outgoing is None:
        return
    if (deps.machine_now() - begun).total_seconds() > TIMEOUT:
        # This process stood still; by the time the call arrives somebody else may send the row.
        await _put_back(deps, outgoing, SlackRefused("stood_still", permanent=False))
        return
    await _call(deps, place, outgoing)


async def _call(deps: Deps, place: Place, outgoing: Outgoing) -> None:
    method = METHOD[outgoing.operation]
    try:
        sent = await saying.say(deps, place, outgoing)
    except SlackRefused as error:
        deps.meters.tried(method, "refused" if error.permanent else "postponed", error.code)
        await _refused(deps, outgoing, error)
    except SlackLost as error:
        log.warning("answer_lost", extra={"outbox_id": outgoing.id, "code": error.code})
        deps.meters.tried(method, "doubted", error.code)
        await _doubt(deps, outgoing, error.code, deps.patience.echo)
    else:
        deps.meters.tried(method, "sent")
        if sent is None:
            await _doubt(deps, outgoing, "sharing", min(SHARED_SOON, deps.patience.echo))
        else:
            await _landed(deps, outgoing, sent)


async def _doubt(deps: Deps, outgoing: Outgoing, code: str, wait: timedelta) -> None:
    async with deps.transaction() as session:
        await doubts.doubt(session, outgoing, code, deps.machine_now(), wait)


async def _landed(deps: Deps, outgoing: Outgoing, sent: Sent) -> None:
    """Begun anew after a collision: what the topic changes was held by whoever revised the row."""
    row_id, channel, ts = outgoing.id, sent.channel, sent.ts
    for left in reversed(range(TRIES)):
        try:
            async with deps.transaction() as session:
                await delivery.landed(session, deps.topics, row_id, channel, ts, deps.now())
        except Collided:
            log.info("landing_collided", extra={"outbox_id": row_id, "left": left})
            if not left:
                raise
        else:
            return


async def _refused(deps: Deps, outgoing: Outgoing, error: SlackRefused) -> None:
    log.warning("post_refused", extra={"outbox_id": outgoing.id, "code": error.code})
    said = (outgoing.operation, error.code)
    if said in DONE:
        await _landed(deps, outgoing, Sent(outgoing.channel, str(outgoing.target_ts)))
    elif error.permanent:
        state = State.UNWANTED if said in MOOT else State.REFUSED
        async with deps.transaction() as session:
            now, machine_now = deps.now(), deps.machine_now()
            await delivery.refuse(
                session, deps.topics, outgoing, error.code, now, machine_now, state
            )
    else:
        await _put_back(deps, outgoing, error)


async def _put_back(deps: Deps, outgoing: Outgoing, error: SlackRefused) -> None:
    if error.code == "ratelimited":
        deps.pacer.refused(outgoing.workspace_id, METHOD[outgoing.operation], error.retry_after)
    wait = max(error.retry_after, NO_TOKEN if error.code in GONE else 0)
    async with deps.transaction() as session:
        await delivery.give_back(session, outgoing, deps.machine_now(), wait, error.code)


async def hand_on(deps: Deps) -> None:
    """Give kept replies to their feature, once it is known whether they are in a thread of ours."""
    async with deps.transaction() as session:
        found = await keeping.settled(session)
    for reply in found:
        await _hand_on(deps, reply)


async def _hand_on(deps: Deps, reply: Settled) -> None:
    place = deps.directory.of_id(reply.workspace_id)
    if place is None:
        return
    body = {"event_id": reply.key.removeprefix("event:"), "event": reply.event}
    knock = Knock(reply.workspace_id, place.token, reply.user_id, body)
    kind = deps.topics.get(topics.kind(reply.topic))
    try:
        if kind and kind.replied:
            await kind.replied(deps, knock, topics.about(reply.topic) if reply.topic else 0)
    except (Repeated, UserMistake) as error:
        log.info("kept_reply_not_taken", extra={"code": str(error)})
    async with deps.transaction() as session:
        await keeping.forget(session, reply.id)


async def sweep(deps: Deps) -> None:
    """Forget the knocks that Slack can no longer repeat."""
    async with deps.transaction() as session:
        await service.forget_knocks(session, deps.machine_now())
        await keeping.forget_old(session, deps.machine_now())
