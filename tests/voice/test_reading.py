"""What Slack says of files, transcripts, pace and fillers: pure."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drills.rules import Part
from bot.drills.voice import clips, rules, speech, views
from bot.drills.voice.clips import Kind, Script
from bot.errors import UserMistake
from tests.extremes import MOMENT
from tests.voice.transcriber import sound

AUDIO = {"id": "F1", "mimetype": "audio/mp4", "subtype": "slack_audio", "duration_ms": 42_000}


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (AUDIO, Kind.CLIP),
        (AUDIO | {"mimetype": "video/mp4"}, Kind.CLIP),
        (AUDIO | {"mimetype": "video/mp4", "subtype": "slack_video"}, Kind.CLIP),
        ({"id": "F1", "mimetype": "audio/webm"}, Kind.CLIP),
        ({"id": "F1", "mimetype": "AUDIO/MPEG", "name": "talk.mp3"}, Kind.CLIP),
        ({"id": "F1", "mimetype": "video/quicktime", "duration_ms": 599_000}, Kind.CLIP),
        ({"id": "F1", "subtype": "slack_audio"}, Kind.CLIP),
        ({"id": "F1", "mimetype": "video/mp4", "duration_ms": 601_000}, Kind.LONG),
        ({"id": "F1", "file_access": "check_file_info"}, Kind.UNTOLD),
        ({"id": "F1"}, Kind.UNTOLD),
        ({"id": "F1", "mode": "tombstone"}, Kind.GONE),
        ({"id": "F1", "mimetype": "application/pdf"}, Kind.OTHER),
        ({"id": "F1", "mimetype": "image/png"}, Kind.OTHER),
        ({}, Kind.OTHER),
    ],
)
def test_what_a_file_is(file: dict[str, object], kind: Kind) -> None:
    assert clips.read(file).kind == kind


@pytest.mark.parametrize(
    ("told", "script", "words", "whole"),
    [
        ({"status": "processing"}, Script.COMING, "", True),
        ({"status": "none"}, Script.NONE, "", True),
        ({"status": "failed"}, Script.NONE, "", True),
        (None, Script.NONE, "", True),
        ("complete", Script.NONE, "", True),
        ({"status": "complete"}, Script.READY, "", True),
        ({"status": "complete", "preview": None}, Script.READY, "", True),
        (
            {"status": "complete", "preview": {"content": "Roll &amp; see", "has_more": False}},
            Script.READY,
            "Roll & see",
            True,
        ),
        (
            {"status": "complete", "preview": {"content": "Roll back", "has_more": True}},
            Script.READY,
            "Roll back",
            False,
        ),
    ],
)
def test_what_there_is_of_the_transcript(
    told: object, script: Script, words: str, whole: bool
) -> None:
    found = clips.read(AUDIO | {"transcription": told})
    assert (found.script, found.words, found.whole, found.seconds) == (script, words, whole, 42.0)


def test_the_first_clip_of_a_message_is_listened_to() -> None:
    files = [{"id": "F0", "mimetype": "image/png"}, {"id": "F9"}, AUDIO, AUDIO | {"id": "F2"}]
    chosen = clips.chosen(clips.of_message(files))
    assert chosen is not None
    assert chosen.file_id == "F1"
    odd_ones: list[object] = [None, "files", 7, [None, 7, {}], {"id": "F1"}]
    for odd in odd_ones:
        assert clips.chosen(clips.of_message(odd)) is None
    assert clips.lacks([], "F1")
    assert not clips.lacks(None, "F1")
    assert clips.lacks([{"id": "F1", "mode": "tombstone"}], "F1")
    assert not clips.lacks([AUDIO], "F1")


VTT = """\ufeffWEBVTT - from Slack
Kind: captions

NOTE somebody wrote this
and this

1
00:00.000 --> 00:02.500 align:start
<v Ana>I would <c.loud>roll</c> back</v>

00:00:02.500 --> 01:00:04.250
first &amp; ask,
then wait.
"""


def test_the_words_of_a_vtt_file() -> None:
    told = clips.read_vtt(VTT)
    assert told == clips.Transcript("I would roll back first & ask, then wait.", 3604.25)
    assert clips.read_vtt("<html>Sign in</html>") is None
    assert clips.read_vtt("") is None
    assert clips.read_vtt("WEBVTT") == clips.Transcript("", 0.0)


@settings(max_examples=50)
@given(st.text(max_size=200), st.dictionaries(st.text(max_size=8), st.none() | st.text()))
def test_odd_things_are_read_without_a_fault(text: str, file: dict[str, object]) -> None:
    clips.read_vtt(f"WEBVTT\n{text}")
    clips.read(file | {"duration_ms": text, "size": text, "transcription": file})


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("answer.m4a", ("m4a", "audio/mp4")),
        ("answer.webm", ("webm", "audio/webm")),
        ("short.wav", ("wav", "audio/wav")),
    ],
)
def test_the_container_is_read_and_not_guessed(name: str, form: tuple[str, str]) -> None:
    assert clips.container(sound(name)) == form
    assert clips.container(b"<!doctype html>") is None
    assert clips.container(b"") is None


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        (
            "Um, I mean, uh, umm… erm, you know.",
            {"um": 2, "I mean": 1, "uh": 1, "er": 1, "you know": 1},
        ),
        ("What kind of users? A sort of map. We kind of guess.", {"kind of": 1}),
        ("It was, like, slow, and I like it.", {"like": 1}),
        ("The umbrella user erred in her summer museum.", {}),
        ("", {}),
    ],
)
def test_fillers(text: str, fillers: dict[str, int]) -> None:
    assert speech.speech(text, 60).fillers == fillers


def test_pace() -> None:
    assert speech.speech("one two three four five six", 4.0).pace == 90
    assert speech.speech("don't re-count it", 6.0).pace == 30
    assert speech.speech("one two", 2.9).pace is None
    assert speech.speech("one two", None).pace is None
    assert speech.speech("um ja genau", 6.0, "de-DE").fillers is None
    assert not speech.says_something("Um, uh, hmm, so…", rules.FEWEST_WORDS)
    assert speech.says_something("Um, roll it back.", rules.FEWEST_WORDS)


def test_when_it_counts_by_itself() -> None:
    box = MOMENT + timedelta(minutes=2)
    assert rules.counts_at(Part.ANSWER, box, MOMENT) == box
    late = box - timedelta(seconds=10)
    assert rules.counts_at(Part.ANSWER, box, late) == late + timedelta(seconds=60)
    assert rules.counts_at(Part.PROBE, box, MOMENT) == MOMENT + timedelta(seconds=60)
    assert [rules.pause(n).total_seconds() for n in range(1, 8)] == [2, 4, 8, 16, 30, 30, 30]


@settings(max_examples=50)
@given(st.text(alphabet="ab c\n", max_size=9000))
def test_the_form_gives_back_what_it_shows(text: str) -> None:
    words = clips.plain(text)
    form = views.correction(views.Told(7, 42.0), words)
    fields = [block for block in form["blocks"] if block["type"] == "input"]
    state = {
        block["block_id"]: {"value": {"value": block["element"].get("initial_value")}}
        for block in fields
    }
    assert all(len(block["element"].get("initial_value", "")) <= 3000 for block in fields)
    if not words:
        with pytest.raises(UserMistake, match="voice_empty"):
            views.read_correction(state)
    elif max(map(len, words.split())) < rules.FIELD // 2:
        assert views.read_correction(state) == words


def test_lengths_are_read_as_on_a_clock() -> None:
    lengths = [views.length(one) for one in (None, 0.2, 42.4, 60, 599.6)]
    assert lengths == ["", "0:01", "0:42", "1:00", "10:00"]
