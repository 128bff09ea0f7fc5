"""Two teams in mid-quarter in a fresh sandbox: seven weeks imported, the eighth lived through.

The import's own checks read `first_quarter.yaml`, and last Tuesday's check-ins go through the same
buttons and forms that the page shows.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

from bot.deps import Deps
from bot.okrs.exchange import reading
from bot.okrs.exchange import service as exchange
from bot.people import jobs as people_jobs

if TYPE_CHECKING:
    from bot.acting import Workspace
    from bot.rehearsal import Calendar

TOLD: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
WEEKS = 8  # of the cycle that are over on the first morning
LENGTH = timedelta(weeks=13)


def starts(morning: date) -> date:
    """The Monday on which the cycle began, seen from the sandbox's first morning."""
    return morning - timedelta(days=morning.weekday(), weeks=WEEKS)


def key(first: date) -> str:
    middle = first + LENGTH / 2
    return f"{middle:%Y}-Q{(middle.month + 2) // 3}"


def document(morning: date) -> dict[str, Any]:
    """What `drumbeat import` reads: teams, goals and the check-ins of all weeks but the last."""
    first = starts(morning)
    cycle = key(first)
    agreed = datetime.combine(first, time(9), UTC).isoformat()
    return {
        "members": [{"user": user, "tz": tz} for user, tz in TOLD["zones"].items()],
        "teams": TOLD["teams"],
        "cycles": [
            {
                "key": cycle,
                "starts": str(first),
                "ends": str(first + LENGTH - timedelta(days=1)),
                "check_in": {"every": "week", "day": "Tue", "at": "10:00", "tz": "Europe/Madrid"},
            }
        ],
        "objectives": [_objective(one, cycle, agreed) for one in TOLD["objectives"]],
        "check_ins": [row for week in range(1, WEEKS) for row in _week(first, week, cycle)],
    }


def _objective(told: dict[str, Any], cycle: str, agreed: str) -> dict[str, Any]:
    key_results = [one | {"created_at": agreed} for one in told["key_results"]]
    parent = {"parent": f"{cycle}/{told['parent']}"} if "parent" in told else {}
    return told | {"cycle": cycle, "created_at": agreed, "key_results": key_results} | parent


def _week(first: date, week: int, cycle: str) -> list[dict[str, Any]]:
    """One Tuesday's check-ins at ten on everybody's clock."""
    day = first + timedelta(days=1, weeks=week - 1)
    rows = []
    for name, given in TOLD["values"].items():
        for user, sure in TOLD["confidence"][name].items():
            if week > len(sure):
                continue
            at = datetime.combine(day, time(10), ZoneInfo(TOLD["zones"][user])).isoformat()
            place = f"{cycle}/{_team(name)}/{name}"
            row = {"key_result": place, "by": user, "at": at, "confidence": sure[week - 1]}
            if user == given["by"]:
                row |= _words(name, week) | {"value": given["weeks"][week - 1]}
                if done := TOLD["done"].get(row["value"]) if name == "checklist" else None:
                    row["done"] = done
            rows.append(row)
    return rows


def _team(name: str) -> str:
    return next(
        str(told["team"])
        for told in TOLD["objectives"]
        if any(one["key"] == name for one in told["key_results"])
    )


def _words(name: str, week: int) -> dict[str, str]:
    return {
        "note": TOLD["notes"].get(name, {}).get(week, ""),
        "blocker": TOLD["blockers"].get(name, {}).get(week, ""),
    }


async def happen(
    workspace: "Workspace", calendar: "Calendar", deps: Deps, morning: datetime
) -> None:
    """The quarter before this morning; ends two days after last Tuesday, at both teams' digests."""
    first = starts(morning.date())
    tuesday = datetime.combine(first + timedelta(days=1, weeks=WEEKS - 1), time(), UTC)
    await calendar.move_to(tuesday - timedelta(hours=6))
    await people_jobs.read_everybody(deps)
    for team in TOLD["teams"]:
        invite = f"/invite @{workspace.slack.state.app.name}"
        await workspace.do("command", team["lead"], channel=team["channel"], text=invite)
    async with deps.transaction() as session:
        place = deps.directory.all()[0]
        given = reading.understood(document(first + timedelta(weeks=WEEKS)))
        await exchange.apply(session, place.workspace_id, given, deps.now())
    await calendar.move_to(tuesday + timedelta(hours=17))  # ten has come in New York too
    for user in TOLD["zones"]:
        await _check_in(workspace, user)
    await calendar.move_to(tuesday + timedelta(days=2, hours=12))


async def _check_in(workspace: "Workspace", user: str) -> None:
    """Press the button, fill the form in with the eighth week, send it off."""
    button = await workspace.button(user, "okrs.check_in")
    if button is None:
        return
    await workspace.do("action", user, **button)
    view = await workspace.modal(user)
    if view is not None:
        await workspace.do("submit", user, view_id=view["id"], values=_filled(view, user))


def _filled(view: dict[str, Any], user: str) -> dict[str, str]:
    """{block id: what to type}; the form names each key result in a section before its fields."""
    titles = {
        one["title"]: one["key"] for told in TOLD["objectives"] for one in told["key_results"]
    }
    name, typed = "", {}
    for block in view["blocks"]:
        text = block.get("text", {}).get("text", "")
        name = next((key for title, key in titles.items() if title in text), name)
        field = str(block.get("block_id", "")).partition(".")[0]
        words = _words(name, WEEKS) if name else {}
        if field == "confidence":
            typed[block["block_id"]] = str(TOLD["confidence"][name][user][-1])
        elif field == "value" and not isinstance(last := TOLD["values"][name]["weeks"][-1], str):
            typed[block["block_id"]] = "" if last is None else str(last)
        elif words.get(field) and TOLD["values"][name]["by"] == user:
            typed[block["block_id"]] = words[field]
    return typed
