"""What no single interview kit can know, and what its types cannot say.

`bot/content/linting.py` runs these rules with its own, which look at prompts, probes and style of
kits as they do at those of drills.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from bot.content.bank import Content
from bot.content.kits import Kit
from bot.content.words import NUMBER, Finding, content_stems, copied, repeated, sentences

NUMBERS = 4  # a case that fills 25 minutes needs something to count with


def kit_texts(kit: Kit) -> Iterator[tuple[str, str]]:
    """Every text a person reads, with its field."""
    yield "title", kit.title
    yield "prompt", kit.prompt
    for name in ("facts", "probes", "signals", "clock", "key_points"):
        for at, item in enumerate(getattr(kit, name)):
            for part, value in item:
                if isinstance(value, str) and part != "cell":
                    yield f"{name}[{at}].{part}", value
    for at, text in enumerate(kit.good_for):
        yield f"good_for[{at}]", text


def _numbers(content: Content) -> Iterator[Finding]:
    for kit in content.kits.values():
        if len(NUMBER.findall(kit.prompt)) < NUMBERS:
            yield Finding(kit.id, "prompt", f"a kit needs a case with {NUMBERS} numbers or more")


def _titles(content: Content) -> Iterator[Finding]:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for kit in content.kits.values():
        homes[" ".join(content_stems(kit.title))].append(kit.id)
    for ids in homes.values():
        for name in ids if len(ids) > 1 else ():
            yield Finding(name, "title", f"is that of {', '.join(ids)}; give each its own")


def _sentences(content: Content) -> Iterator[Finding]:
    told = (
        (kit.id, sentence)
        for kit in content.kits.values()
        for where, text in kit_texts(kit)
        if not where.startswith("good_for")
        for sentence in sentences(text)
    )
    for name, sentence, times in repeated(told, 1):
        what = f"“{sentence[:60]}” stands {times} times in the kits; say it in other words"
        yield Finding(name, "sentence", what)


def _copies(content: Content) -> Iterator[Finding]:
    """Who only repeats the prompt must not meet a key point."""
    for kit in content.kits.values():
        for at, run in copied([one.point for one in kit.key_points], kit.prompt):
            what = f"“{run}” stands in the prompt too; reword one of them"
            yield Finding(kit.id, f"key_points[{at}]", what)


def _twice(content: Content) -> Iterator[Finding]:
    for kit in content.kits.values():
        points = [key_point.point for key_point in kit.key_points]
        lists = (("key_points", points), ("facts", [fact.asked for fact in kit.facts]))
        for where, texts in lists:
            for one, two in pairwise(sorted(" ".join(content_stems(text)) for text in texts)):
                if one == two:
                    yield Finding(kit.id, where, "says the same thing twice; drop one")


KIT_RULES = (_numbers, _titles, _sentences, _copies, _twice)
