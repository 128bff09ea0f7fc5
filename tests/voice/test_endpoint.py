"""The transcription endpoint's client, over real HTTP with real sound."""

import json
import logging

import pytest

from bot.clock import machine_now
from bot.config import sandboxed
from bot.drills.voice import clips, setting_up
from bot.drills.voice.endpoint import SECONDS, Transcriber
from bot.endpoint import LARGEST, Breaker
from bot.errors import SettingsWrong, TranscriberFailed
from tests.voice import transcriber as served
from tests.voice.transcriber import SAID, SHORT, Behaviour, sound, transcriber


async def hear(url: str, name: str = "short.wav", seconds: float = SECONDS) -> str:
    made = Transcriber(url, "sk-secret", "whisper-x", seconds=seconds)
    content = sound(name)
    form = clips.container(content)
    assert form is not None
    try:
        return await made.hear(content, *form, machine_now)
    finally:
        await made.close()


@pytest.mark.parametrize(
    ("name", "words", "ending", "mimetype"),
    [
        ("answer.m4a", SAID, "m4a", "audio/mp4"),
        ("answer.webm", SAID, "webm", "audio/webm"),
        ("short.wav", SHORT, "wav", "audio/wav"),
        ("silence.webm", "", "webm", "audio/webm"),
    ],
)
async def test_it_speaks_the_protocol(name: str, words: str, ending: str, mimetype: str) -> None:
    async with transcriber() as endpoint:
        assert await hear(endpoint.url, name) == words
        assert await hear(f"{endpoint.url}/audio/transcriptions/", name) == words
    for asked in endpoint.requests:
        assert asked.path == "/v1/audio/transcriptions"
        assert asked.fields == {"model": "whisper-x", "response_format": "json"}
        assert (asked.file_name, asked.mimetype) == (f"clip.{ending}", mimetype)
        assert asked.content == sound(name)
        assert asked.authorization == "Bearer sk-secret"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (served.status(401), "key"),
        (served.status(403), "key"),
        (served.status(404), "address"),
        (served.status(302, Location="http://127.0.0.1:1/"), "address"),
        (served.status(413), "refused"),
        (served.status(429), "busy"),
        (served.status(500), "broken"),
        (served.saying("<html>log in</html>", "text/html"), "unusable"),
        (served.saying('{"text": 7}'), "unusable"),
        (served.saying('["text"]'), "unusable"),
        (served.saying("[" * 100_000), "unusable"),
        (served.saying(json.dumps({"text": "x" * LARGEST})), "unusable"),
        (served.slowly(5), "slow"),
    ],
)
async def test_what_goes_wrong_has_a_word(
    behaviour: Behaviour, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with transcriber(behaviour) as endpoint:
        with caplog.at_level(logging.DEBUG), pytest.raises(TranscriberFailed) as failed:
            await hear(endpoint.url, seconds=0.3)
    assert failed.value.code == code
    assert len(endpoint.requests) == 1
    assert "sk-secret" not in caplog.text


async def test_nobody_there_and_then_a_rest() -> None:
    made = Transcriber("http://127.0.0.1:1/v1", None, "x", breaker=Breaker(failures=2))
    codes = []
    for _ in range(3):
        with pytest.raises(TranscriberFailed) as failed:
            await made.hear(sound("short.wav"), "wav", "audio/wav", machine_now)
        codes.append(failed.value.code)
    await made.close()
    assert codes == ["unreachable", "unreachable", "resting"]
    assert made.counts == {"unreachable": 2, "resting": 1}


async def test_it_is_there_only_when_it_is_set_up() -> None:
    async with setting_up.transcriber(sandboxed()) as nobody:
        assert nobody is None
    told = sandboxed(transcribe_url="https://speech.example.org/v1", transcribe_model="whisper-x")
    async with setting_up.transcriber(told) as made:
        assert made is not None
        assert made.host == "speech.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DRUMBEAT_TRANSCRIBE_URL", "ftp://speech.example.org"),
        ("DRUMBEAT_TRANSCRIBE_URL", "https://me:key@speech.example.org"),
        ("DRUMBEAT_TRANSCRIBE_MODEL", "whisper-x"),
    ],
)
def test_half_a_setting_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import config

    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong) as wrong:
        config.load()
    assert "DRUMBEAT_TRANSCRIBE" in str(wrong.value)
    assert "me:key" not in str(wrong.value)
