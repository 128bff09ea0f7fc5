"""One of the member's own sentences, made better without a fact that they did not give.

Their words stay: filler words and soft openings go, a long sentence is cut in two, or a short
sentence with [blanks] is put beside it. Where none of that would read well there is no rewrite.
"""

import re
from dataclasses import dataclass

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import read, stems_of

LONGEST = 24  # words; a longer sentence does not get another one beside it
SHORTEST = 5
PART = 7  # words that each half of a long sentence has at least
CLAUSE = 3  # words after the last comma before such a cut
SURE = 0.5  # probability from which a sentence takes what is missing
EARLY = 3  # sentences in which the question is restated
# Where a kind of evidence is best added: to a sentence that already shows one of these.
HOSTS: dict[str, tuple[str, ...]] = {
    "flip": ("decision",), "priced": ("cost", "alternative", "decision"),
    "cost": ("decision",), "loser": ("decision", "cost"), "alternative": ("decision",),
    "threshold": ("metric", "action"), "stop": ("action", "metric"), "metric": ("action",),
    "owner": ("action",), "time": ("action",), "action": ("decision",),
    "decision": ("reason", "alternative", "cost"), "constraint": ("decision", "reframe"),
    "assumption": ("decision", "reframe"), "definition": ("metric", "reframe"),
    "scope": ("decision", "reframe"), "reframe": ("decision",),
}  # fmt: skip
FILLERS = r"(?:[Uu]h*m+|[Uu]h+|erm?|[Hh]m+|ah|tbh)"
FILLER = re.compile(rf",\s*(?:{FILLERS}|you know|like),|\s*\b{FILLERS}\b|^(?:you know|[Ll]ike),")
TO_AND_FRO = re.compile(r"^(?:(?:so|ok(?:ay)?|yeah|well|right|and so),?\s+)", re.I)
STUTTER = re.compile(r"\b(to|the|a|I|I'd|we|it|and|in|of|they|is|so),? (?=\1(?!['’\w]))")
SPACE = re.compile(r"\s+([,.;!])")
SHORTHAND = re.compile(
    r"\b(?:thats|dont|cant|doesnt|didnt|isnt|wouldnt|shouldnt|whats|im|ive|ppl)\b"
)
SPLIT = re.compile(
    r",\s+(?:(?P<drop>and)\s+|(?P<keep>but|so)\s+)(?=(?:I|we|it|they|she|he|there|this)\b)"
)
SUBORDINATE = re.compile(
    r"\b(?:if|when|while|because|although|since|unless|until|as|after|before|whether|that|what"
    r"|which|who|how|should|where)\b",
    re.I,
)
# Marks of layout, and openings that lean on the sentence before.
UNFIT = re.compile(
    r"[*_`~<>|→?\[\]:;(\"“”]|->|--|^\W|^(?:and|or|but|because|which|than|nor|that|also|if|not|no|yes"
    r"|either|otherwise|same|instead|it|they|these|those|this|he|she|what|how|why|where|when|while"
    r"|since|although|unless|until|to)\b|\s/\s|\betc\b",
    re.I,
)
AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|will|would|should|must|has|have|can|could|may|does|do)\b|['’](?:d|ll|s|re|m)\b",
    re.I,
)


@dataclass(frozen=True)
class Rewrite:
    """`original` is an exact part of the answer; `better` leaves [blanks] for facts."""

    original: str
    better: str


def rewrite(
    answer: str,
    marked: tuple[Marked, ...],
    gaps: tuple[str, ...],
    fault: tuple[Sentence, str] | None,
) -> Rewrite | None:
    """Mend what `fault` says of a sentence, or add the first of `gaps` that fits; or None."""
    if fault is not None and fault[1] in {"long_sentences", "hedged"}:
        original = _typed(answer, fault[0])
        mended = _in_two(original) if fault[1] == "long_sentences" else _straight(original)
        if mended is not None:
            return Rewrite(original, mended)
    usable = [each for each in marked if _usable(each) and (not fault or each.sentence != fault[0])]
    added = (_with_blank(answer, usable, what) for what in gaps)
    return next((found for found in added if found), None) or _spoken_plainly(answer, usable)


def hedged(text: str) -> bool:
    """Does the sentence begin with words that it does better without?"""
    return _straight(text) is not None


def _usable(each: Marked) -> bool:
    sentence = each.sentence
    fits = each.reason is None and not sentence.cut
    return fits and SHORTEST <= len(sentence.words) <= LONGEST


def _typed(answer: str, sentence: Sentence) -> str:
    return answer[sentence.start : sentence.end]


def _with_blank(answer: str, usable: list[Marked], what: str) -> Rewrite | None:
    frames = read("feedback.toml")["frame"]
    host = _host(answer, usable, what)
    if host is None or what not in frames:
        return None
    original = _typed(answer, host.sentence)
    own = _straight(original) or _tidy(original)
    first = what in frames["first"]
    return Rewrite(original, f"{frames[what]} {own}" if first else f"{own} {frames[what]}")


def _host(answer: str, usable: list[Marked], what: str) -> Marked | None:
    wanted = HOSTS.get(what, ())
    fitting = [
        (max(each.signs[kind] for kind in wanted), each)
        for each in usable
        if wanted and _whole(answer, each) and (what != "reframe" or each.place < EARLY)
    ]
    sure, host = max(fitting, key=lambda pair: (pair[0], -pair[1].place), default=(0.0, None))
    return host if sure >= SURE else None


def _whole(answer: str, each: Marked) -> bool:
    """Is it a whole sentence, that another one can follow?"""
    own = _tidy(_typed(answer, each.sentence))
    if UNFIT.search(own):
        return False
    verb = not stems_of("verbs").isdisjoint(each.sentence.stems)
    after = answer[each.sentence.end : each.sentence.end + 1]
    if answer[each.sentence.end - 1] not in ".!" and after not in {"", "\n", ";"}:
        return False  # cut off inside a longer one
    return verb or AUXILIARY.search(own) is not None


def _spoken_plainly(answer: str, usable: list[Marked]) -> Rewrite | None:
    for each in usable:
        original = _typed(answer, each.sentence)
        bare = FILLER.sub(" ", original)
        straight = _straight(original)
        if straight is not None:
            return Rewrite(original, straight)
        if bare != original and not UNFIT.search(_tidy(original)):
            return Rewrite(original, _tidy(original))
    return None


def _straight(original: str) -> str | None:
    """Without its soft opening; None where it has none, or does not stand without it."""
    own = _tidy(original)
    rest = _after_hedge(own)
    if rest is None or len(rest.split()) < SHORTEST or UNFIT.search(rest):
        return None
    return _capital(rest)


def _after_hedge(own: str) -> str | None:
    speech = read("feedback.toml")["speech"]
    for hedge in speech["hedges"]:
        match = re.match(rf"{re.escape(hedge)}\b,?\s+(?=(\w+))", own.replace("’", "'"), re.I)
        if match:
            return None if match.group(1).lower() in speech["bound"] else own[match.end() :]
    return None


def _in_two(original: str) -> str | None:
    """A long sentence as two, where two full clauses meet nearest to its middle."""
    own = _tidy(original)
    fitting = []
    for match in SPLIT.finditer(own):
        left, right = own[: match.start()], own[match.end() :]
        enough = min(len(left.split()), len(right.split())) >= PART
        enough = enough and len(left.split(",")[-1].split()) >= CLAUSE
        # An "if" or a "that" close before the cut may hold on beyond it.
        held = SUBORDINATE.match(own) or SUBORDINATE.search(left.split(",")[-1])
        if enough and not held and ":" not in left and left.count("(") == left.count(")"):
            fitting.append((abs(len(left) - len(right)), left, match["keep"], right))
    if not fitting or '"' in own or "“" in own:
        return None
    _, left, keep, right = min(fitting, key=lambda each: each[0])
    right = f"{keep.capitalize()} {right}" if keep else _capital(right)
    return f"{left}. {right}"


def _tidy(text: str) -> str:
    """The same words as a sentence: no filler words, a capital, a stop."""
    own = SPACE.sub(r"\1", STUTTER.sub("", " ".join(FILLER.sub(" ", text).split())))
    own = SHORTHAND.sub(lambda found: read("feedback.toml")["speech"]["spelled"][found[0]], own)
    while match := TO_AND_FRO.match(own):
        rest = own[match.end() :]
        if (
            not rest
            or rest.split()[0].strip(",").lower() in read("feedback.toml")["speech"]["bound"]
        ):
            break
        own = rest
    own = re.sub(r"\bi(?=['’ ])", "I", own.strip(" ,;:-–"))
    own = _capital(own)
    return own if own.endswith((".", "!", "?")) else f"{own}."


def _capital(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]
