"""What Slack says about scoreboards in the browser. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.okrs.board.rules import LIFE
from bot.slack.blocks import Block, Message, clip, escape, listed, note, plural, section

BOARD = "okrs.board"
MOST = 10  # links in one message
NAME = 60  # characters of a team's or a cycle's name
MISTAKES = {
    "board_no_team": "I know no team “{given}”. Did you mean {near}? `/okr team` lists them all.",
    "board_no_teams": "There are no teams yet. `/okr team` makes the first.",
    "board_no_cycle": "{given} has no goals in any cycle yet. `/okr new` sets up the first.",
    "board_no_address": "I cannot give links yet, because I do not know the address under which "
    "browsers reach me. Whoever runs Drumbeat mends that by setting `DRUMBEAT_URL`; its guide says "
    "how, under “Scoreboards in the browser”. Until then `/okr tree` and `/okr digest` show the "
    "same figures.",
}


@dataclass(frozen=True)
class BoardLink:
    team: str
    cycle: str
    url: str


def links(found: Sequence[BoardLink]) -> Message:
    """For the person who asked, alone."""
    if not found:
        return nowhere(())
    shown = found[:MOST]
    lines = [f"<{one.url}|Scoreboard of {_named(one)}>" for one in shown]
    left = len(found) - len(shown)
    if left:
        lines.append(f"And {plural(left, 'more team')}: `/okr board` and its name gives the link.")
    one = "It" if len(shown) == 1 else "Each"
    terms = (
        f"{one} works for {plural(LIFE.days, 'day')}, for everybody who has the link, also outside "
        "Slack: there is no sign-in. The page shows goals, figures and owners, and changes nothing."
    )
    text = "\n".join(lines)
    blocks: list[Block] = [section(text), note(terms)]
    return Message(f"{text}\n{terms}", tuple(blocks))


def _named(one: BoardLink) -> str:
    team, cycle = (escape(clip(part.strip(), NAME)) for part in (one.team, one.cycle))
    return f"{team}, {cycle}"


def nowhere(teams: Sequence[str]) -> Message:
    """To somebody whose own teams have no goals; `teams` are all there are."""
    names = listed([one.strip() for one in teams], MOST, NAME)
    text = "No team of yours has goals yet. `/okr board` and a team’s name shows another’s."
    return Message(f"{text} There are: {names}." if names else text)
