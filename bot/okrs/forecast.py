"""Where a key result will land. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.okrs.rules import History


@dataclass(frozen=True)
class Forecast:
    """Values are in the key result's own unit, `needs` and `gave` in units a week with their sign.

    Four times in five the last value of the cycle lies from `low` to `high`. `needs` is what each
    week left has to bring to reach the target (0 when reached, None without target or time left),
    `gave` what a week brought over the last four readings.
    """

    landing: float
    low: float
    high: float
    needs: float | None
    gave: float | None
    points: int  # readings it stands on, one a day at most


def forecast(history: History, at: datetime) -> Forecast | None:
    return None
