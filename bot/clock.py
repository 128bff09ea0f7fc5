"""The two clocks. The only module that reads the machine's time.

The *calendar* decides what is due: drill times, answer boxes, dates. In a rehearsal
(`DRUMBEAT_CLOCK`, the sandbox) it starts elsewhere, runs faster or is moved by hand. The
*machine* clock is always real: leases, retries, pacing, time-outs, Slack's timestamps.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.errors import SettingsWrong

FORM = re.compile(r"(?P<start>[0-9T:.+-]+Z?)(?:\*(?P<rate>[0-9]+(?:\.[0-9]+)?))?")


def machine_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Stretch:
    """From `machine` on, the calendar shows `calendar` and runs `rate` times as fast."""

    machine: datetime
    calendar: datetime
    rate: float

    def at(self, machine: datetime) -> datetime:
        return self.calendar + (machine - self.machine) * self.rate


@dataclass
class Clock:
    """Both clocks and the way between them.

    `stretches` is empty for the real calendar; otherwise it is ordered by machine time and
    each stretch holds until the next begins.
    """

    machine: Callable[[], datetime] = machine_now
    stretches: list[Stretch] = field(default_factory=list)

    def machine_now(self) -> datetime:
        return self.machine()

    def now(self) -> datetime:
        return self.calendar_of(self.machine())

    def calendar_of(self, machine: datetime) -> datetime:
        """What the calendar showed at a machine instant, such as that of a Slack `ts`."""
        if not self.stretches:
            return machine
        begun = bisect_right(self.stretches, machine, key=lambda stretch: stretch.machine)
        return self.stretches[max(begun - 1, 0)].at(machine)

    @property
    def rate(self) -> float:
        return self.stretches[-1].rate if self.stretches else 1.0

    @property
    def rehearsing(self) -> bool:
        return bool(self.stretches)

    def move_to(self, calendar: datetime) -> None:
        """Let the calendar show this from now on; it keeps its rate."""
        self.stretches.append(Stretch(self.machine(), calendar, self.rate))


def instant_of(ts: str) -> datetime:
    """The machine instant of a Slack timestamp such as `1700000000.000100`."""
    seconds, _, fraction = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(
        microseconds=int((fraction or "0")[:6].ljust(6, "0"))
    )


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with its zone; raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no zone; end it with Z for UTC")
    return instant.astimezone(UTC)


def build(setting: str, machine: Callable[[], datetime] = machine_now) -> Clock:
    """The clock that `DRUMBEAT_CLOCK` asks for: `system`, `INSTANT` or `INSTANT*RATE`."""
    if setting == "system":
        return Clock(machine)
    try:
        start, rate = _rehearsal(setting)
    except ValueError as error:
        raise SettingsWrong(
            f"DRUMBEAT_CLOCK={setting}: {error}. Write system, 2026-03-08T06:55:00Z "
            "or 2026-03-08T06:55:00Z*60."
        ) from error
    return Clock(machine, [Stretch(machine(), start, rate)])


def _rehearsal(setting: str) -> tuple[datetime, float]:
    match = FORM.fullmatch(setting)
    if match is None:
        raise ValueError("not of the form INSTANT or INSTANT*RATE")
    rate = float(match["rate"] or 1)
    if rate <= 0:
        raise ValueError("the rate must be above 0")
    return parse_instant(match["start"]), rate
