"""A team as it stands now, for one person alone. Pure."""

from collections.abc import Sequence

from bot.okrs.digests.rules import Digest
from bot.okrs.digests.views import LOOK as LOOK
from bot.okrs.digests.views import changed, heading, headline, paged
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    divider,
    escape,
    header,
    modal,
    note,
    section,
    select,
)

TEAM = "okrs.digest_team"
PAGE = "okrs.digest_page"
PICTURE = "okrs.digest_picture"
MISTAKES = {
    "no_goals": "No team has goals yet. `/okr new` writes the first ones.",
    "no_team_called": "No team with goals is called “{given}”. "
    "`/okr digest` alone lets you choose.",
}


def look(
    told: Digest, choices: Sequence[tuple[int, str]], chosen: int, place: int, note_of: str
) -> Block:
    """A team as it stands now, in a modal; `choices` are (team cycle, team)."""
    made = paged(told)
    place = min(max(place, 0), len(made) - 1)
    blocks: list[Block] = []
    if len(choices) > 1:
        blocks.append(
            actions(select(TEAM, [(str(one), team or "?") for one, team in choices], str(chosen)))
        )
    blocks += [header(heading(told)), section(f"*{escape(headline(told))}*")]
    if not place:
        blocks += [*changed(told.changes), divider()]
    blocks += made[place]
    blocks.append(actions(*_ways(told, place, len(made))))
    if note_of:
        blocks.append(note(escape(note_of)))
    return modal("How a team stands", "okrs.digest_look", blocks, submit="", close="Close")


def _ways(told: Digest, place: int, count: int) -> list[Block]:
    ways = [button("The chart, to me", PICTURE, str(told.team_cycle_id))] if told.lines else []
    if place:
        ways.append(button("Page before", f"{PAGE}.before", f"{told.team_cycle_id} {place - 1}"))
    if place < count - 1:
        ways.append(button("Next page", f"{PAGE}.next", f"{told.team_cycle_id} {place + 1}"))
    return ways or [button("Look again", f"{PAGE}.again", f"{told.team_cycle_id} 0")]


ON_ITS_WAY = "The chart comes to you by direct message in a moment."


def on_its_way() -> Message:
    return Message(ON_ITS_WAY)


def nothing_to_draw() -> Message:
    return Message("There is nothing to draw yet: no key result of this team has a value.")
