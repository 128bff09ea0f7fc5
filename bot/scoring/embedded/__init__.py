"""The embedded scorer: no network, no key, the same bytes for the same input."""

from bot.scoring.embedded.scorer import NAME as NAME
from bot.scoring.embedded.scorer import score as score
