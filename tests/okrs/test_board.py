"""The scoreboard's link and page: who gets them, what they show and what they keep back."""

import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import aiohttp
import pytest
from sqlalchemy import event

from bot import db
from bot.errors import UserMistake
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.board import listeners, rendering, service, views
from bot.okrs.board.page import page
from bot.okrs.board.rules import here
from bot.okrs.checkins.tables import CheckIn, Round
from bot.okrs.closing.tables import Grade
from bot.okrs.outlook.wording import forecast_words
from bot.okrs.service import Place, TeamCycle
from bot.okrs.wording import colour_word, percent, reason_words, value_words
from bot.slack.declare import Knock
from bot.workspaces import service as workspaces
from tests.okrs import board_sample as boards
from tests.okrs.planting import Planted, plant, said
from tests.person import Json
from tests.world import KEY, World

WEEK = timedelta(days=7)
NEW = "another-key-of-32-or-more-letters"
SECRET = "Only for those who vote"
Answer = tuple[int, str, dict[str, str]]


async def planted(world: World, team_id: str = "") -> Planted:
    """The team of `planting.py` with four weeks of values, a change and an open round."""
    now = world.deps.now()
    async with world.deps.transaction() as session:
        place = world.workspace_id
        if team_id:
            place = await workspaces.ensure(session, team_id, now)
        made = await plant(session, place, now)
        for week, value in enumerate((9, 8.4, 7.5, 7)):
            at = now - timedelta(weeks=4 - week)
            session.add(said(made, made.ttfv, "U0ANA", at, value, 7))
            session.add(said(made, made.refunds, "U0BEN", at, 3.1))
        row = await okrs.key_result(session, place, made.ttfv)
        ana, wanted = made.members["U0ANA"], replace(okrs.terms_of(row), target=5.0)
        await okrs.amend(session, row, wanted, ana.id, "the <market> moved", now - WEEK)
        open_round = Round(
            workspace_id=place,
            team_cycle_id=made.team_cycle_id,
            number=9,
            day=now.date(),
            opened_at=now,
            deadline=now + WEEK,
            closes_at=now + WEEK,
        )
        session.add(open_round)
        await session.flush()
        session.add(
            CheckIn(
                workspace_id=place,
                key_result_id=made.refunds,
                member_id=made.members["U0BEN"].id,
                round_id=open_round.id,
                at=now,
                value=3.2,
                confidence=1,
                note=SECRET,
                blocker=SECRET,
            )
        )
    return made


@asynccontextmanager
async def browsing(world: World) -> AsyncIterator["Browsing"]:
    async with aiohttp.ClientSession() as http:
        world.deps.links.base = f"http://127.0.0.1:{world.bot.http.port}"
        yield Browsing(world, http)


class Browsing:
    def __init__(self, world: World, http: aiohttp.ClientSession) -> None:
        self.world, self.http = world, http

    async def get(self, url: str) -> Answer:
        async with self.http.get(url) as answer:
            return answer.status, await answer.text(), dict(answer.headers)

    def link(self, workspace_id: int, team_cycle_id: int, age: timedelta = timedelta()) -> str:
        links, made = self.world.deps.links, self.world.deps.machine_now() - age
        return links.make("board", (workspace_id, team_cycle_id), made, WEEK)


def link_in(reply: Json) -> str:
    found = re.findall(r"<(http[^|]+)\|", json.dumps(reply))
    assert found, reply
    return str(found[0])


async def test_the_page_shows_what_slack_shows_and_keeps_the_rest_back(world: World) -> None:
    made = await planted(world)
    async with browsing(world) as browser:
        reply = await world.person("U0CHLOE").types("/okr board")
        assert "works for 7 days" in json.dumps(reply)
        status, text, headers = await browser.get(link_in(reply))
    assert status == 200

    async with world.deps.transaction() as session:
        told = await loading.scoreboard(
            session, made.workspace_id, made.team_cycle_id, world.deps.now()
        )
    seen = html.unescape(re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", text)))
    titles = {one.id: one.title for one in told.key_results}
    for line in told.key_results:
        standing = line.standing
        for words in (
            line.title,
            value_words(line.terms, standing.value),
            colour_word(standing.colour),
            *(reason_words(one, titles) for one in standing.reasons),
            *([] if standing.value is None else [forecast_words(standing.forecast, line.terms)]),
            *([] if standing.progress is None else [percent(standing.progress)]),
        ):
            assert words in seen
    assert "Week 9 of 13" in seen
    assert "5 January 2026 to 5 April 2026" in seen
    assert "As of Tuesday 3 March 2026, 08:58 (Europe/Berlin)" in seen
    assert "from 9 to 4 days became from 9 to 5 days, by the team’s lead" in seen
    assert "because “the <market> moved”" in seen
    assert "&lt;market&gt;" in text
    assert "7 of 10, 1 vote" in seen

    assert SECRET not in text  # notes and blockers, revealed or not
    assert "1 of 10" not in seen  # the vote of the round that is still open
    assert "U0ANA" not in text

    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "script-src" not in policy
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


async def test_links_that_are_not_good_tell_nothing(world: World) -> None:
    mine, other = await planted(world), await planted(world, "T0OTHER")
    async with browsing(world) as browser:
        good = browser.link(mine.workspace_id, mine.team_cycle_id)
        refused = [
            await browser.get(url)
            for url in (
                good[:-2],
                f"{good}/x",
                good.rpartition("/")[0] + "/",
                browser.link(mine.workspace_id, 10**6),  # signed, but there is no such place
                browser.link(mine.workspace_id, other.team_cycle_id),  # another workspace's
                browser.link(other.workspace_id, other.team_cycle_id),  # which is not ours
            )
        ]
        assert {status for status, _, _ in refused} == {404}
        assert len({text for _, text, _ in refused}) == 1
        assert "/okr board" in refused[0][1]

        for place in (mine.team_cycle_id, 10**6):
            status, text, headers = await browser.get(browser.link(mine.workspace_id, place, WEEK))
            assert (status, "seven days" in text, "/okr board" in text) == (410, True, True)
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "Checkout" not in text

        links = world.deps.links
        links.keys = (NEW, KEY)  # a new key in front
        assert (await browser.get(good))[0] == 200
        fresh = browser.link(mine.workspace_id, mine.team_cycle_id)
        links.keys = (NEW,)  # and the old one gone
        assert (await browser.get(good))[0] == 404
        assert (await browser.get(fresh))[0] == 200

        async with browser.http.post(fresh, data={"a": "b"}) as answer:
            assert answer.status == 405


async def test_which_scoreboard_the_command_means(world: World) -> None:
    async def typed(user: str, words: str) -> str:
        reply = await world.person(user).types(f"/okr board {words}".strip())
        return json.dumps(reply, ensure_ascii=False)

    assert "DRUMBEAT_URL" in await typed("U0ANA", "")
    async with browsing(world) as browser:
        assert "There are no teams yet" in await typed("U0ANA", "")
        made = await planted(world)
        for name in ("checkout", "Checkout", "CHECKOUT"):
            status, _, _ = await browser.get(link_in({"": await typed("U0DEV", name)}))
            assert status == 200
        assert "There are: Checkout" in await typed("U0DEV", "")  # in no team
        lost = await typed("U0ANA", "chekout <!channel>")
        assert "I know no team “chekout !channel”. Did you mean Checkout?" in lost

        other = await planted(world, "T0OTHER")
        foreign = str(other.team_cycle_id)
        for value in ("", str(made.team_cycle_id)):
            said = await listeners.board_of(world.deps, pressed(made, value))
            assert "Scoreboard of Checkout, 2026-Q1" in str(said)
        for value, code in ((foreign, "no_such_cycle"), ("9" * 20, "stale"), ("x", "stale")):
            with pytest.raises(UserMistake, match=code):
                await listeners.board_of(world.deps, pressed(made, value))


def pressed(made: Planted, value: str) -> Knock:
    """A click on the button, in App Home without a value."""
    return Knock(made.workspace_id, "xoxb", "U0ANA", {"actions": [{"value": value}]})


async def test_a_closed_cycle_shows_its_grades(database_url: str) -> None:
    engine = db.engine(database_url)
    now = boards.AT + timedelta(weeks=8)
    async with db.sessions(engine)() as session, session.begin():
        home = await workspaces.ensure(session, "T1", now)
        made = await plant(session, home, boards.AT)
        session.add(said(made, made.ttfv, "U0ANA", boards.AT, 5, 7))
        graded = {"workspace_id": home, "key_result_id": made.ttfv, "at": now, "onward": "keep"}
        session.add(Grade(number=1, computed=0.8, given=0.65, reason=SECRET, **graded))
        await session.flush()
        before = await service.read(session, home, made.team_cycle_id, now)
        row = await session.get_one(TeamCycle, made.team_cycle_id)
        row.closed_at = now
        await session.flush()
        after = await service.read(session, home, made.team_cycle_id, now)
        earlier = await service.read(session, home, made.team_cycle_id, now - WEEK)
    await engine.dispose()
    assert before.grades == earlier.grades == {}
    text = rendering.board(page(after))
    assert "0.65 of 1" in text
    assert "The cycle has ended" in text
    assert SECRET not in text


def place(team: int, starts: date, number: int = 0) -> Place:
    return Place(
        number, team, f"Team {team}", number, f"{starts}", starts, starts + 12 * WEEK, False
    )


def test_the_cycle_that_runs_comes_first() -> None:
    today = date(2026, 3, 3)
    past, older = place(1, date(2025, 10, 6)), place(1, date(2025, 7, 7))
    running, late = place(1, date(2026, 1, 5)), place(1, date(2026, 2, 2))
    coming, later = place(1, date(2026, 4, 6)), place(1, date(2026, 7, 6))
    order = [late, running, past, older, coming, later]
    for length in range(1, 4):
        for known in permutations(order, length):
            assert here(known, today) == [min(known, key=order.index)]
    assert here([running, place(2, date(2026, 4, 6))], today) == [
        running,
        place(2, date(2026, 4, 6)),
    ]
    assert here([], today) == []


def test_links_of_many_teams_stay_within_a_message() -> None:
    url = f"https://drumbeat.example.org/board/{'x' * 150}"
    made = views.links([views.BoardLink("<Team>" * 30, "2026-Q1", url)] * 14)
    assert made.text.count(url) == 10
    assert "4 more teams" in made.text
    assert "<Team>" not in made.text


async def test_statements_do_not_grow_with_the_key_results(world: World) -> None:
    made = await planted(world)
    async with browsing(world) as browser:
        link = browser.link(made.workspace_id, made.team_cycle_id)
        few = await _statements(browser, link)
        async with world.deps.transaction() as session:
            row = await okrs.key_result(session, made.workspace_id, made.ttfv)
            for number in range(40):
                await okrs.add_key_result(
                    session,
                    made.objective,
                    f"k{number}",
                    f"K {number}",
                    okrs.terms_of(row),
                    row.created_at,
                )
        assert await _statements(browser, link) == few < 12


async def _statements(browser: Browsing, link: str) -> int:
    made: list[str] = []
    engine = browser.world.deps.sessions.kw["bind"].sync_engine

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "amendments" in statement or "key_result" in statement:
            made.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    try:
        assert (await browser.get(link))[0] == 200
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    return len(made)
