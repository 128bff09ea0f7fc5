"""A round closes: the team's channel is told, with pages and a chart."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import db
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs.checkins.tables import Reveal, Round
from bot.okrs.digests import jobs, service, views
from bot.okrs.digests.tables import Digest, DigestPicture
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.workspaces import service as workspaces
from tests.okrs.planting import CHANNEL, Planted, invite, plant, said
from tests.world import World

ROUND = datetime(2026, 3, 3, 9, tzinfo=UTC)  # a Tuesday, ten in Berlin
DEADLINE = ROUND + timedelta(days=2)
BLIND = "A supplier has not answered"
OPEN = "Legal has to read the terms"


async def _planted(world: World, *, invited: bool = True) -> Planted:
    """Eight weeks behind them, the last digest a week ago; in this round one note is still blind.

    Ana's guardrail is breached since; the checklist is silent.
    """
    if invited:
        invite(world)
    place = world.workspace_id
    async with world.deps.transaction() as session:
        planted = await plant(session, place, world.deps.now())
        for week, value in enumerate((9, 8.6, 8.1, 7.9, 7.4, 7.0)):
            at = ROUND - timedelta(weeks=6 - week)
            session.add(said(planted, planted.ttfv, "U0ANA", at, value, 7))
            session.add(said(planted, planted.refunds, "U0BEN", at, 2.1, 8))
        session.add(said(planted, planted.checklist, "U0ANA", ROUND - timedelta(days=10), 25))
        rounds = [await _round(planted, session, 7, ROUND - timedelta(weeks=1))]
        rounds.append(await _round(planted, session, 8, ROUND, digest_at=DEADLINE))
        session.add(
            Digest(
                workspace_id=place,
                team_cycle_id=planted.team_cycle_id,
                round_id=rounds[0].id,
                at=DEADLINE - timedelta(weeks=1),
            )
        )
        now = rounds[1].id
        refunds = said(planted, planted.refunds, "U0BEN", ROUND, 3.1, 3)
        refunds.round_id, refunds.blocker = now, OPEN
        ttfv = said(planted, planted.ttfv, "U0ANA", ROUND + timedelta(hours=1), 6.8, 2)
        ttfv.round_id, ttfv.blocker, ttfv.note = now, BLIND, BLIND
        session.add_all([refunds, ttfv])
        session.add(
            Reveal(
                workspace_id=place,
                round_id=now,
                key_result_id=planted.refunds,
                at=ROUND + timedelta(hours=2),
                votes=[3, 8],
                voters=2,
                review=True,
            )
        )
        row = await okrs.key_result(session, place, planted.checklist)
        terms = replace(okrs.terms_of(row), target=75.0)
        ana = planted.members["U0ANA"]
        ana.name = "Ana"
        planted.members["U0BEN"].name = "Ben"
        await okrs.amend(session, row, terms, ana.id, "Out comes in spring", ROUND)
    return planted


async def _round(
    planted: Planted, session: Any, number: int, day: datetime, digest_at: datetime | None = None
) -> Round:
    row = Round(
        workspace_id=planted.workspace_id,
        team_cycle_id=planted.team_cycle_id,
        number=number,
        day=day.date(),
        opened_at=day,
        deadline=day + timedelta(days=2),
        closes_at=None,
        digest_at=digest_at,
    )
    session.add(row)
    await session.flush()
    return row


async def test_a_closed_round_is_told_once_with_a_chart(world: World) -> None:
    await _planted(world)
    world.clock.move_to(DEADLINE + timedelta(minutes=1))
    await asyncio.gather(jobs.tell_due(world.deps), jobs.tell_due(world.deps))
    await world.tick()
    await world.tick()

    ana = world.person("U0ANA")
    told = [one for one in await ana.sees(CHANNEL) if "Checkout, week 9" in one["text"]]
    assert len(told) == 1
    assert told[0]["text"] == "Checkout, week 9: 1 got worse, 1 went silent, 1 as before."
    shown = str(told[0]["blocks"])
    changes = [shown.index(word) for word in ("Refund rate", "✏️ Changed by Ana", "Risk review")]
    assert changes == sorted(changes)
    assert "Its level is not held" in shown
    assert "Out comes in spring" in shown
    assert "votes 3, 8" in shown
    assert f"Ben: {OPEN}" in shown

    drawn = await ana.waits_for(lambda one: one.get("files"), CHANNEL, told[0]["ts"], timeout=20)
    assert drawn["files"][0]["mimetype"] == "image/png"
    uploads = await world.sandbox.calls("files.getUploadURLExternal")
    alt = uploads[0]["args"]["alt_txt"]
    assert "Days from sign-up to first sale: 6.8 days, at risk. Behind: 44\xa0% of the way" in alt
    assert "Refund rate: 3.1\xa0%, off track. Its level is not held." in alt
    everything = str([await world.sandbox.calls(), told, drawn])
    assert BLIND not in everything
    async with world.deps.transaction() as session:
        assert (await session.scalars(select(DigestPicture))).all() == []
        rules = (await session.scalars(select(OutboxMessage.rule))).all()
    assert sorted(one for one in rules if one.startswith("okr.digest")) == [
        "okr.digest",
        "okr.digest_chart",
    ]


async def test_who_deletes_their_data_is_quoted_no_more(world: World) -> None:
    await _planted(world)
    await world.move_to(DEADLINE + timedelta(minutes=1))
    ben = world.person("U0BEN")
    told = await ben.waits_for(lambda one: OPEN in str(one["blocks"]), CHANNEL)
    ana = world.person("U0ANA")
    for person in (ben, ana):
        await person.types("/drill delete-me")
        asked = await person.waits_for(lambda one: "home.delete_me" in str(one["blocks"]))
        await person.clicks(asked, "home.delete_me")
    await world.tick()

    def fresh(one: dict[str, Any]) -> bool:
        return one["ts"] == told["ts"] and OPEN not in str(one) and "Ana" not in str(one)

    said = await ben.waits_for(fresh, CHANNEL)
    assert "Off track, was on track: *Refund rate*" in str(said["blocks"])
    assert "spring" not in str(said["blocks"])


async def test_a_silent_team_is_told_so_once_and_then_once_a_month(database_url: str) -> None:
    engine = db.engine(database_url)
    sessions = db.sessions(engine)
    said = []
    async with sessions() as session, session.begin():
        place = await workspaces.ensure(session, "T1", ROUND)
        planted = await plant(session, place, ROUND)
        for week in range(-7, 3):
            at = DEADLINE + timedelta(weeks=week)
            await _round(planted, session, week + 8, at - timedelta(days=2), digest_at=at)
            told = await service.due(session, at + timedelta(minutes=week + 7))
            assert told is not None
            words = views.digest(told.digest)
            still = "still no fresh value" in words.text
            said.append("" if told.stale else "still" if still else "no fresh value")
            assert "no fresh value for any of its 3 key results" in words.text
            if told.digest.repeats:
                assert (views.pages(told.digest), told.picture, len(words.blocks)) == (0, None, 3)
    await engine.dispose()
    # the second time because the first value is overdue by then
    assert said == ["no fresh value"] * 2 + ["", "", "", "still"] * 2


async def test_a_refused_channel_is_told_to_the_lead(world: World) -> None:
    await _planted(world, invited=False)
    await world.move_to(DEADLINE + timedelta(minutes=1))

    ana = world.person("U0ANA")
    told = await ana.waits_for(lambda one: "Checkout, week 9" in one["text"])
    assert f"could not post this in <#{CHANNEL}>" in str(told["blocks"])
    await ana.clicks(told, "Mute these digests")
    async with world.deps.transaction() as session:
        lead = await people.ensure(session, world.workspace_id, "U0ANA")
    assert lead.muted == ["okr.digest"]
    thread = await ana.app()
    await ana.waits_for(lambda one: one.get("files"), thread, told["ts"], timeout=20)


async def test_anybody_looks_at_a_team_now(world: World) -> None:
    planted = await _planted(world)
    world.clock.move_to(ROUND + timedelta(hours=3))
    dev = world.person("U0DEV")
    await dev.types("/okr digest check")
    modal = await dev.waits_for_modal()
    shown = str(modal["blocks"])
    assert "Checkout, week 9:" in shown
    assert OPEN in shown
    assert BLIND not in shown

    await dev.clicks(modal, "The chart, to me")
    told = await dev.waits_for(lambda one: "Checkout, week 9" in one["text"])
    await world.tick()
    await dev.waits_for(lambda one: one.get("files"), await dev.app(), told["ts"], timeout=20)
    assert "by direct message in a moment" in str((await dev.modal() or {})["blocks"])

    assert "no team with goals is called" in str(await dev.types("/okr digest nowhere")).lower()
    async with world.deps.transaction() as session:
        other = await workspaces.ensure(session, "T0OTHER", world.deps.now())
        with pytest.raises(UserMistake, match="no_such_cycle"):
            await service.compose(session, other, planted.team_cycle_id, world.deps.now())
