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
    return "\n".join([*lines, *_judge(deps), *_clips(deps)]) + "\n"


def _judge(deps: Deps) -> list[str]:
    """Counts of this process since its start, where a model judge is set up."""
    judge = deps.judge
    if judge is None:
        return []
    return [
        "# HELP drumbeat_judge_answers_total Answers the model judge was asked about, by outcome.",
        "# TYPE drumbeat_judge_answers_total counter",
        *(
            f'drumbeat_judge_answers_total{{outcome="{outcome}"}} {count}'
            for outcome, count in sorted(judge.counts.items())
        ),
        "# HELP drumbeat_judge_requests_total Requests made to the model judge.",
        "# TYPE drumbeat_judge_requests_total counter",
        f"drumbeat_judge_requests_total {judge.requests}",
        "# HELP drumbeat_judge_resting 1 while nobody is asked, after failures in a row.",
        "# TYPE drumbeat_judge_resting gauge",
        f"drumbeat_judge_resting {int(judge.breaker.open)}",
    ]


def _clips(deps: Deps) -> list[str]:
    """Counts of this process since its start, where a transcription endpoint is set up."""
    if deps.transcriber is None:
        return []
    return [
        "# HELP drumbeat_clips_sent_total Clips the transcription endpoint was asked, by outcome.",
        "# TYPE drumbeat_clips_sent_total counter",
        *(
            f'drumbeat_clips_sent_total{{outcome="{outcome}"}} {count}'
            for outcome, count in sorted(deps.transcriber.counts.items())
        ),
    ]


def _quoted(label: str) -> str:
    """A label's value as Prometheus reads it; a model's name may hold anything."""
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
