"""What the bot measures of itself, as Prometheus reads it; `docs/metrics.md` is made from this.

Names and units follow prometheus.io/docs/practices/naming. A label takes a few values that the
program knows: never a person or a channel.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric

CALLS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds; Slack's client waits for 10
ACKNOWLEDGED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)  # Slack waits for 3
RUNS = (0.01, 0.1, 1.0, 10.0, 60.0)
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
MOST_CODES = 60  # different ones; what comes after them is told as `other`


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    SUMMARY = "summary"


class Source(StrEnum):
    """Who counts: each process since its start, so add them up; or the store, the same for all."""

    PROCESS = "process"
    STORE = "store"


@dataclass(frozen=True)
class Figure:
    """One metric: its name with unit, `about` as its help, `buckets` in the name's unit."""

    name: str
    kind: Kind
    source: Source
    about: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


def _process(kind: Kind, name: str, about: str, *labels: str) -> Figure:
    return Figure(name, kind, Source.PROCESS, about, labels)


def _store(name: str, about: str, *labels: str) -> Figure:
    return Figure(name, Kind.GAUGE, Source.STORE, about, labels)


def _histogram(name: str, buckets: Sequence[float], about: str, *labels: str) -> Figure:
    return Figure(name, Kind.HISTOGRAM, Source.PROCESS, about, labels, tuple(buckets))


SLACK_CALLS = _histogram(
    "drumbeat_slack_call_duration_seconds",
    CALLS,
    "Calls of Slack's Web API. Outcome: ok, limited (429), refused, lost (no usable answer).",
    "method",
    "outcome",
)
MESSAGES = _process(
    Kind.COUNTER,
    "drumbeat_messages_total",
    "Tries to send a message of the outbox. Outcome: sent, postponed (nothing was done, tried "
    "again), refused (for good), doubted (nobody knows yet). Code: Slack's word, or why.",
    "method",
    "outcome",
    "code",
)
ACKNOWLEDGEMENTS = _histogram(
    "drumbeat_acknowledgement_duration_seconds",
    ACKNOWLEDGED,
    "From a request of Slack's to its acknowledgement, the commit included. Kind: event, command, "
    "click, form, other. Outcome: ok, failed (Slack is told 500).",
    "kind",
    "outcome",
)
KNOCKS = _process(
    Kind.COUNTER,
    "drumbeat_knocks_total",
    "Requests of Slack's that changed the store (effective), and the same come again and left "
    "without effect (repeated). Told apart by their id; messages in threads, which have no need "
    "of it, are not among them.",
    "outcome",
)
JOBS = _histogram(
    "drumbeat_job_duration_seconds",
    RUNS,
    "Runs of the bot's own jobs. Outcome: done, failed (logged, tried again), stopped.",
    "task",
    "outcome",
)
TICKED = _process(
    Kind.GAUGE,
    "drumbeat_last_tick_timestamp_seconds",
    "When the ticker last turned, in Unix time.",
)
BUILD = _process(Kind.GAUGE, "drumbeat_build_info", "1, with what is running.", "version", "python")
MEMORY = _process(
    Kind.GAUGE,
    "drumbeat_memory_bytes",
    "Memory of this process and all that it started, what they share counted once. Linux only.",
)
READY = _process(
    Kind.GAUGE, "drumbeat_ready", "1 while this check of /readyz passes, else 0.", "check"
)
WORKERS = _process(
    Kind.SUMMARY,
    "drumbeat_worker_call_duration_seconds",
    "Calls of a process that works beside the loop, waiting for it included.",
    "worker",
)
WORKERS_BUSY = _process(
    Kind.GAUGE, "drumbeat_worker_calls", "Calls of it under way or waiting now.", "worker"
)
JUDGED = _process(
    Kind.COUNTER,
    "drumbeat_judge_answers_total",
    "Answers the model judge was asked about, by outcome.",
    "outcome",
)
JUDGE_REQUESTS = _process(
    Kind.COUNTER, "drumbeat_judge_requests_total", "Requests made to the model judge."
)
JUDGE_RESTING = _process(
    Kind.GAUGE, "drumbeat_judge_resting", "1 while nobody is asked, after failures in a row."
)
CLIPS = _process(
    Kind.COUNTER,
    "drumbeat_clips_sent_total",
    "Clips the transcription endpoint was asked, by outcome.",
    "outcome",
)
STORE_UP = _store("drumbeat_store_up", "1 while the store answers; else the rest is left out.")
STORE_TIME = _store("drumbeat_store_answer_seconds", "How long the store took to answer just now.")
OUTBOX = _store("drumbeat_outbox_messages", "Messages that wait, by state.", "state", "lane")
OLDEST = _store(
    "drumbeat_outbox_oldest_seconds", "How long the oldest message that may go has waited.", "lane"
)
OVERDUE = _store(
    "drumbeat_overdue_seconds",
    "How long the oldest thing whose time has come has waited for the tick.",
)
WORK = _store(
    "drumbeat_work_waiting", "Rows that wait for a slow job, such as answers to be scored.", "table"
)
WRONG = _store("drumbeat_marks_called_wrong", "Marks that members called wrong.", "cell", "scorer")
WORKSPACES = _process(Kind.GAUGE, "drumbeat_workspaces", "Workspaces the bot speaks in.")
# Prometheus' own names for any process, written by its library. Linux only.
STANDARD = (
    _process(Kind.COUNTER, "process_cpu_seconds_total", "Processor time of the main process."),
    _process(Kind.GAUGE, "process_open_fds", "Open files and sockets of the main process."),
    _process(Kind.GAUGE, "process_max_fds", "How many of them it may have."),
    _process(Kind.GAUGE, "process_start_time_seconds", "When it began, in Unix time."),
    _process(Kind.GAUGE, "process_resident_memory_bytes", "Memory of the main process alone."),
    _process(Kind.GAUGE, "process_virtual_memory_bytes", "Its address space."),
)
FIGURES: tuple[Figure, ...] = (
    *(STORE_UP, STORE_TIME, OUTBOX, OLDEST, OVERDUE, WORK, WRONG, WORKSPACES, READY, TICKED),
    *(MESSAGES, SLACK_CALLS, ACKNOWLEDGEMENTS, KNOCKS, JOBS, WORKERS, WORKERS_BUSY),
    *(JUDGED, JUDGE_REQUESTS, JUDGE_RESTING, CLIPS, BUILD, MEMORY, *STANDARD),
)


class Meters:
    """What one process counts from its start on."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._calls = self._timer(SLACK_CALLS)
        self._acknowledged = self._timer(ACKNOWLEDGEMENTS)
        self._jobs = self._timer(JOBS)
        self._messages = self._counter(MESSAGES)
        self._knocks = self._counter(KNOCKS)
        self._ticked = Gauge(TICKED.name, TICKED.about, registry=self.registry)
        self._codes: set[str] = set()

    def _timer(self, figure: Figure) -> Histogram:
        return Histogram(
            figure.name,
            figure.about,
            figure.labels,
            buckets=figure.buckets,
            registry=self.registry,
        )

    def _counter(self, figure: Figure) -> Counter:
        return Counter(figure.name, figure.about, figure.labels, registry=self.registry)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """A call of Slack's Web API ended."""
        self._calls.labels(method, outcome).observe(seconds)

    def tried(self, method: str, outcome: str, code: str = "") -> None:
        """A message of the outbox was sent, or was not, for the reason that `code` names."""
        self._messages.labels(method, outcome, self._bounded(code)).inc()

    def acknowledged(self, kind: str, outcome: str, seconds: float) -> None:
        """Slack was answered."""
        self._acknowledged.labels(kind, outcome).observe(seconds)

    def knocked(self, outcome: str) -> None:
        self._knocks.labels(outcome).inc()

    def ran(self, job: str, outcome: str, seconds: float) -> None:
        """A job ended."""
        self._jobs.labels(job, outcome).observe(seconds)

    def ticked(self, unix: float) -> None:
        """The ticker turned at this instant of the machine's."""
        self._ticked.set(unix)

    def _bounded(self, code: str) -> str:
        """The code while there are few: Slack, or what stands before it, may say anything."""
        if not code or code in self._codes:
            return code
        if len(self._codes) >= MOST_CODES or not CODE.fullmatch(code):
            return "other"
        self._codes.add(code)
        return code


def read(figure: Figure, samples: Iterable[tuple[Sequence[str], float]]) -> Metric:
    """A gauge or counter with the values it has just now: (labels, value) each."""
    family = CounterMetricFamily if figure.kind is Kind.COUNTER else GaugeMetricFamily
    metric = family(figure.name, figure.about, labels=figure.labels)
    for labels, value in samples:
        metric.add_metric(list(labels), value)
    return metric


def summed(figure: Figure, samples: Iterable[tuple[Sequence[str], int, float]]) -> Metric:
    """A summary with what it has come to: (labels, how many, their sum) each."""
    metric = SummaryMetricFamily(figure.name, figure.about, labels=figure.labels)
    for labels, count, total in samples:
        metric.add_metric(list(labels), count, total)
    return metric


def memory(process: str | int = "self") -> int | None:
    """Bytes held by a process and all below it: proportional, so shared pages count once.

    None where the kernel does not tell. Takes milliseconds.
    """
    root = Path("/proc", str(process))
    try:
        told = (root / "smaps_rollup").read_text()
        children = [
            child
            for task in (root / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return None
    own = sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return own * 1024 + sum(memory(child) or 0 for child in children)
