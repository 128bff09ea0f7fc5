"""Which interview type a group practises, and which kit each of them gets. Pure."""

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Protocol, TypeVar


class Kit(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def track(self) -> str: ...
    @property
    def difficulty(self) -> str: ...


AnyKit = TypeVar("AnyKit", bound=Kit)
HARD = {"easy": 1, "medium": 2, "hard": 3}
FITTING = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}  # level of a member: how hard a kit


def choose_track(
    tracks: Sequence[str], wanted: Sequence[Collection[str]], lately: Sequence[str]
) -> str:
    """The interview type of a group: one that all practise, the one practised longest ago.

    Where they share none, one that somebody of them does. `tracks`: all there are kits for;
    `wanted`: each person's, none is any; `lately`: those of their earlier meetings, newest first.
    Among equals the first of `tracks`.
    """
    shared = [one for one in tracks if all(not mine or one in mine for mine in wanted)]
    anybody = [one for one in tracks if any(one in mine for mine in wanted)]
    age = {track: place for place, track in reversed(list(enumerate(lately)))}
    return max(shared or anybody or list(tracks), key=lambda one: age.get(one, len(lately)))


def choose_kit(
    kits: Sequence[AnyKit], track: str, level: int | None, seen: Sequence[str], seed: str
) -> AnyKit:
    """A kit of the track that its candidate has not seen, nearest to their level.

    `seen`: ids, newest first; when all were seen, the one seen longest ago. `seed` decides among
    equals.
    """
    age = {kit_id: place for place, kit_id in reversed(list(enumerate(seen)))}
    wanted = FITTING.get(level or 3, 2)

    def order(kit: AnyKit) -> tuple[int, int, str]:
        lot = sha256(f"{seed}/{kit.id}".encode()).hexdigest()
        return -age.get(kit.id, len(seen)), abs(HARD.get(kit.difficulty, 2) - wanted), lot

    return min([one for one in kits if one.track == track] or list(kits), key=order)
