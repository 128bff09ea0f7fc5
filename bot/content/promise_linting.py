"""Does the bank hold what `promises.toml` says? One finding for each number that is missed."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.content.bank import Content
from bot.content.base import TRACKS
from bot.content.promises import Counted
from bot.content.reading import PROMISES
from bot.content.words import Finding


def counted(content: Content) -> dict[Counted, int]:
    """What the bank holds of everything that can be promised."""
    drills, kits = content.drills.values(), content.kits.values()
    return {
        "drills": len(drills),
        "drills_a_track": _fewest(TRACKS, (drill.track for drill in drills)),
        "drills_a_family": _fewest(content.families, (drill.family for drill in drills)),
        "coding_drills": sum(drill.sql is not None for drill in drills),
        "datasets": len({drill.sql.dataset for drill in drills if drill.sql} - {None}),
        "regions": len({drill.region for drill in drills} - {None}),
        "industries": len({drill.industry for drill in drills} - {None}),
        "cards": len(content.warmups),
        "kits": len(kits),
        "kits_a_track": _fewest(TRACKS, (kit.track for kit in kits)),
        "rituals": len(content.rituals),
        "behaviours": len(content.behaviours),
    }


def _fewest(names: Iterable[str], there: Iterable[str]) -> int:
    counts = Counter(there)
    return min((counts[name] for name in names), default=0)


def _kept(content: Content) -> Iterator[Finding]:
    there = counted(content)
    for name, least in content.promises.at_least.items():
        if there[name] < least:
            what = f"promises {least} and there are {there[name]}; write more or promise less"
            yield Finding(PROMISES, f"at_least.{name}", what)


def _shares(content: Content) -> Iterator[Finding]:
    levels = Counter(drill.difficulty for drill in content.drills.values())
    for level, (least, most) in content.promises.difficulty.items():
        share = levels[level] / max(1, len(content.drills))
        if not least <= share <= most:
            what = f"promises {least:.0%} to {most:.0%} and it is {share:.1%}"
            yield Finding(PROMISES, f"difficulty.{level}", what)


PROMISE_RULES = (_kept, _shares)
