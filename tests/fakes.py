"""Stand-ins for what is outside the process and is not Slack: the clock."""

from datetime import datetime

from bot.clock import Clock, Stretch, machine_now


def clock_at(instant: str, rate: float = 1.0) -> Clock:
    """A calendar that shows this instant now and is moved by hand."""
    return Clock(stretches=[Stretch(machine_now(), datetime.fromisoformat(instant), rate)])
