"""The end of the season: everybody grades, each channel hears how it ended."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.okrs.season import Season, texts_of
from tests.person import Json, Person, until

GRADED = re.compile(r"^• (.+): \*[\d.]+\*")


async def close(season: Season) -> tuple[dict[str, str], dict[str, str]]:
    """({title: its lines in the close-out}, {team: the sentence its people alone are told})."""
    leads = {one["lead"] for one in season.quarter["teams"]}
    rest = sorted(set(season.tz) - season.gone - leads)
    for user in (*rest, *sorted(leads)):  # leads grade last, what nobody else could
        await _grade(season, user)
    await season.world.tick()
    lines: dict[str, str] = {}
    sentences: dict[str, str] = {}
    for one in season.quarter["teams"]:
        person = season.world.person(one["lead"])
        head = f"{one['name']}, 2027-Q1 is"
        out = await person.waits_for(_begins(head), one["channel"], timeout=20.0)
        for message in await person.thread(one["channel"], out["ts"]):
            lines |= _graded(texts_of(message))
        before = len(await person.whispers(one["channel"]))
        await person.clicks(out, "How sure were we?")
        sentences[one["key"]] = await until(partial(_whispered, person, one["channel"], before))
    return lines, sentences


async def _whispered(person: Person, channel: str, before: int) -> str | None:
    """What the person alone was told there, once it is more than before."""
    heard = await person.whispers(channel)
    return str(heard[-1]["text"]) if len(heard) > before else None


def _begins(head: str) -> Callable[[Json], bool]:
    return lambda message: str(message["text"]).startswith(head)


def _graded(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    title = ""
    for line in lines:
        if match := GRADED.match(line):
            title = match[1]
            found[title] = line
        elif title and line.startswith(" "):
            found[title] += f"\n{line}"
        else:
            title = ""
    return found


async def _grade(season: Season, user: str) -> None:
    person = season.world.person(user)
    if not await _asked(person):
        return
    form: Json | None = await person.waits_for_modal()
    while form is not None:
        answer = await person.submits(form, _typed(season, form))
        assert not answer.get("errors"), (user, answer)
        following = answer.get("view")
        form = following if following and following.get("submit") else None
    while (left := await person.modal()) is not None:
        await person.closes(left, everything=True)


async def _asked(person: Person) -> bool:
    """Press *Grade* in the newest message that has it; False when nobody asked."""
    for message in reversed(await person.sees(await person.app())):
        if '"Grade"' in str(message.get("blocks")).replace("'", '"'):
            await person.clicks(message, "Grade")
            return True
    return False


def _typed(season: Season, form: Json) -> Json:
    keys = {id_: key for key, id_ in season.ids.items()}
    typed: Json = {}
    for block in form["blocks"]:
        if block["type"] != "input":
            continue
        name, _, id_ = block["block_id"].partition("_")
        told: Any = season.script["grades"][keys[int(id_)]]
        if name == "grade" and "given" in told:
            typed[block["block_id"]] = f"{told['given']:.1f}"
        elif name != "grade" and told.get(name):
            typed[block["block_id"]] = told[name]
    return typed
