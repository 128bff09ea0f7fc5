"""Two weeks of mock interviews in a fresh sandbox: one wants marks, the other a time.

People act through the same commands, buttons and forms as on the page. On the first morning Ana's
partner of last week has given his marks and waits for hers, and this week's has said when he can.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.deps import Deps
from bot.people import jobs as people_jobs

if TYPE_CHECKING:
    from bot.acting import Workspace
    from bot.rehearsal import Calendar

JOINING: dict[str, dict[str, Any]] = {
    "U0ANA": {
        "windows": "Mon-Fri 17:00-20:00",
        "level": "3",
        "tracks": ["product-metrics", "leadership"],
    },
    "U0BEN": {
        "windows": "Mon-Fri 14:00-20:00",
        "level": "3",
        "tracks": ["product-metrics", "leadership"],
    },
    "U0DEV": {"windows": "Mon-Fri 20:00-22:00", "level": "4", "tracks": ["product-operations"]},
    "U0FINN": {"windows": "Mon-Fri 14:00-17:00", "level": "4", "tracks": []},
}
# What Ben gave Ana and himself: restatement, trade-offs, execution, communication; a sentence each.
MARKS = {
    "Ana Ruiz": ((3, 2, 2, 3), "Clear from the first sentence. Say who loses before who wins."),
    "you": ((3, 3, 2, 2), "I talked over my own numbers again."),
}
LABELS = ("Restatement", "Trade-offs", "Execution", "Communication")
SUITS, MET, GIVE = "mocks.suits", "mocks.say.met", "mocks.marks"


async def join(workspace: "Workspace", calendar: "Calendar", deps: Deps, morning: datetime) -> None:
    """Four people join ten days ago, are paired the day after, and agree on the first time."""
    calendar.clock.move_to(morning - timedelta(days=10))
    await people_jobs.read_everybody(deps)
    for user, answers in JOINING.items():
        await workspace.do("command", user, channel=await workspace.app(user), text="/mock join")
        view = await workspace.modal(user)
        if view is not None:
            values = {"rhythm": "weekly", **answers}
            await workspace.do("submit", user, view_id=view["id"], values=values)
    await calendar.move_to(morning - timedelta(days=8) + timedelta(hours=2))
    await _suit(workspace, JOINING, last=False)


async def meet(workspace: "Workspace") -> None:
    """Everybody who was asked says that they met."""
    for user in JOINING:
        await workspace.press(user, MET)


async def go_on(workspace: "Workspace") -> None:
    """Ben gives his marks, and all but Ana press the last time of this week's meeting."""
    if await workspace.press("U0BEN", GIVE):
        view = await workspace.modal("U0BEN")
        if view is not None:
            await workspace.do("submit", "U0BEN", view_id=view["id"], values=_marks(view))
    await _suit(workspace, [user for user in JOINING if user != "U0ANA"], last=True)


async def _suit(workspace: "Workspace", users: Iterable[str], *, last: bool) -> None:
    for user in users:
        for channel in (await workspace.groups(user))[-1:]:
            await workspace.press(user, SUITS, channel, last=last)


def _marks(view: dict[str, Any]) -> dict[str, str]:
    """{block id: what to enter}, by the labels of the form."""
    entered = {}
    for block in view["blocks"]:
        label = block.get("label", {}).get("text", "")
        for who, (levels, sentence) in MARKS.items():
            for name, level in zip(LABELS, levels, strict=True):
                if label == f"{name}: {who}":
                    entered[block["block_id"]] = str(level)
            if str(block.get("block_id", "")).startswith("note.") and (
                (who in label) == (who != "you") and ("What will you" in label) == (who == "you")
            ):
                entered[block["block_id"]] = sentence
    return entered
