"""Who takes part in the mock interviews, in a document: in, and out again the same."""

from sqlalchemy import select

from bot.mocks.joining import service
from bot.mocks.rules import matches_at, next_week
from bot.mocks.tables import MockProfile, MockRound
from bot.okrs.exchange import printing
from tests import databases
from tests.okrs.test_exchange import NOW, Office, office

TOLD = """
members:
  - {user: U01, tz: Europe/Berlin, mocks: fortnightly, mock_windows: [[Tue, "18:00", "20:00"],
     "Fri 22:00-1:00", [Tue, "19:00", "21:30"]], mock_level: 4, mock_types: [leadership]}
  - {user: U02, mocks: on_request}
  - {user: U03, tz: Asia/Kolkata}
"""


async def profile(here: Office, user: str) -> MockProfile:
    member = await here.member(user)
    return (
        await here.session.scalars(select(MockProfile).where(MockProfile.member_id == member.id))
    ).one()


async def test_who_takes_part_goes_in_and_comes_out_the_same(database_url: str) -> None:
    async with office(database_url) as here:
        first = await here.takes(TOLD)
        assert first.new["member"] == 3
        ana = await profile(here, "U01")
        assert (ana.rhythm, ana.level, ana.tracks) == ("fortnightly", 4, ["leadership"])
        windows = [["Tue", "18:00", "21:30"], ["Fri", "22:00", "24:00"], ["Sat", "00:00", "01:00"]]
        assert ana.windows == windows
        assert ana.joined_at == NOW
        (planned,) = await here.session.scalars(select(MockRound))
        assert planned.next_at == matches_at(next_week(NOW))
        assert (await here.takes(TOLD)).nothing

        told = await here.tells()
        row, other, third = told["members"]
        assert row == {
            "user": "U01",
            "tz": "Europe/Berlin",
            "mocks": "fortnightly",
            "mock_windows": windows,
            "mock_level": 4,
            "mock_types": ["leadership"],
        }
        assert (other["mocks"], "mocks" in third) == ("on_request", False)
        text = printing.to_yaml(told)
        assert (await here.takes(text)).nothing
        assert (await here.takes(printing.to_json(told))).nothing

        # A row that says nothing of it leaves it; null leaves the mock interviews, and is told so.
        assert (await here.takes({"members": [{"user": "U01", "tz": "Europe/Berlin"}]})).nothing
        gone = await here.takes({"members": [{"user": "U01", "mocks": None, "mock_level": None}]})
        assert gone.changed["member"] == 1
        after = await profile(here, "U01")
        assert (after.joined_at, after.level, after.windows) == (None, None, windows)
        assert "mocks" not in (await here.tells())["members"][0]
        sheet = service.sheet(ana, await here.member("U01"))
        assert not sheet.joined
    with databases.sqlite() as url:
        async with office(url) as there:
            await there.takes(text)
            assert printing.to_yaml(await there.tells()) == text


async def test_what_is_wrong_is_told_at_its_place(database_url: str) -> None:
    async with office(database_url) as here:
        row = {"user": "U01", "mocks": "daily", "mock_level": 6, "mock_types": ["chess"]}
        told = await here.refuses({"members": [row | {"mock_windows": [["Tue", "20:00"]]}]})
        assert [line.partition(":")[0] for line in told] == [
            "members[0].mock_level",
            "members[0].mock_types[0]",
            "members[0].mock_windows",
            "members[0].mocks",
        ]
        assert "from 1 to 5" in told[0]
        assert "write a day and two times" in told[2]
