"""What no single content file can know: does the bank hold together, and does it repeat itself?

Every rule is a function from the bank to findings. The limits stand here, with their reasons.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from bot.content.bank import Content
from bot.content.cards import Warmup
from bot.content.drills import MODEL_ANSWER_WORDS, Drill
from bot.content.kit_linting import KIT_RULES, kit_texts
from bot.content.kits import Kit
from bot.content.promise_linting import PROMISE_RULES
from bot.content.ritual_linting import RITUAL_RULES
from bot.content.words import (
    NUMBER,
    WORD,
    Finding,
    content_stems,
    copied,
    repeated,
    runs,
    sentences,
    text_faults,
)
from bot.content.words import stem as stem

WORDS_A_MINUTE = 170  # a brisk speaker; more cannot be said inside the box
DRILLS_PER_SENTENCE = 2
PROMPT_RUN = 5
PROMPT_SHARE = 1 / 3
NUMBERS = 2
EM_DASHES = 2


def lint(content: Content) -> list[Finding]:
    """Every fault of the bank, sorted by id and rule; an empty list is a clean bank."""
    found = {finding for rule in RULES for finding in rule(content)}
    return sorted(found, key=lambda finding: (finding.id, finding.rule, finding.what))


def _texts(drill: Drill) -> Iterator[tuple[str, str]]:
    """Every text a person reads, with its field."""
    yield "prompt", drill.prompt
    yield "model_answer", drill.model_answer
    for at, key_point in enumerate(drill.key_points):
        yield f"key_points[{at}].point", key_point.point
    for name in ("mistakes", "probes", "flips", "good_for"):
        for at, text in enumerate(getattr(drill, name)):
            yield f"{name}[{at}]", text


def _families(content: Content) -> Iterator[Finding]:
    items: list[Drill | Warmup] = [*content.drills.values(), *content.warmups.values()]
    for item in items:
        if item.family not in content.families:
            what = f"{item.family} is not in families.toml; choose one or add it there"
            yield Finding(item.id, "family", what)


def _cells(content: Content) -> Iterator[Finding]:
    for drill in content.drills.values():
        pointed = {key_point.cell for key_point in drill.key_points}
        for cell in sorted(pointed - set(drill.cells)):
            what = f"a key point is for {cell}, which `cells` leaves out; add it to one of them"
            yield Finding(drill.id, "cells", what)
        for cell in sorted(set(drill.cells) - pointed - {"communication"}):
            yield Finding(drill.id, "cells", f"no key point is for {cell}; write one or drop it")
        if len(set(drill.cells)) < len(drill.cells):
            yield Finding(drill.id, "cells", "a cell stands twice in `cells`; drop one")


def _length(content: Content) -> Iterator[Finding]:
    for drill in content.drills.values():
        words, most = len(drill.model_answer.split()), int(drill.minutes * WORDS_A_MINUTE)
        if not MODEL_ANSWER_WORDS <= words <= most:
            what = f"{words} words; {drill.minutes:g} minutes hold {MODEL_ANSWER_WORDS} to {most}"
            yield Finding(drill.id, "model_answer", what)


def _repeated_sentences(content: Content) -> Iterator[Finding]:
    told = {
        (drill.id, sentence)
        for drill in content.drills.values()
        for where, text in _texts(drill)
        if not where.startswith("good_for")
        for sentence in sentences(text)
    }
    for name, sentence, times in repeated(told, DRILLS_PER_SENTENCE):
        what = f"“{sentence[:60]}” stands in {times} drills; say it in other words"
        yield Finding(name, "sentence", what)


def _near_prompts(content: Content) -> Iterator[Finding]:
    items: list[Drill | Kit] = [*content.drills.values(), *content.kits.values()]
    known = {
        item.id: runs([word.lower() for word in WORD.findall(item.prompt)], PROMPT_RUN)
        for item in items
    }
    homes: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, own in known.items():
        for run in own:
            homes[run].append(name)
    shared = Counter(
        (one, two) for ids in homes.values() for at, one in enumerate(ids) for two in ids[at + 1 :]
    )
    for pair, count in shared.items():
        share = count / min(len(known[name]) for name in pair)
        if share > PROMPT_SHARE:
            for name, other in (pair, pair[::-1]):
                what = f"{share:.0%} of its five-word runs stand in {other} too; find another case"
                yield Finding(name, "prompt", what)


def _key_point_copies(content: Content) -> Iterator[Finding]:
    """The scorer calls such a run a copy, so a good answer would be refused."""
    for drill in content.drills.values():
        for at, run in copied([one.point for one in drill.key_points], drill.model_answer):
            what = f"“{run}” stands in the model answer too; reword one of them"
            yield Finding(drill.id, f"key_points[{at}]", what)


def _numbers(content: Content) -> Iterator[Finding]:
    for drill in content.drills.values():
        if drill.stage != "fundamentals" and len(NUMBER.findall(drill.prompt)) < NUMBERS:
            what = f"a {drill.stage} drill needs a case with {NUMBERS} numbers or more"
            yield Finding(drill.id, "prompt", what)


def _style(content: Content) -> Iterator[Finding]:
    read = [(drill.id, list(_texts(drill))) for drill in content.drills.values()]
    read += [(kit.id, list(kit_texts(kit))) for kit in content.kits.values()]
    for name, texts in read:
        for where, text in texts:
            yield from text_faults(name, where, text)
        if sum(text.count("—") for _, text in texts) > EM_DASHES:
            what = f"more than {EM_DASHES} em dashes; use commas, colons or two sentences"
            yield Finding(name, "style", what)
    for card in content.warmups.values():
        yield from text_faults(card.id, "front", card.front)
        yield from text_faults(card.id, "back", card.back)


def _probes(content: Content) -> Iterator[Finding]:
    for drill in content.drills.values():
        for at, probe in enumerate(drill.probes):
            if not probe.endswith("?"):
                yield Finding(drill.id, f"probes[{at}]", "must end with a question mark")
    asked = [(drill.id, probe) for drill in content.drills.values() for probe in drill.probes]
    asked += [(kit.id, probe.ask) for kit in content.kits.values() for probe in kit.probes]
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for name, probe in asked:
        homes[" ".join(WORD.findall(probe.lower()))].append(name)
    for probe, ids in homes.items():
        if len(ids) > 1:
            for name in ids:
                what = f"“{probe[:60]}” is asked twice in the bank; ask something else"
                yield Finding(name, "probes", what)


def _twice(content: Content) -> Iterator[Finding]:
    """Lists that say the same thing twice, and cards that ask the same question."""
    for drill in content.drills.values():
        points = tuple(key_point.point for key_point in drill.key_points)
        lists = (("key_points", points), ("mistakes", drill.mistakes), ("flips", drill.flips))
        for where, texts in lists:
            for one, two in pairwise(sorted(" ".join(content_stems(text)) for text in texts)):
                if one == two:
                    yield Finding(drill.id, where, "says the same thing twice; drop one")
    fronts: defaultdict[str, list[str]] = defaultdict(list)
    for card in content.warmups.values():
        fronts[" ".join(content_stems(card.front))].append(card.id)
    for ids in fronts.values():
        for name in ids if len(ids) > 1 else ():
            yield Finding(name, "front", f"is asked by {', '.join(ids)}; keep one card")


RULES: tuple[Callable[[Content], Iterable[Finding]], ...] = (
    _families,
    _cells,
    _length,
    _repeated_sentences,
    _near_prompts,
    _key_point_copies,
    _numbers,
    _style,
    _probes,
    _twice,
    *KIT_RULES,
    *RITUAL_RULES,
    *PROMISE_RULES,
)
