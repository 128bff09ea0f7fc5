"""Signed links and the keys behind them."""

import itertools
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import doctoring, starting
from bot.config import Settings, sandboxed
from bot.errors import SettingsWrong
from bot.keys import key_file, secret_keys
from bot.links import Expired, Forged, Links

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
OLD, NEW = "o" * 32, "n" * 32
BASE = "https://drumbeat.example.org"


def token(keys: tuple[str, ...] = (OLD,), purpose: str = "board") -> str:
    made = Links(keys, BASE).make(purpose, (3, 14), NOW, WEEK)
    head = f"{BASE}/{purpose}/"
    assert made.startswith(head)
    return made.removeprefix(head)


def on(folder: Path, **more: object) -> Settings:
    return sandboxed(database_url=f"sqlite:///{folder / 'drumbeat.db'}", **more)


def test_a_link_is_good_for_its_week_and_no_longer() -> None:
    links = Links((OLD,), BASE)
    last = NOW + WEEK - timedelta(seconds=1)
    assert links.read("board", token(), NOW) == links.read("board", token(), last) == (3, 14)
    with pytest.raises(Expired):
        links.read("board", token(), NOW + WEEK)


def test_no_changed_character_passes() -> None:
    links, good = Links((OLD,), BASE), token()
    assert len(good) < 120
    for at, character in itertools.product(range(len(good)), "Az0_-."):
        spoilt = good[:at] + character + good[at + 1 :]
        if spoilt != good:
            with pytest.raises(Forged):
                links.read("board", spoilt, NOW)


@pytest.mark.parametrize("given", ["", ".", "x", "é", "\0", "a.b", "." * 40, "9" * 600, "../x"])
def test_what_is_no_token_is_forged(given: str) -> None:
    with pytest.raises(Forged):
        Links((OLD,), BASE).read("board", given, NOW)


def test_a_link_of_another_purpose_or_key_is_forged() -> None:
    for links, given in (
        (Links((OLD,), BASE), token(purpose="export")),
        (Links((NEW,), BASE), token()),
        (Links((), BASE), token()),
    ):
        with pytest.raises(Forged):
            links.read("board", given, NOW)


@pytest.mark.parametrize("told", [[], {}, "x", [1.5, 3], ["9999999999", 3], [True, 3], None])
def test_a_signed_thing_of_another_shape_is_forged(told: object) -> None:
    links = Links((OLD,), BASE)
    with pytest.raises(Forged):
        links.read("board", links._signer("board").dumps(told), NOW)


def test_the_first_key_signs_and_all_verify() -> None:
    both = Links((NEW, OLD), BASE)
    assert both.read("board", token((OLD,)), NOW) == (3, 14)
    assert Links((NEW,), BASE).read("board", token((NEW, OLD)), NOW) == (3, 14)
    with pytest.raises(Forged):
        Links((OLD,), BASE).read("board", token((NEW, OLD)), NOW)


def test_sqlite_makes_its_key_once(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = secret_keys(on(tmp_path / "var"))
    finally:
        os.umask(before)
    assert made == secret_keys(on(tmp_path / "var"))
    assert made != secret_keys(on(tmp_path / "other"))
    assert len(made[0]) >= 32
    assert [one.name for one in (tmp_path / "var").iterdir()] == ["secret.key"]
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_settings_outrank_the_file(tmp_path: Path) -> None:
    assert secret_keys(on(tmp_path, secret_key=f"{NEW}, {OLD} ,")) == (NEW, OLD)
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_that_holds_none_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(SettingsWrong, match=r"secret\.key holds no key: delete it"):
        secret_keys(on(tmp_path))
    (tmp_path / "secret.key").unlink()
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(SettingsWrong, match="DRUMBEAT_SECRET_KEY"):
        secret_keys(on(tmp_path))


@pytest.mark.parametrize("given", ["short", f"{NEW},short", " , "])
def test_short_keys_are_refused(given: str) -> None:
    with pytest.raises(ValueError, match="32 characters"):
        sandboxed(secret_key=given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("https://d.example.org/", "https://d.example.org"), ("http://x:1/y", "http://x:1/y")],
)
def test_the_public_address_has_no_slash_at_its_end(given: str, kept: str) -> None:
    assert sandboxed(url=given).url == kept


@pytest.mark.parametrize(
    "given",
    ["drumbeat.example.org", "javascript:alert(1)", "https://", "https://a:b@x", "http://x?q"],
)
def test_what_is_no_public_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"drumbeat\.example\.com"):
        sandboxed(url=given)


def test_postgresql_needs_a_key_to_run(tmp_path: Path) -> None:
    told = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
    starting.check_settings(on(tmp_path, **told))
    server = {"database_url": "postgresql://ana@127.0.0.1/drumbeat"} | told
    bare = sandboxed(**server)
    with pytest.raises(SettingsWrong, match=r"DRUMBEAT_SECRET_KEY is missing.*print"):
        starting.check_settings(bare)
    assert key_file(bare) is None
    assert secret_keys(bare) == ()
    starting.check_settings(sandboxed(**server, secret_key=NEW))


def test_doctor_names_the_key(tmp_path: Path) -> None:
    def seen(settings: Settings) -> doctoring.Finding:
        return doctoring._key(settings)

    well = seen(on(tmp_path))
    assert (well.ok, str(tmp_path / "secret.key") in well.seen) == (True, True)
    assert "DRUMBEAT_URL is not set" in well.seen
    (tmp_path / "secret.key").chmod(0o640)
    assert not seen(on(tmp_path)).ok
    assert seen(on(tmp_path)).mend == f"chmod 600 {tmp_path / 'secret.key'}"

    told = seen(on(tmp_path, secret_key=f"{NEW},{OLD}", url=BASE))
    assert told.line() == f"ok   key: DRUMBEAT_SECRET_KEY, 2 keys; links lead to {BASE}"
    assert NEW not in told.line()
    assert not seen(sandboxed(database_url="postgresql://ana@127.0.0.1/drumbeat")).ok
