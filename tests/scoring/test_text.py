from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.embedded.text import read_text


@given(st.text(max_size=300))
def test_every_sentence_is_a_place_in_what_was_typed(raw: str) -> None:
    for sentence in read_text(raw).sentences:
        assert 0 <= sentence.start < sentence.end <= len(raw)
        for word in sentence.words:
            assert sentence.start <= word.start < word.end <= sentence.end


def test_slack_marks_are_no_words() -> None:
    text = read_text(
        "*Bold* <@U012AB> :tada: see <https://example.org|the page> `p95`\n```SELECT```"
    )
    words = [word.text for sentence in text.sentences for word in sentence.words]
    assert words == ["bold", "see", "the", "page", "p95"]


def test_bullets_are_sentences_and_quotes_leave_the_bullet_out() -> None:
    raw = "1. Split by station.\n- Call forty riders"
    quotes = [raw[each.start : each.end] for each in read_text(raw).sentences]
    assert quotes == ["Split by station.", "Call forty riders"]


def test_fillers_are_not_analysed_but_stay_in_quotes() -> None:
    raw = "So um I would, you know, call the the riders."
    (sentence,) = read_text(raw).sentences
    assert [word.text for word in sentence.words] == ["so", "i", "would", "call", "the", "riders"]
    assert raw[sentence.start : sentence.end] == raw


def test_full_width_letters_fold_and_keep_their_place() -> None:
    raw = "Ｃａｌｌ forty\u200b riders…"
    (sentence,) = read_text(raw).sentences
    assert [word.text for word in sentence.words] == ["call", "forty", "riders"]
    assert raw[sentence.start : sentence.end].startswith("Ｃａｌｌ forty")


def test_a_long_run_without_stops_is_cut() -> None:
    raw = "first i call the riders and then we move the bikes because the docks are empty " * 6
    assert len(read_text(raw).sentences) > 3
