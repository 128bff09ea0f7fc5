"""What to keep, stop and start, one rewritten sentence, the probe; pure, and chosen by a seed.

The same question, answer, card and seed give the same feedback. Every quote is an exact part of
the answer; a line without a quote names a gap instead. Only what is surely there is praised.
"""

from dataclasses import dataclass

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import PROMPT_RUN, Case, joined
from bot.scoring.embedded.evidence import strength
from bot.scoring.embedded.reading import Reading, read_answer
from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import gap_kind, gap_name, read
from bot.scoring.follow_up import Change as Change
from bot.scoring.follow_up import ProbeScore as ProbeScore
from bot.scoring.follow_up import RetakeScore as RetakeScore
from bot.scoring.follow_up import change as change
from bot.scoring.follow_up import score_probe as score_probe
from bot.scoring.follow_up import score_retake as score_retake
from bot.scoring.rewrite import Rewrite, hedged, rewrite
from bot.scoring.rules import Cell, CellScore, Question, Scorecard
from bot.scoring.wording import Focus, in_turn, worded

# The kinds worth praising first: the rarer in a first draft, the earlier.
PRAISED = (
    *("flip", "loser", "stop", "threshold", "priced", "assumption", "definition", "scope"),
    *("constraint", "alternative", "cost", "reframe", "owner", "metric", "time", "decision"),
    "action",
)
PRAISE = 0.7  # probability from which a kind is surely there
BESIDE = 0.2  # how far another kind may be surer in the same sentence
RARE = 3  # kinds, of those that are there, among which the seed chooses
FAULTS = {
    "list": "word_list", "prompt": "prompt_copied", "model": "model_copied",
    "repeat": "repeated", "framework": "framework", "padding": "padding",
    "grader": "grader_instruction",
}  # fmt: skip
EMPTY = {"padding", "framework"}  # a sentence that seems to say nothing
LONG = 30  # words in a sentence
SHORT = 14  # words of a sentence that is called short and plain
WIDE = 0.6  # probability from which a sentence is called vague
GENERAL = 0.25  # specificity of a sentence of the trade's everyday words alone
REMARK = 6  # words from which a general remark is worth dropping
LEANING = {"that", "thats", "this", "it", "its", "they", "these", "those", "which", "so", "then"}
FILLED = 0.05  # share of filler words from which they are mentioned
ABSENT = 0.25  # probability under which a kind is surely missing
WHOLE = 0.3  # share of grammar words from which a sentence is whole
FULL = 3.0  # mark of the weakest cell from which every gap is as good as another
CLOSE = 0.5  # how much better than the weakest a cell may be then
NOTHING = "nothing to drop"


@dataclass(frozen=True)
class Line:
    """One line of feedback: with the words it is about, or the gap it names.

    `kind` is the kind of evidence or fault that chose the text.
    """

    text: str
    quote: str | None = None
    gap: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class Feedback:
    keep: Line
    stop: Line
    start: Line
    rewrite: Rewrite | None
    probe: str
    focus: Focus


def feedback(
    question: Question, answer: str, card: Scorecard, seed: str, aim: Cell | None = None
) -> Feedback:
    """One keep, one stop, one start, a rewrite of an own sentence, the probe and the focus.

    Seeds that are numbers take the wordings in turn, so that neighbours differ. `aim`: the cell
    that the answer was to work on; what is missing in it comes first while it is under 3.
    """
    reading = read_answer(question, answer)
    kind = gap_kind((focus := focus_of(card, reading, seed, aim)).what)
    fault = _fault(answer, reading, card)
    lost = "off_topic" in card.flags or "shuffled" in card.flags
    return Feedback(
        keep=_keep(answer, reading, card, fault, seed),
        stop=_stop(answer, reading, fault, seed),
        start=Line(worded("start", kind, seed, "other"), gap=focus.what, kind=kind),
        rewrite=None if lost else rewrite(answer, reading.marked, _gaps(card, kind), fault),
        probe=_probe(question, focus, seed),
        focus=focus,
    )


def focus_of(card: Scorecard, reading: Reading, seed: str, aim: Cell | None = None) -> Focus:
    """Something that is surely missing in the weakest cell that was assessed, or in a low `aim`.

    In an answer that has nearly everything the seed chooses among what is left.
    """
    assessed = [
        (found.score, cell, found)
        for cell, found in card.cells.items()
        if found.score is not None and found.missing
    ]
    for score, cell, found in assessed:
        if cell is aim and score < FULL:
            return _missing_in(cell, found, reading)[0]
    # Communication faults are said under *stop*; the retake is for content where there is a gap.
    content = [each for each in assessed if each[1] is not Cell.communication] or assessed
    if not content:
        return Focus(Cell.restatement, gap_name("reframe"))
    weakest = min(score for score, _, _ in content)
    near = weakest + (CLOSE if weakest >= FULL else 0.0)
    low = (each for each in content if each[0] <= near)
    gaps = [focus for _, cell, found in low for focus in _missing_in(cell, found, reading)]
    return in_turn(gaps, seed, "focus") if weakest >= FULL else gaps[0]


def _missing_in(cell: Cell, found: CellScore, reading: Reading) -> list[Focus]:
    """What a cell surely lacks, or what would help it most."""
    surely = (what for what in found.missing if _sign(reading, gap_kind(what)) < ABSENT)
    return [Focus(cell, what) for what in surely] or [Focus(cell, found.missing[0])]


def _gaps(card: Scorecard, first: str) -> tuple[str, ...]:
    """The kinds that are missing anywhere, the one in focus first."""
    others = (gap_kind(what) for found in card.cells.values() for what in found.missing)
    return tuple(dict.fromkeys((first, *others)))


def _sign(reading: Reading, kind: str) -> float:
    usable = (each for each in reading.marked if each.reason is None)
    return max((each.signs.get(kind, 0.0) for each in usable), default=0.0)


def _keep(
    answer: str, reading: Reading, card: Scorecard, fault: tuple[Sentence, str] | None, seed: str
) -> Line:
    told = fault[0] if fault else None
    usable = [each for each in reading.marked if each.reason is None and each.sentence != told]
    if "shuffled" in card.flags or not usable:
        return Line(worded("keep", "none", seed), gap=gap_name("action"), kind="none")
    lost = "off_topic" in card.flags
    sure = [] if lost else _surely(usable, reading)
    if sure:
        kind, each = in_turn(sure[:RARE], seed, "keep")
    else:
        own = [] if reading.aside else [each for each in usable if _sound(each)]
        case = [each for each in own if _of_the_case(each, reading.case) and not lost]
        short = [each for each in own if REMARK <= _length(each) <= SHORT]
        if not case and not short:
            return Line(worded("keep", "none", seed), gap=gap_name("action"), kind="none")
        kind, each = ("clear" if case else "plain"), min(case or short, key=_simple)
    return _about(answer, each.sentence, "keep", kind, seed)


def _surely(usable: list[Marked], reading: Reading) -> list[tuple[str, Marked]]:
    """The kinds that are surely there with the sentence for each, the rarest kind first."""
    found = []
    for kind in PRAISED:
        fitting = [
            each
            for each in usable
            if each.signs[kind] >= max(PRAISE, max(each.signs[other] for other in PRAISED) - BESIDE)
            and strength(each, kind, len(usable), reading.case) > 0
            and _worded(each, kind)
        ]
        if fitting:
            found.append((kind, max(fitting, key=lambda each: (each.signs[kind], -each.place))))
    return found


def _worded(each: Marked, kind: str) -> bool:
    """Does the sentence have one of the words without which the praise would be doubtful?"""
    needed = read("feedback.toml")["needed"].get(kind)
    return needed is None or not {word.text for word in each.sentence.words}.isdisjoint(needed)


def _sound(each: Marked) -> bool:
    """Neither vague nor puffed up."""
    return not each.manners and not each.shows("vague") and each.sentence.grammar >= WHOLE


def _of_the_case(each: Marked, case: Case) -> bool:
    return len(each.sentence.content_set & case.specific) > 1


def _simple(each: Marked) -> tuple[bool, int, int]:
    """Plain sentences of a middling length come first."""
    words = _length(each)
    return each.sentence.cut or not REMARK <= words <= LONG, words, each.place


def _stop(answer: str, reading: Reading, fault: tuple[Sentence, str] | None, seed: str) -> Line:
    if fault is not None:
        return _about(answer, fault[0], "stop", fault[1], seed)
    if _filled(reading):
        return Line(worded("stop", "fillers", seed), gap=gap_name("fillers"), kind="fillers")
    return Line(worded("stop", "none", seed), gap=NOTHING, kind="none")


def _filled(reading: Reading) -> bool:
    return reading.text.fillers > FILLED * reading.text.words


def _fault(answer: str, reading: Reading, card: Scorecard) -> tuple[Sentence, str] | None:
    """The sentence that most needs to go, and what is wrong with it."""
    marked = reading.marked
    # A method's name may sound like words to the marker, and is then told of as what it is.
    if reading.aside and "framework" not in card.flags:
        return reading.aside[0], "grader_instruction"
    if not marked:
        return None
    whole = _of_the_whole(marked, card.flags)
    if whole is not None:
        return whole
    for each in marked:
        if _surely_idle(each, reading.case):
            return each.sentence, FAULTS[each.reason or ""]
    if _filled(reading):
        return None
    return _heavy(answer, [each for each in marked if each.reason is None])


def _of_the_whole(
    marked: tuple[Marked, ...], flags: tuple[str, ...]
) -> tuple[Sentence, str] | None:
    """What the whole answer suffers from, and its longest sentence of that sort."""
    if "shuffled" in flags:
        return max(marked, key=_length).sentence, "shuffled"
    for each in sorted(marked, key=_hollow):
        if not each.reason or FAULTS[each.reason] not in flags:
            continue
        if each.reason not in EMPTY or not _earns(each):
            return each.sentence, FAULTS[each.reason]
    if "off_topic" in flags:
        return min(marked, key=lambda each: (each.specificity, each.facts)).sentence, "off_topic"
    return None


def _hollow(each: Marked) -> tuple[int, int]:
    """Long sentences without a fact first; of copies and lists the longest."""
    return each.facts if each.reason in EMPTY else 0, -_length(each)


def _earns(each: Marked) -> bool:
    return any(each.shows(kind) for kind in PRAISED)


def _surely_idle(each: Marked, case: Case) -> bool:
    """Does one sentence of a sound answer carry a fault that nobody could argue with?"""
    if each.reason == "prompt":
        words = tuple(word.text for word in each.sentence.words)
        runs = (words[place : place + PROMPT_RUN] for place in range(len(words) - PROMPT_RUN + 1))
        return any(joined(run) in case.prompt.words for run in runs)
    if each.reason == "padding":
        return not each.facts and not _earns(each)
    return each.reason == "repeat"


def _heavy(answer: str, usable: list[Marked]) -> tuple[Sentence, str] | None:
    """A sentence on the case that could be lighter: long, vague, general or with a soft start."""
    longest = max((each for each in usable if not each.sentence.cut), key=_length, default=None)
    if longest is not None and _length(longest) > LONG:
        return longest.sentence, "long_sentences"
    vague = max(usable, key=lambda each: each.signs["vague"], default=None)
    if vague is not None and vague.signs["vague"] >= WIDE:
        return vague.sentence, "vague"
    general = [each for each in usable if _general(each)]
    if general:
        return min(general, key=lambda each: (each.specificity, each.place)).sentence, "plain"
    for each in usable:
        if hedged(answer[each.sentence.start : each.sentence.end]):
            return each.sentence, "hedged"
    return None


def _general(each: Marked) -> bool:
    """A sentence by itself with no fact of the case, and nothing that earns a mark."""
    alone = each.sentence.words[0].text not in LEANING and _length(each) >= REMARK
    idle = each.specificity <= GENERAL and not each.facts
    return alone and idle and max(each.signs.values()) < ABSENT


def _length(each: Marked) -> int:
    return len(each.sentence.words)


def _about(answer: str, sentence: Sentence, part: str, kind: str, seed: str) -> Line:
    quote = answer[sentence.start : sentence.end]
    return Line(worded(part, kind, seed), quote=quote, kind=kind)


def _probe(question: Question, focus: Focus, seed: str) -> str:
    own: tuple[str, ...] = tuple(read("feedback.toml")["probe"][focus.cell.value])
    return in_turn(question.probes or own, seed)
