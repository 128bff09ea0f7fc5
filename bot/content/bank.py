"""Everything that was read from the content folders, in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.content.cards import Warmup
from bot.content.checks import Checks
from bot.content.drills import Drill
from bot.content.kits import Kit
from bot.content.promises import Promises
from bot.content.rituals import Behaviour, Blueprint, Ritual


@dataclass(frozen=True, slots=True)
class Content:
    """Everything read from the content folders; no part of it changes afterwards.

    `families`: key to the text people read. `rubric`: the tables of `rubrics/*.toml`, a later
    file replacing an earlier one's top-level keys. `mock_weights`: the tables of
    `mocks/weights.toml`, a later folder replacing single fields; `Weights().changed` reads them.
    `datasets`: name to the statements that build its tables. `checklist`: the questions of
    `plans/checklist.toml`, five or none. `behaviours`: those of `recognition.toml`.
    `promises`: what the bank must hold. `paths`: the file of a drill's, card's, kit's or ritual's
    id, and of what there is one of.
    """

    drills: Mapping[str, Drill]
    warmups: Mapping[str, Warmup]
    families: Mapping[str, str]
    rubric: Mapping[str, Any]
    paths: Mapping[str, Path]
    checks: Checks = field(default_factory=Checks)
    kits: Mapping[str, Kit] = field(default_factory=dict)
    mock_weights: Mapping[str, Any] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    rituals: Mapping[str, Ritual] = field(default_factory=dict)
    behaviours: tuple[Behaviour, ...] = ()
    blueprint: Blueprint | None = None
    promises: Promises = field(default_factory=Promises)

    def data_of(self, drill: Drill) -> str:
        """The statements that build a coding drill's tables; empty when it has none."""
        name = drill.sql.dataset if drill.sql else None
        return self.datasets.get(name, "") if name else drill.sql.data if drill.sql else ""
