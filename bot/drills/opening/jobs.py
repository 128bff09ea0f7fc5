from bot.deps import Deps
from bot.drills.opening import outgoing, service
from bot.outbox import service as outbox
from bot.turns import unhurried


async def open_due(deps: Deps) -> None:
    """Open every drill whose time has come, one committed batch after another."""
    now, more = deps.now(), True
    while more:
        async with deps.transaction() as session:
            opened, more = await service.open_due(
                session, deps.content, now, deps.judge_name, deps.transcriber_host
            )
            drafts = []
            async for one in unhurried(opened):
                drafts += outgoing.drafts(one, deps.content)
            await outbox.say_all(session, drafts, deps.machine_now())
