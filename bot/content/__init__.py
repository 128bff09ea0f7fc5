"""The bank of drills, cards, kits, families, rubrics, weights and checks, read at the start.

One file holds one kind of thing (`drills`, `kits`, `cards` …); `reading` makes a bank of them,
`linting` says what is wrong with it, `cli` is `drumbeat content`.
"""

from bot.content.bank import Content as Content
from bot.content.base import CELLS as CELLS
from bot.content.base import DIFFICULTIES as DIFFICULTIES
from bot.content.base import STAGES as STAGES
from bot.content.base import TRACKS as TRACKS
from bot.content.cards import Warmup as Warmup
from bot.content.drills import Drill as Drill
from bot.content.faults import ContentWrong as ContentWrong
from bot.content.reading import CHECKS as CHECKS
from bot.content.reading import WEIGHTS as WEIGHTS
from bot.content.reading import load as load
from bot.content.reading import survey as survey
