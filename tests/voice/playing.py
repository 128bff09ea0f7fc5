"""What the tests of clips do again and again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, select, update

from bot.drills.answers.tables import AnswerMessage
from bot.drills.voice.tables import VoiceClip
from tests.person import Json, Person, rule_of, until
from tests.world import ANSWER, World

ANA = "U0ANA"


class Thread:
    """A drill that Ana has open, and what stands under it."""

    def __init__(self, world: World, ana: Person, dm: str, drill: Json) -> None:
        self.world, self.ana, self.dm, self.ts = world, ana, dm, drill["ts"]

    @classmethod
    async def opened(cls, world: World) -> "Thread":
        ana = world.person(ANA)
        await ana.types("/drill now")
        return cls(world, ana, await ana.app(), await world.drill(ana))

    async def records(self, words: str | None = ANSWER, **more: Any) -> Json:
        message: Json = (await self.ana.records(self.dm, words, thread_ts=self.ts, **more))[
            "message"
        ]
        return message

    async def says(self, text: str) -> Json:
        return await self.ana.says(self.dm, text, thread_ts=self.ts)

    async def sees(self, word: str, rule: str = "", timeout: float = 8.0) -> Json:
        """The newest message of the bot's that carries this word, and this rule."""

        async def found() -> Json | None:
            told = [one for one in await self.all(rule) if word in str(one)]
            return told[-1] if told else None

        seen: Json = await until(found, timeout)
        return seen

    async def all(self, rule: str = "") -> list[Json]:
        thread = await self.ana.thread(self.dm, self.ts)
        return [one for one in thread[1:] if one.get("bot_id") and rule in rule_of(one)]

    async def marks(self, word: str = "Restatement:") -> Json:
        return await self.sees(word, "drill.answer_card")

    async def words(self) -> list[str]:
        """What counts, message by message, by ts."""
        async with self.world.deps.transaction() as session:
            rows = await session.scalars(
                select(AnswerMessage.text)
                .where(AnswerMessage.deleted.is_(False))
                .order_by(AnswerMessage.ts)
            )
            return list(rows)

    async def clips(self) -> list[VoiceClip]:
        async with self.world.deps.transaction() as session:
            return list(await session.scalars(select(VoiceClip).order_by(VoiceClip.id)))

    async def wait_on(self, seconds: float) -> None:
        """Let the machine's clock have gone on for every clip that is awaited."""
        now = self.world.deps.machine_now()
        async with self.world.deps.transaction() as session:
            for clip in await session.scalars(select(VoiceClip)):
                # Once a row: a second change would lock its session, against who has that.
                await session.execute(
                    update(VoiceClip)
                    .where(VoiceClip.id == clip.id)
                    .values(
                        since=clip.since - timedelta(seconds=seconds),
                        next_try_at=case((VoiceClip.next_try_at.is_not(None), now)),
                    )
                )
        self.world.deps.bells.ring(["voice"])
