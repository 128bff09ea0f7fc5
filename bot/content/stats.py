"""How the bank is spread: drills by track, stage, difficulty, family, region and line of work."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.content.bank import Content
from bot.content.base import CELLS, DIFFICULTIES, INDUSTRIES, REGIONS, STAGES, TRACKS
from bot.content.drills import Drill

ALL = "all"
NOWHERE = "(none)"
ACROSS = 3  # names stand side by side in the printed lists
MARGIN = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One track, or all: numbers of drills, key points' weight by cell in shares, minutes."""

    track: str
    drills: int
    stages: dict[str, int]
    difficulties: dict[str, int]
    cells: dict[str, float]
    minutes: float


def tracks(content: Content) -> list[Row]:
    """A row for each track that has a drill, and one for all of them."""
    drills = list(content.drills.values())
    rows = [_row(track, [one for one in drills if one.track == track]) for track in TRACKS]
    return [*(row for row in rows if row.drills), _row(ALL, drills)]


def _row(name: str, drills: Sequence[Drill]) -> Row:
    weights: Counter[str] = Counter()
    for point in (point for drill in drills for point in drill.key_points):
        weights[point.cell] += point.weight  # type: ignore[assignment] # counters of floats work
    whole = sum(weights.values()) or 1
    return Row(
        name,
        len(drills),
        _counts(STAGES, (drill.stage for drill in drills)),
        _counts(DIFFICULTIES, (drill.difficulty for drill in drills)),
        {cell: weights[cell] / whole for cell in CELLS},
        sum(drill.minutes for drill in drills),
    )


def families(content: Content) -> dict[str, int]:
    """Drills by family, none left out."""
    return _counts(content.families, (drill.family for drill in content.drills.values()))


def regions(content: Content) -> dict[str, int]:
    found = (drill.region or NOWHERE for drill in content.drills.values())
    return _counts((*REGIONS, NOWHERE), found)


def industries(content: Content) -> dict[str, int]:
    found = (drill.industry or NOWHERE for drill in content.drills.values())
    return _counts((*INDUSTRIES, NOWHERE), found)


def _counts(names: Iterable[str], there: Iterable[str]) -> dict[str, int]:
    counts = Counter(there)
    known = dict.fromkeys(names)
    return {name: counts[name] for name in (*known, *sorted(set(counts) - set(known)))}


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Drills of each track by stage and difficulty, and their minutes."""
    heads = ("drills", *STAGES, *DIFFICULTIES, "minutes")
    yield from _aligned(
        heads,
        (
            (row.track, row.drills, *row.stages.values(), *row.difficulties.values(), row.minutes)
            for row in rows
        ),
    )


def weights(rows: Sequence[Row]) -> Iterator[str]:
    """What of each track's key points, by weight, is evidence for which cell."""
    shares = ((row.track, *(f"{share:.0%}" for share in row.cells.values())) for row in rows)
    yield from _aligned((cell.replace("_", "-") for cell in CELLS), shares)


def _aligned(heads: Iterable[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    named = tuple(heads)
    wide = [max(MARGIN + len(head), MARGIN + 5) for head in named]
    for first, *rest in (("track", *named), *rows):
        told = (f"{one:g}" if isinstance(one, float) else str(one) for one in rest)
        cells = (text.rjust(width) for text, width in zip(told, wide, strict=True))
        yield f"{first:<20}" + "".join(cells)


def listing(title: str, counts: dict[str, int]) -> Iterator[str]:
    """Names with their counts, several to a line."""
    yield title
    items = list(counts.items())
    for start in range(0, len(items), ACROSS):
        part = items[start : start + ACROSS]
        yield "  " + "".join(f"{name:<20}{count:>4}   " for name, count in part).rstrip()
