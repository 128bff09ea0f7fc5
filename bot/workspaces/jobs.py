import contextlib

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.workspaces import switching
from bot.workspaces.finding import service as finding
from bot.workspaces.rules import OVERLAP
from bot.workspaces.tokens import service as tokens


async def read_all(deps: Deps) -> None:
    """Every workspace that may be spoken to."""
    now = deps.machine_now()
    async with deps.transaction() as session:
        deps.directory.keep(await finding.places(session, deps.seal))
    deps.directory.read_to = now


async def follow(deps: Deps) -> None:
    """Stop where Slack refuses the token, and hear what other replicas installed and stopped."""
    await _try_doubted(deps)
    for token, code in list(deps.directory.refused.items()):
        await _refused(deps, token, code)
        deps.directory.refused.pop(token, None)
    now = deps.machine_now()
    since = (deps.directory.read_to or now) - OVERLAP
    async with deps.transaction() as session:
        found = await finding.changed(session, deps.seal, since)
    own = deps.directory.own
    for one in found:
        place = one.place
        if place is None and own and own.workspace_id == one.workspace_id and not one.stopped:
            place = own
        if place is None:
            deps.directory.forget(one.workspace_id)
        elif deps.directory.of_id(one.workspace_id) != place:
            deps.directory.keep([place])
    deps.directory.read_to = now


async def _try_doubted(deps: Deps) -> None:
    """Ask with the token itself; a refusal is noted by the client as any other."""
    while deps.directory.doubted:
        place = deps.directory.of_id(deps.directory.doubted.pop())
        if place is not None:
            with contextlib.suppress(SlackRefused, SlackLost):
                await deps.slack.call(place.token, "auth.test")


async def _refused(deps: Deps, token: str, code: str) -> None:
    """The token may be one that was exchanged or replaced meanwhile; then nothing has ended."""
    place = next((one for one in deps.directory.all() if one.token == token), None)
    if place is None or place.installation_id is None:
        return
    async with deps.transaction() as session:
        if await finding.token_of(session, deps.seal, place.installation_id) != token:
            return
        if code == "token_expired" and await tokens.end_now(
            session, place.installation_id, deps.machine_now()
        ):
            deps.bells.ring(["tokens"])
            return
    await switching.stop(deps, place.workspace_id, code)
