"""Which kit a solo mock takes, and who may touch it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import app
from bot.config import Settings
from bot.content import Content
from bot.content.kits import Kit
from bot.errors import UserMistake
from bot.mocks.choosing.rules import HARD
from bot.mocks.rules import GroupState
from bot.mocks.solo import service
from bot.mocks.solo.rules import State
from bot.workspaces.tables import Workspace
from tests.fakes import clock_at
from tests.mocks import planting

NOW = datetime(2027, 1, 6, 12, tzinfo=UTC)


def two_a_track(bank: Content) -> dict[str, Kit]:
    """So few that somebody can have seen them all."""
    by_track: dict[str, list[Kit]] = {}
    for kit in sorted(bank.kits.values(), key=lambda one: (one.track, one.id)):
        by_track.setdefault(kit.track, []).append(kit)
    return {kit.id: kit for kits in by_track.values() for kit in kits[:2]}


async def test_the_kit_is_new_to_the_member_and_fits_them(database_url: str) -> None:
    settings = Settings(_env_file=None, database_url=database_url)
    async with app.build_deps(settings, clock_at(NOW.isoformat())) as built:
        deps = replace(built, content=replace(built.content, kits=two_a_track(built.content)))
        kits = deps.content.kits
        async with deps.transaction() as session:
            for number in (1, 2):
                team = f"T{number}"
                session.add(Workspace(id=number, team_id=team, name=team, installed_at=NOW))
            await session.flush()
            ana = await planting.member(session, 1, "U0ANA")
            ben = await planting.member(session, 1, "U0BEN")
            assert (await service.offer(session, deps.content, ben, "", NOW)).kit.track == (
                "product-metrics"  # as the drills of somebody who said nothing
            )
            first = await service.offer(session, deps.content, ana, "leadership", NOW)
            assert first.kit.track == "leadership"
            assert (await service.offer(session, deps.content, ana, "", NOW)).row is first.row
            assert await service.seen_kits(session, ana) == []  # offered and never begun
            service.start(first.row, first.kit, NOW)
            service.close(first.row)
            second = await service.offer(session, deps.content, ana, "leadership", NOW)
            assert (second.kit.track, second.kit.id != first.kit.id) == ("leadership", True)
            with pytest.raises(UserMistake, match="solo_gone"):
                await service.owned(session, second.row.id, ben)
            other = await planting.member(session, 2, "U0ANA")
            with pytest.raises(UserMistake, match="solo_gone"):
                await service.owned(session, second.row.id, other)

            later = NOW + timedelta(hours=2)
            mine = [one.id for one in kits.values() if one.track == "product-operations"]
            told = dict(zip(("U0ANA", "U0BEN"), mine, strict=True))
            await planting.grouped(session, 1, later, kits=told)
            untold = {"U0ANA": "never-seen", "U0CHE": "nor-this"}
            await planting.grouped(
                session, 1, later - timedelta(weeks=2), users=("U0ANA", "U0CHE"), kits=untold,
                state=GroupState.UNTOLD,
            )  # fmt: skip
            assert await service.seen_kits(session, ana) == [*sorted(told.values())[::-1],
                                                             first.kit.id]  # fmt: skip
            profile = await planting.joined(
                session, 1, "U0ANA", later, tracks=["leadership", "metrics-coding"], level=1
            )
            third = await service.offer(session, deps.content, ana, "", later)
            assert third.kit.track == "metrics-coding"  # leadership came lately
            assert third.instead is second.row
            assert second.row.state == State.GONE
            profile.tracks = ["product-operations"]
            third.row.state = State.CLOSED
            again = await service.offer(session, deps.content, ana, "", later)
            assert again.kit.id not in await service.seen_kits(session, ana)
            assert again.kit.track != "product-operations"  # both of its kits were seen
            again.row.state = State.CLOSED
            same = await service.offer(session, deps.content, ana, "product-operations", later)
            assert same.kit.track == "product-operations"  # asked for by name
            easiest = min(HARD[one.difficulty] for one in kits.values()
                          if one.track == "metrics-coding")  # fmt: skip
            assert HARD[third.kit.difficulty] == easiest
