"""`/metrics` in Prometheus' text format: counts and ages, no personal text."""

from bot.deps import Deps
from bot.outbox import service as outbox
from bot.scoring.disputes import service as disputes


async def metrics(deps: Deps) -> str:
    """The page; names and units follow Prometheus' conventions."""
    async with deps.transaction() as session:
        counts, oldest = await outbox.queue(session, deps.machine_now())
        wrong = await disputes.counted_everywhere(session)
    lines = [
        "# HELP drumbeat_outbox_messages Messages by state.",
        "# TYPE drumbeat_outbox_messages gauge",
        *(
            f'drumbeat_outbox_messages{{state="{state}"}} {count}'
            for state, count in sorted(counts.items())
        ),
        "# HELP drumbeat_outbox_oldest_seconds Age of the oldest message that waits.",
        "# TYPE drumbeat_outbox_oldest_seconds gauge",
        f"drumbeat_outbox_oldest_seconds {oldest:.3f}",
        "# HELP drumbeat_marks_called_wrong Marks that members called wrong.",
        "# TYPE drumbeat_marks_called_wrong gauge",
        *(
            f'drumbeat_marks_called_wrong{{cell="{cell}",scorer="{_quoted(scorer)}"}} {count}'
            for cell, scorer, count in wrong
        ),
        "# HELP drumbeat_workspaces Workspaces the bot speaks in.",
        "# TYPE drumbeat_workspaces gauge",
        f"drumbeat_workspaces {len(deps.directory.all())}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(label: str) -> str:
    """A label's value as Prometheus reads it; a model's name may hold anything."""
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
