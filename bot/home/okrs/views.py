"""App Home about a person’s goals: what is due, what is theirs, who still owes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.okrs.board.views import BOARD
from bot.okrs.checkins.views import CHECK_IN
from bot.okrs.digests.views import LOOK
from bot.okrs.editing.after.views import EDIT
from bot.okrs.scoreboard import KeyResultLine
from bot.okrs.team.views import TEAMS
from bot.okrs.tree.views import TREE
from bot.okrs.wording import colour_mark, reason_words, target_beside, value_words
from bot.okrs.writing.views import NEW
from bot.plans.views import moment_words
from bot.slack.blocks import (
    Block,
    actions,
    button,
    clip,
    divider,
    escape,
    header,
    note,
    plural,
    section,
)

SHOWN = 8  # key results of one's own; the tree has them all
OWING = 10  # people a lead sees by name


@dataclass(frozen=True)
class Goal:
    """A key result the person answers for. `titles` are its team's, by id."""

    team: str
    line: KeyResultLine
    titles: Mapping[int, str]


@dataclass(frozen=True)
class Debt:
    """How many key results somebody still owes a word."""

    user_id: str
    count: int


@dataclass(frozen=True)
class StillOwed:
    """For the lead alone: who owes a team's open round, and until when."""

    team: str
    deadline: datetime
    people: tuple[Debt, ...]


@dataclass(frozen=True)
class Goals:
    """Everything App Home shows of a person's OKRs; `due` counts key results."""

    in_team: bool = False
    due: int = 0
    next_at: datetime | None = None  # when the next check-in comes, while nothing is due
    deadline: datetime | None = None  # of the first round that is due
    mine: tuple[Goal, ...] = ()
    owed: tuple[StillOwed, ...] = ()


def goals(told: Goals, tz: str) -> list[Block]:
    if not told.in_team:
        return _start()
    blocks: list[Block] = [divider(), header("Your key results")]
    blocks += _due(told, tz)
    blocks += [section(_goal(one)) for one in told.mine[:SHOWN]]
    more = len(told.mine) - SHOWN
    if more > 0:
        blocks.append(note(f"And {plural(more, 'more key result')} of yours, in the tree."))
    if not told.mine:
        blocks.append(section("None is yours yet. *New objective* writes one with your team."))
    blocks += _owed(told.owed, tz)
    check_in = [] if told.due else [button("Check in", CHECK_IN)]
    blocks.append(
        actions(
            *check_in,
            button("New objective", NEW),
            button("Change", EDIT),
            button("Tree", TREE),
            button("Digest", LOOK),
            button("Scoreboard", BOARD),
            button("Teams", TEAMS),
        )
    )
    return blocks


def _start() -> list[Block]:
    return [
        divider(),
        header("Goals of your team"),
        section(
            "Product and engineering keep OKRs together here: a quarter is set up in ten minutes, "
            "and a check-in takes half a minute a week."
        ),
        actions(button("Set up a team’s quarter", NEW), button("See the tree", TREE)),
    ]


def _due(told: Goals, tz: str) -> list[Block]:
    if not told.due:
        if told.next_at is None:
            return [section("Nothing is due from you.")]
        ahead = f"The next check-in comes on {moment_words(told.next_at, tz)}."
        return [section(f"Nothing is due from you. {ahead}")]
    until = f" until {moment_words(told.deadline, tz)}" if told.deadline else ""
    return [
        section(
            f"*{plural(told.due, 'check-in')} due from you*{until}.",
            accessory=button("Check in", CHECK_IN, style="primary"),
        )
    ]


def _goal(told: Goal) -> str:
    standing = told.line.standing
    terms = standing.terms
    head = f"*{escape(clip(told.line.title, 200))}*  {escape(clip(told.team, 80))}"
    known = "" if standing.value is None else value_words(terms, standing.value)
    value = ", ".join(filter(None, [known, target_beside(terms, standing.value)]))
    why = reason_words(standing.why, told.titles)
    mark = colour_mark(standing.colour)
    return f"{head}\n{mark}: {escape(clip(why, 500))}\n{escape(clip(value, 300))}"


def _owed(owed: Sequence[StillOwed], tz: str) -> list[Block]:
    """Only the lead sees this, and only here: a channel is no place for reminders by name."""
    blocks: list[Block] = []
    for one in owed[:5]:
        names = [f"<@{debt.user_id}> ({debt.count:,})" for debt in one.people[:OWING]]
        if len(one.people) > OWING:
            names.append(f"{len(one.people) - OWING:,} more")
        until = moment_words(one.deadline, tz)
        team = escape(clip(one.team, 80))
        blocks.append(section(f"*Still to come in {team}*, until {until}: {', '.join(names)}"))
    return blocks
