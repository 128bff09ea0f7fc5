"""The bad day: what goes wrong on purpose, how often, and Slack's own pacing when asked for.

Everything is drawn from one seeded generator, so that a bad day can be had twice.
"""

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.state import Json

Fault = Literal["rate_limited", "error_before", "error_after", "lost_after"]
KINDS: tuple[Fault, ...] = ("rate_limited", "error_before", "error_after", "lost_after")
QUIET: Json = {**dict.fromkeys(KINDS, 0.0), "retry_after": 1}
STEADY: Json = {"repeat": 0.0, "delay": 0.0, "delay_seconds": 2.0}
BAD: Json = {
    "rate_limited": 0.08,
    "error_before": 0.04,
    "error_after": 0.04,
    "lost_after": 0.04,
    "retry_after": 1,
}
BAD_EVENTS: Json = {"repeat": 0.2, "delay": 0.2, "delay_seconds": 2.0}
# Calls a minute by tier (Slack's table of rate limits); the special ones are written out.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE = 60.0
CHANNEL_BURST = 4
WORKSPACE_POSTS = 300


@dataclass
class Faults:
    """The settings of the bad day and its generator."""

    seed: int = 7
    everywhere: Json = field(default_factory=lambda: dict(QUIET))
    methods: dict[str, Json] = field(default_factory=dict)
    events: Json = field(default_factory=lambda: dict(STEADY))
    enforce_limits: bool = False
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    calls: dict[str, deque[float]] = field(default_factory=dict)

    def draw(self, method: str) -> tuple[Fault | None, int]:
        """What befalls this call, if anything, and the seconds for a Retry-After header."""
        own = self.methods.get(method)
        rates = own if own is not None else self.everywhere
        chance = self.dice.random()
        for kind in KINDS:
            chance -= float(rates.get(kind, 0))
            if chance < 0:
                self._count_down(method, own)
                return kind, int(rates.get("retry_after", 1))
        return None, 0

    def _count_down(self, method: str, own: Json | None) -> None:
        if own is None or "times" not in own:
            return
        own["times"] -= 1
        if own["times"] <= 0:
            del self.methods[method]

    def chance(self, name: str) -> bool:
        """Whether an event is repeated (`repeat`) or held back (`delay`)."""
        return self.dice.random() < float(self.events.get(name, 0))

    def told(self) -> Json:
        """The settings as the JSON API shows them."""
        return {
            "seed": self.seed,
            "all": dict(self.everywhere),
            "methods": {name: dict(rates) for name, rates in self.methods.items()},
            "events": dict(self.events),
            "enforce_limits": self.enforce_limits,
            "bad_day": self.bad,
        }

    @property
    def bad(self) -> bool:
        rates = [self.everywhere, *self.methods.values()]
        return any(rate.get(kind) for rate in rates for kind in KINDS) or any(
            self.events.get(name) for name in ("repeat", "delay")
        )

    def change(self, wanted: Json) -> None:
        """Replace the parts that `wanted` names; raises TypeError and ValueError."""
        if "bad_day" in wanted:
            bad = bool(wanted["bad_day"])
            self.everywhere = dict(BAD if bad else QUIET)
            self.events = dict(BAD_EVENTS if bad else STEADY)
            self.methods = {}
        if "seed" in wanted:
            self.seed = int(wanted["seed"])
            self.dice = random.Random(self.seed)  # noqa: S311
        if "all" in wanted:
            self.everywhere = QUIET | _numbers(wanted["all"])
        if "methods" in wanted:
            self.methods = {name: _numbers(rates) for name, rates in wanted["methods"].items()}
        if "events" in wanted:
            self.events = STEADY | _numbers(wanted["events"])
        if "enforce_limits" in wanted:
            self.enforce_limits = bool(wanted["enforce_limits"])

    def over_limit(self, method: str, tier: int, channel: Any, now: float) -> int:
        """Seconds to wait when Slack's pacing would refuse this call, else 0 and it is counted."""
        if not self.enforce_limits:
            return 0
        windows = [(method, TIERS.get(tier, 600), MINUTE)]
        if method == "chat.postMessage":
            windows = [
                (method, WORKSPACE_POSTS, MINUTE),
                (f"{method} {channel}", CHANNEL_BURST, float(CHANNEL_BURST)),
            ]
        for key, most, seconds in windows:
            taken = self.calls.setdefault(key, deque())
            while taken and taken[0] <= now - seconds:
                taken.popleft()
            if len(taken) >= most:
                return max(1, round(taken[0] + seconds - now))
        for key, _, _ in windows:
            self.calls[key].append(now)
        return 0


def _numbers(given: Any) -> Json:
    """The rates of a part, each a number not below 0."""
    found = {str(name): float(rate) for name, rate in dict(given).items()}
    if not all(0 <= rate < float("inf") for rate in found.values()):
        raise ValueError("rates, times and seconds are numbers from 0 up")
    return found
