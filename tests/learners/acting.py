"""What learners do: answer, press, turn the recall card, type, and tell how it went."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from bot.drills import views
from bot.scoring.tables import StoredScorecard
from tests.learners import second_hand_choice as choice
from tests.learners.watching import Open, Watch
from tests.person import until

RECALLS = ("knew", "missed", "half")
SHOW, MARK = "drills.recall_show", "drills.recall_mark"
WENT = "plans.went"  # the question after the day
NEXT = {"scenarios": "drills.next", "blitz": "drills.blitz"}  # the closing card's button


@dataclass
class Acting(Watch):
    asked_more: dict[tuple[str, date], int] = field(default_factory=dict)
    offered: list[tuple[str, date, str, str]] = field(default_factory=list)  # stage, closing card

    async def answer(self) -> None:
        """Everybody who got a drill and means to answer does, step by step together."""
        for one in self.live.values():
            if one.manner == "skip":
                await self.person(one.user).clicks(self.message(one.user, one.ts), views.SKIP)
                one.manner = "done"
        fresh = [one for one in self.live.values() if one.manner not in ("silent", "done")]
        if not fresh:
            return
        for one in fresh:
            await self._recall(one)
            await self._says(one)
        await self.waits(fresh, "drill.answer_card")
        await self._read_marks(fresh)
        await self._close([one for one in fresh if self._is_thorough(one)])
        for one in fresh:
            if not self._is_thorough(one):  # *Skip* closes what was answered, with no more words
                await self.person(one.user).clicks(self.message(one.user, one.ts), views.SKIP)
        for one in fresh:
            one.manner = "done"
            await self._wants_more(one)

    def _is_thorough(self, one: Open) -> bool:
        """Goes on to *Done* and *Finish*: where something is offered after, else every fourth."""
        return self.diaries[one.user].entries[one.id].place.stage in NEXT or one.id % 4 == 0

    async def _close(self, thorough: Sequence[Open]) -> None:
        for one in thorough:
            await self.person(one.user).clicks(self.message(one.user, one.ts), views.DONE)
        await self.waits(thorough, "drill.probe")
        for one in thorough:
            probe = self.in_thread(one, "drill.probe")
            assert probe
            await self.person(one.user).clicks(self.message(one.user, probe.ts), views.FINISH)
        await self.waits(thorough, "drill.closing")

    async def _says(self, one: Open) -> None:
        drill = self.diaries[one.user].entries[one.id].came.drill
        text = self.speech.to(drill, one.manner)
        channel = self.slack.state.direct(one.user, self.slack.state.app.bot_user)
        assert text
        assert channel is not None
        await self.person(one.user).says(channel.id, text, thread_ts=one.ts)

    async def _recall(self, one: Open) -> None:
        diary = self.diaries[one.user]
        card = self.in_thread(one, "drill.warmup")
        if not diary.learner.recalls or card is None or one.id not in diary.shown:
            return
        mark = RECALLS[len(diary.shown) % len(RECALLS)]
        await self.person(one.user).clicks(self.message(one.user, card.ts), SHOW)

        async def turned() -> bool:
            await self.settle()
            return MARK in str(self.message(one.user, card.ts))

        await until(turned)
        await self.person(one.user).clicks(self.message(one.user, card.ts), f"{MARK}.{mark}")
        diary.marked(one.id, mark)

    async def _wants_more(self, one: Open) -> None:
        """The next scenario, or the blitz's next drill, by the button of the closing card."""
        diary = self.diaries[one.user]
        entry = diary.entries[one.id]
        closing = self.in_thread(one, "drill.closing")
        stage, day = entry.place.stage, entry.came.day
        if closing is None or stage not in NEXT:
            return
        self.offered.append((one.user, day, stage, closing.text))
        days = {each.came.day for each in diary.entries.values() if each.place.stage == stage}
        asked = self.asked_more.get((one.user, day), 0)
        if len(days) > diary.learner.wants_more or asked >= 2 or NEXT[stage] not in closing.text:
            return
        self.asked_more[one.user, day] = asked + 1
        await self.person(one.user).clicks(self.message(one.user, closing.ts), NEXT[stage])
        await self.settle()

    async def _read_marks(self, done: Sequence[Open]) -> None:
        topics = {f"answer_card:{one.id}": one for one in done}
        async with self.deps.transaction() as session:
            rows = list(
                await session.scalars(
                    select(StoredScorecard).where(StoredScorecard.topic.in_(topics))
                )
            )
        assert len(rows) == len(done)
        for row in rows:
            one = topics[row.topic]
            marks = {cell: getattr(row, cell) for cell in choice.CELLS}
            given = {cell: float(mark) for cell, mark in marks.items() if mark is not None}
            self.diaries[one.user].answered(one.id, float(row.overall or 0.0), given)

    # --- what they do besides --------------------------------------------------------------------

    async def types(self, user: str, command: str) -> None:
        diary, now = self.diaries[user], self.clock.now()
        told = await self.person(user).types(command)
        assert told["notice"] is None, told
        diary.speaks(now)
        verb, _, rest = command.removeprefix("/drill ").partition(" ")
        if verb == "pause":
            local = now.astimezone(diary.calendar.zone).replace(second=0, microsecond=0)
            diary.paused(now, local + timedelta(weeks=int(rest.removesuffix("w"))))
        elif verb == "off":
            diary.calendar.off.add(date.fromisoformat(rest))
        elif verb == "target":
            diary.named(date.fromisoformat(rest), now, anew=diary.calendar.target is None)

    async def tells(self, user: str, what: str) -> None:
        """How it went, and what is next: `went, then` or `went, new_date, date`."""
        went, then, *rest = what.split(", ")
        day = date.fromisoformat(rest[0]) if rest else None
        await self._form(user, went, then, day)
        diary, now = self.diaries[user], self.clock.now()
        diary.speaks(now)
        diary.named(day, now, anew=day is not None)
        if then == "rest":
            diary.rests(now)
        else:
            diary.hears_again()

    async def _form(self, user: str, went: str, then: str, day: date | None) -> None:
        """The form behind the question that came with the answer to what they asked for."""
        asked = [one for one in self.heard if one.user == user and WENT in one.text]
        person = self.person(user)
        await person.clicks(self.message(user, asked[-1].ts), WENT)
        values = {"went": went, "then": then} | ({"next_day": str(day)} if day else {})
        answer = await person.submits(await person.waits_for_modal(), values)
        assert not answer["errors"], answer
