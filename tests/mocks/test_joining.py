"""`/mock` and its buttons: joining, this week, not this week, leaving, excluding."""

import asyncio
from datetime import UTC, date, datetime

from sqlalchemy import select

from bot.mocks import service
from bot.mocks.joining.excluding import service as excluding
from bot.mocks.rules import EntryState, GroupState, matches_at
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound
from tests.mocks import planting
from tests.person import Json, Person, shown
from tests.world import World

THIS, NEXT = date(2026, 3, 2), date(2026, 3, 9)


async def reply(person: Person, command: str) -> Json:
    """What a command answers, as something that can be pressed."""
    typed = await person.types(command)
    assert typed["reply"], typed
    told: Json = typed["reply"] | {"channel": await person.app()}
    told.setdefault("blocks", [])
    return told


async def says(person: Person, command: str) -> str:
    """What a command answers, in words."""
    told = await reply(person, command)
    return "\n".join([told["text"], shown(told)])


async def hears(person: Person, words: str) -> Json:
    return await person.waits_for(lambda message: words in message["text"])


async def profile(world: World, user: str) -> MockProfile:
    async with world.deps.transaction() as session:
        member = await planting.member(session, world.workspace_id, user)
        return await service.profile(session, member)


async def entry(world: World, user: str) -> MockEntry | None:
    async with world.deps.transaction() as session:
        member = await planting.member(session, world.workspace_id, user)
        rows = select(MockEntry).where(MockEntry.member_id == member.id)
        found: MockEntry | None = await session.scalar(rows)
        return found


async def running(world: World) -> MockRound:
    async with world.deps.transaction() as session:
        return await planting.running(session, world.workspace_id, world.clock.now())


async def group(world: World, *users: str, channel: str | None = None) -> int:
    async with world.deps.transaction() as session:
        now = world.clock.now()
        made = await planting.grouped(session, world.workspace_id, now, users, channel=channel)
        return made.id


async def state(world: World, group_id: int) -> str:
    async with world.deps.transaction() as session:
        return (await session.get_one(MockGroup, group_id)).state


async def test_joining_and_choosing_weeks(world: World) -> None:
    ana = world.person("U0ANA")
    about = await reply(ana, "/mock")
    assert "Every week I find you a partner" in shown(about)
    await ana.clicks(about, "Join")
    form = await ana.waits_for_modal()
    assert "your employer may be able to read" in shown(form)
    assert "strong where you are not" in shown(form)
    assert "Europe/Madrid, from your Slack profile" in shown(form)
    wrong = await ana.submits(form, {"windows": "Mon 18-20\nSunn 9", "rhythm": "weekly"})
    assert wrong["errors"] == {
        "windows": "I cannot read line 2, “Sunn 9”. Write a day and two times, such as "
        "Tue 18:00-20:00."
    }
    short = await ana.submits(form, {"windows": "Mon 21:30-23"})
    assert "an hour in a row" in short["errors"]["windows"]
    given = {"windows": "weekdays 6pm–8pm; Fri 20-22:30", "level": "3", "tracks": ["leadership"]}
    kept = shown((await ana.submits(form, given))["view"])
    assert "Mon-Thu 18:00-20:00\nFri 18:00-22:30" in kept
    assert "before 07:00 or after 22:00" in kept
    assert "on Sunday 8 March, 13:00 (Europe/Madrid); you take part" in kept
    told = await profile(world, "U0ANA")
    assert (told.rhythm, told.level, told.tracks) == ("weekly", 3, ["leadership"])
    async with world.deps.transaction() as session:
        (row,) = await session.scalars(select(MockRound))
        assert (row.week, row.next_at) == (NEXT, matches_at(NEXT))

    # Free times as words; what cannot be read comes back in the form, nothing typed is lost.
    assert "Tue 18:00-20:00\nSat 10:00-12:00" in await says(
        ana, "/mock windows tue 18-20; sat 10-12"
    )
    await ana.types("/mock windows sunn 18-20")
    form = await ana.waits_for_modal()
    assert "I cannot read line 1, “sunn 18-20”" in shown(form)
    assert "your employer" not in shown(form)  # told once
    order = [block.get("block_id") for block in form["blocks"]]
    assert "I cannot read" in shown({"blocks": [form["blocks"][order.index("windows") - 1]]})
    fields = {block["block_id"]: block.get("element", {}) for block in form["blocks"]}
    assert fields["windows"]["initial_value"] == "sunn 18-20"
    assert fields["level"]["initial_option"]["value"] == "3"
    await ana.closes(form)

    # The next week is left out, and taken up again; so from App Home.
    left_out = await reply(ana, "/mock not this week")
    assert "no part in the week of 9 March" in shown(left_out)
    assert (await profile(world, "U0ANA")).skipped_week == NEXT
    assert "You leave out the week of 9 March" in await says(ana, "/mock")
    await ana.clicks(left_out, "Take part after all")
    await hears(ana, "You take part in the week of 9 March")
    after = await profile(world, "U0ANA")
    assert (after.skipped_week, after.wanted_week) == (None, NEXT)
    await ana.home()
    home = await ana.waits_for_home()
    assert "Mock interviews" in shown(home)
    await ana.clicks(home, "Leave out the week of 9 March")
    await hears(ana, "The week after, everything is as before")
    assert (await profile(world, "U0ANA")).skipped_week == NEXT
    assert "/mock not this week" in await says(ana, "/mock not today")
    assert await says(ana, "/mock partner next week")
    assert (await profile(world, "U0ANA")).skipped_week is None

    # Joined in mid-week, and a partner this week already: on standby, and off it again.
    row = await running(world)
    async with world.deps.matching:  # the round is not looked at before we have
        await ana.clicks(await reply(ana, "/mock"), "A partner this week")
        await hears(ana, "I am looking for a partner for you in the week of 2 March")
        seat = await entry(world, "U0ANA")
        assert seat is not None
        assert seat.state == EntryState.STANDBY
        async with world.deps.transaction() as session:
            assert (await session.get_one(MockRound, row.id)).next_try_at is not None
    assert "*No partner yet* in the week of 2 March" in await says(ana, "/mock")
    await reply(ana, "/mock not this week")
    out = await entry(world, "U0ANA")
    assert out is not None
    assert out.state == EntryState.OUT
    again = await reply(ana, "/mock not this week")
    assert "out of the mock interviews in the week of 2 March already" in shown(again)
    assert (await profile(world, "U0ANA")).skipped_week is None  # asked, not assumed

    # Sunday: nothing of this week is left, so the next one is meant.
    await world.move_to("2026-03-08T09:00:00+00:00")
    late = await says(ana, "/mock partner this week")
    assert (
        "This week no meeting is possible for you any more. You take part in the week of 9" in late
    )

    # From Sunday's matching on, next week is the round under way.
    await world.move_to("2026-03-08T13:00:00+00:00")
    async with world.deps.transaction() as session:
        soon = datetime(2026, 3, 9, 9, tzinfo=UTC)
        assert (await planting.running(session, world.workspace_id, soon)).week == NEXT
    assert "I am looking for a partner for you in the week of 9 March" in await says(
        ana, "/mock partner next week"
    )
    assert "out of the mock interviews in the week of 9 March" in await says(
        ana, "/mock not next week"
    )
    assert "left the mock interviews" in await says(ana, "/mock leave")
    told = await profile(world, "U0ANA")
    assert (told.joined_at, told.wanted_week, told.windows[0]) == (
        None,
        None,
        ["Tue", "18:00", "20:00"],
    )
    refused = await ana.types("/mock partner")
    assert "/mock join" in str(refused)


async def test_a_group_is_given_up_or_left_only_when_that_is_meant(world: World) -> None:
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    here = await group(world, "U0ANA", "U0BEN", channel="C0PRODUCT")
    standing = await says(ana, "/mock")
    assert "*The week of 2 March:* with <@U0BEN>. No time is agreed yet" in standing
    assert "Wednesday 4 March, 18:00 (Europe/Madrid)" in standing
    assert "have <@U0BEN> this week already" in await says(ana, "/mock partner this week")

    asked = await reply(ana, "/mock leave")
    assert "If you leave now" in shown(asked)
    assert await state(world, here) == GroupState.PROPOSED
    assert (await profile(world, "U0ANA")).joined_at is not None
    await ana.clicks(asked, "Leave out this week only")
    given = await hears(ana, "<@U0BEN> hears it from me")
    assert await state(world, here) == GroupState.COULD_NOT
    theirs = await entry(world, "U0BEN")
    assert theirs is not None
    assert (theirs.state, theirs.first) == (EntryState.STANDBY, True)
    await ana.clicks(given, "Look for a partner after all")
    await hears(ana, "I am looking for a partner for you")
    mine = await entry(world, "U0ANA")
    assert mine is not None
    assert (mine.state, mine.first) == (EntryState.STANDBY, False)

    # Leaving for good takes the group along; before it was told, nobody is named.
    soon = await group(world, "U0CHLOE", "U0DEV")
    chloe = world.person("U0CHLOE")
    hidden = await says(chloe, "/mock")
    assert "Your partner for the week of 2 March is found" in hidden
    assert "U0DEV" not in hidden
    assert "left the mock interviews" in await says(chloe, "/mock leave")
    assert await state(world, soon) == GroupState.UNTOLD
    assert (await profile(world, "U0CHLOE")).joined_at is None
    assert ben


async def test_both_give_up_their_pair_at_once(world: World) -> None:
    here = await group(world, "U0ANA", "U0BEN", channel="C0PRODUCT")
    pair = [world.person("U0ANA"), world.person("U0BEN")]
    for said in await asyncio.gather(*(says(one, "/mock not this week") for one in pair)):
        assert "You are out of the mock interviews in the week of 2 March." in said
    assert await state(world, here) == GroupState.COULD_NOT
    for user in ("U0ANA", "U0BEN"):
        seat = await entry(world, user)
        assert seat is not None
        assert seat.state == EntryState.OUT


async def test_whom_somebody_excludes_stays_with_them(world: World) -> None:
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    here = await group(world, "U0ANA", "U0BEN", channel="C0PRODUCT")
    assert "That is you" in str(await ana.types("/mock exclude <@U0ANA|ana>"))
    assert "nobody by that name" in str(await ana.types("/mock exclude ben"))
    told = await says(ana, "/mock exclude <@U0BEN|ben> manager")
    assert "I never pair you with <@U0BEN>" in told
    assert "Your pair is off; I am looking for somebody else for you" in told
    assert await state(world, here) == GroupState.COULD_NOT
    for user in ("U0ANA", "U0BEN"):
        seat = await entry(world, user)
        assert seat is not None
        assert seat.state == EntryState.STANDBY

    await ana.types("/mock exclude")
    form = await ana.waits_for_modal()
    assert "<@U0BEN>  My manager, or I am theirs" in shown(form)
    none = await ana.submits(form, {"person": "U0ANA"})
    assert none["errors"] == {"person": "That is you. Choose somebody else."}
    both = shown((await ana.submits(form, {"person": "U0CHLOE"}))["view"])
    assert "Done: I never pair you with <@U0CHLOE>." in both
    assert "<@U0CHLOE>  Do not pair us" in both

    # Only one's own list, and only from one's own hands.
    async with world.deps.transaction() as session:
        place = world.workspace_id
        first, second = await excluding.mine(
            session, await planting.member(session, place, "U0ANA")
        )
        await excluding.remove(session, await planting.member(session, place, "U0BEN"), first.id)
        assert await excluding.mine(session, await planting.member(session, place, "U0BEN")) == []
    modal = await ana.modal()
    assert modal is not None
    await ana.clicks(modal, f"mocks.exclude_remove.{second.id}")
    async with world.deps.transaction() as session:
        left = await excluding.mine(session, await planting.member(session, place, "U0ANA"))
    assert [one.user_id for one in left] == ["U0CHLOE"]
    assert "excluded" not in await says(ben, "/mock")
    assert "1 person excluded" in await says(ana, "/mock")


async def test_rest_pause_and_rhythm(world: World) -> None:
    ana = world.person("U0ANA")
    now, place = world.clock.now(), world.workspace_id
    async with world.deps.transaction() as session:
        told = await planting.joined(session, place, "U0ANA", now, rhythm="on_request")
        told.resting, told.silent_rounds = True, 3
    resting = await reply(ana, "/mock")
    assert "*You are resting.*" in shown(resting)
    await ana.clicks(resting, "Pair me again")
    await hears(ana, "Welcome back. You take part from the week of 9 March on")
    back = await profile(world, "U0ANA")
    assert (back.resting, back.silent_rounds, back.wanted_week) == (False, 0, NEXT)
    await reply(ana, "/mock not next week")
    assert "You leave out the week of 9 March" in await says(ana, "/mock")

    async with world.deps.transaction() as session:
        (await planting.member(session, place, "U0ANA")).paused_until = datetime(
            2026, 3, 20, tzinfo=UTC
        )
        (await planting.joined(session, place, "U0ANA", now)).skipped_week = None
    paused = await reply(ana, "/mock")
    assert "You are paused until Friday 20 March" in shown(paused)
    assert "/drill resume" in await says(ana, "/mock partner")
    await ana.clicks(paused, "Resume")
    await hears(ana, "Welcome back.")
    assert "you take part" in await says(ana, "/mock")
