"""What leaves of an answer, what comes back of a reply, and what is believed of it."""

import inspect
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import endpoint
from bot.drills.answers import judging
from bot.scoring.embedded import score
from bot.scoring.judge import endpoint as judge_endpoint
from bot.scoring.judge.masking import Mask
from bot.scoring.judge.reply import CellReply, PointReply, Reply
from bot.scoring.judge.standing import Verdict, judged, looked_up, sent
from bot.scoring.judge.views import FAILED
from bot.scoring.rules import Cell
from tests.scoring.graded_set import GOOD, Graded, load, rubric
from tests.scoring.injections import bases, question, tricks

NAMES = ("Ana Lima", "will", "Bea O’Neil", "Jean-Luc", "李雷")
DECENT = bases()["decent"]
SENTENCE = "I would not switch the fee on for everybody"


def masked(text: str) -> str:
    return Mask(NAMES).of(text, [(0, len(text))]).text


PRIVATE = {
    "a mention": ("ask <@U0ANA> now", "ask [person 1] now"),
    "a mention with a name": ("ask <@U0ANA|ana> now", "ask [person 1] now"),
    "typed with an at sign": ("ask @somebody.else now", "ask [person 1] now"),
    "a first name": ("Ana decides", "[person 1] decides"),
    "a full name": ("Ana Lima decides", "[person 1] [person 2] decides"),
    "an unknown surname": ("Ana Ferreira decides", "[person 1] [person 2] decides"),
    "small letters": ("ana decides", "[person 1] decides"),
    "possessive": ("Ana’s call", "[person 1]’s call"),
    "a name like a word": ("Will will call", "[person 1] will call"),
    "hidden by nothing": ("A\u200bna decides", "[person 1] decides"),
    "with a hyphen": ("Jean-Luc decides", "[person 1] decides"),
    "another script": ("李雷 decides", "[person 1] decides"),
    "e-mail": ("to ana@example.com.", "to [email]."),
    "e-mail by Slack": ("to <mailto:a@b.co|a@b.co>.", "to [email]."),
    "link": ("see https://a.example/x?y=1 first", "see [link] first"),
    "link by Slack": ("see <https://a.example|our plan> first", "see [link] first"),
    "bare link": ("see www.a.example/x first", "see [link] first"),
    "domain": ("see drumbeat.io/plan first", "see [link] first"),
    "telephone": ("call +49 170 1234567 first", "call [phone] first"),
    "telephone in brackets": ("call (030) 1234 5678 first", "call [phone] first"),
    "a channel": ("in <#C0PRODUCT|product> and <!here>", "in [group] and [group]"),
    "code": ("first ```rm -rf secret``` then", "first  then"),
    "entities": ("a &amp; b &lt; 3", "a & b < 3"),
}
KEPT = (
    "40,000 euros and 1 000 000 orders by 2026-03-08, 2.5% a week, from 09:00 to 17:30",
    "we lose 3,000 orders; if it falls under 20% on 9 March I stop",
    "mark it, and will we find grace in it?",
    "e.g. 12.5 or 3.14, vs. 100 000 in Q1 2027",
)


@pytest.mark.parametrize(("text", "wanted"), PRIVATE.values(), ids=PRIVATE)
def test_what_is_private_is_replaced(text: str, wanted: str) -> None:
    assert masked(text) == wanted


@pytest.mark.parametrize("text", KEPT)
def test_numbers_dates_and_words_stay(text: str) -> None:
    assert masked(text) == text


PIECE = st.sampled_from(
    [" ", "\n", "Ana", "ana@b.co", "+49 170 1234567", "https://x.io/a", "<@U1|x>", "&amp;", "*"]
) | st.text(max_size=12)


@given(st.lists(PIECE, max_size=14).map(" ".join))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    mask = Mask(NAMES)
    made = mask.of(text, [(0, len(text))])
    assert len(made.starts) == len(made.ends) == len(made.text)
    assert list(made.starts) == sorted(made.starts)
    for char, start, end in zip(made.text, made.starts, made.ends, strict=True):
        assert 0 <= start < end <= len(text)
        stands_for = text[start:end]
        assert stands_for in (char, *mask.words.values()) or end - start > 1
    for private in ("@b.co", "1234567", "https://", "<@U1"):
        assert private not in made.text


def test_a_quote_with_placeholders_leads_back_to_the_words_typed() -> None:
    text = "On Monday  Ana Lima asks <@U0BEN>, see https://a.example/x, then decides."
    made = Mask(NAMES).of(text, [(0, len(text))])
    span = made.find("Monday [person 1] [person 2] asks [person 3], see [link]")
    assert span is not None
    assert text[slice(*span)] == "Monday  Ana Lima asks <@U0BEN>, see https://a.example/x"
    assert made.find("Monday then decides") is None
    assert made.find("") is None


def test_a_reason_is_told_with_the_names_again() -> None:
    mask = Mask(NAMES)
    mask.of("Ana decides, Bea checks", [(0, 23)])
    assert mask.unmasked("[person 2] should decide, not [person 1].") == (
        "Bea should decide, not Ana."
    )


def test_every_code_has_a_sentence_and_a_line_in_the_docs() -> None:
    source = "".join(inspect.getsource(one) for one in (endpoint, judge_endpoint, judging))
    raised = set(re.findall(r'(?:Judge|Endpoint)Failed\("(\w+)"|code = "(\w+)"', source))
    codes = {one or other for one, other in raised} | set(endpoint.STATUS.values())
    codes |= {endpoint.code_of(status) for status in (302, 400, 418, 500)}
    page = Path("docs/judge.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+)` \|", page, re.M)
    assert set(FAILED) == codes == set(rows)


# --- what is believed ----------------------------------------------------------------------------


def reply(score: float, quote: str | None, **others: tuple[float, str]) -> Reply:
    cells = {cell: CellReply(score=score, quote=quote) for cell in Cell}
    cells |= {Cell(name): CellReply(score=mark, quote=q) for name, (mark, q) in others.items()}
    numbers = range(1, len(question().key_points) + 1)
    points = tuple(PointReply(number=n, hit=score > 2, quote=quote) for n in numbers)
    return Reply(cells=cells, key_points=points)


def verdict(answer: str, told: Reply) -> Verdict:
    return looked_up(question(), answer, (), told)


REFUSED = {
    "other words": "I would switch it off for nobody at all",
    "joined from two places": "I would not lose about 3,000 orders",
    "two words": "the fee",
    "nothing": "",
    "none": None,
}


@pytest.mark.parametrize("quote", REFUSED.values(), ids=REFUSED)
def test_a_quote_that_is_not_in_the_answer_is_refused(quote: str | None) -> None:
    found = verdict(DECENT, reply(3, SENTENCE, execution=(3, quote or "")))
    assert found.rejected == (Cell.execution,)
    assert found.usable
    assert not verdict(DECENT, reply(3, quote)).usable


FOUND = {
    "as it is": SENTENCE,
    "with a stop": f"{SENTENCE}.",
    "in quotation marks": f"“{SENTENCE}”",
    "with other spaces": SENTENCE.replace(" ", "\n "),
    "over two sentences": f"{SENTENCE}.\nIt brings at most 45,000 euros",
}


@pytest.mark.parametrize("quote", FOUND.values(), ids=FOUND)
def test_spaces_and_quotation_marks_do_not_matter(quote: str) -> None:
    found = verdict(DECENT, reply(3, quote))
    assert found.rejected == ()
    for one in found.cells.values():
        assert one.span is not None
        assert DECENT[slice(*one.span)].startswith(SENTENCE)


def test_words_that_were_not_sent_carry_no_mark() -> None:
    trick = tricks()[0].text
    answer = f"{DECENT}\n{trick}\n{question().prompt}"
    made = sent(question(), answer, ())
    assert made is not None
    assert trick not in made[1].text
    for quote in (trick, question().prompt.split(". ")[0], f"than 2 points we stop.\n{trick[:20]}"):
        assert not verdict(answer, reply(4, quote)).usable


def test_a_rejected_cell_keeps_the_scorers_mark_and_says_so() -> None:
    embedded = score(question(), DECENT, rubric())
    found = judged(
        question(),
        DECENT,
        embedded,
        verdict(DECENT, reply(1, SENTENCE, execution=(0.5, "not there at all"))),
        rubric(),
    )
    assert found.rejected == (Cell.execution,)
    assert found.card.cells[Cell.execution] == embedded.cells[Cell.execution]
    assert Cell.execution not in found.own


def test_a_model_far_above_the_scorer_lifts_nothing() -> None:
    weak = bases()["weak"]
    embedded = score(question(), weak, rubric())
    quote = "the packing fee could annoy some customers"
    found = judged(question(), weak, embedded, verdict(weak, reply(4, quote)), rubric())
    assert found.held == "far"
    assert found.card.overall <= embedded.overall
    for cell, one in found.card.cells.items():
        assert (one.score or 0) <= (embedded.cells[cell].score or 0)


def test_the_scorers_caps_bind_the_model_too() -> None:
    """Another drill's excellent answer is off the subject, whoever marks it."""
    other = next(one for one in load() if one.kind == "excellent" and one.style == "prose")
    embedded = score(question(), other.text, rubric())
    made = sent(question(), other.text, ())
    if made is None:
        return
    quote = max(made[1].text.splitlines(), key=len)
    found = judged(question(), other.text, embedded, verdict(other.text, reply(4, quote)), rubric())
    assert found.overall <= 1.3
    assert found.card.key_points == embedded.key_points
    assert not set(found.reasons) & {Cell.restatement, Cell.trade_offs, Cell.execution}
    assert found.card.overall <= embedded.overall + 0.5


def test_the_same_words_make_two_key_points_at_most() -> None:
    embedded = score(question(), DECENT, rubric())
    found = judged(question(), DECENT, embedded, verdict(DECENT, reply(3, SENTENCE)), rubric())
    newly = [
        one
        for one, before in zip(found.card.key_points, embedded.key_points, strict=True)
        if one.covered and not before.covered
    ]
    assert len(newly) <= 2
    assert all(one.quote and one.quote in DECENT for one in newly)


def test_a_verdict_is_stored_and_read_back() -> None:
    found = verdict(DECENT, reply(2.5, SENTENCE))
    assert Verdict.from_dict(found.to_dict()) == found


def named(graded: Graded) -> str:
    return graded.name


@pytest.mark.parametrize(
    "graded", [one for one in load() if one.kind in GOOD and one.style != "made"], ids=named
)
def test_most_of_a_good_answer_is_sent(graded: Graded) -> None:
    made = sent(graded.question, graded.text, ())
    assert made is not None
    assert len(made[1].text.split()) >= 0.6 * len(graded.text.split())
