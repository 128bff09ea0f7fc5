"""`/metrics` is what its page in the docs says, and counts what happened."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot import db, measuring
from bot.deps import Repeated
from bot.measuring import FIGURES, STANDARD, Figure, Kind, Meters
from bot.slack.declare import Knock
from bot.web import metrics
from tests.person import until
from tests.world import ANSWER, World

ANA = "U0ANA"
# Where no endpoint is set up there is nothing to say; others stand on the page from the start.
SILENT = {measuring.JUDGED, measuring.JUDGE_REQUESTS, measuring.JUDGE_RESTING, measuring.CLIPS}
UNHEARD = {measuring.WRONG}


def families(page: str) -> dict[str, Metric]:
    """By the name that Prometheus stores: a counter's samples end in `_total`."""
    found = text_string_to_metric_families(page)
    return {one.name + ("_total" if one.type == "counter" else ""): one for one in found}


def value(page: str, figure: Figure, part: str = "", **labels: str) -> float:
    """The sum over the samples that carry these labels."""
    return sum(
        sample.value
        for sample in families(page)[figure.name].samples
        if sample.name == figure.name + part and labels.items() <= sample.labels.items()
    )


def labels_of(metric: Metric) -> Iterator[set[str]]:
    for sample in metric.samples:
        yield set(sample.labels) - {"le"}


async def test_the_page_counts_what_happened_and_names_nobody(
    world: World,
) -> None:
    ana = world.person(ANA)
    await ana.types("/drill now")
    drill = await world.drill(ana)
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await world.pass_time(minutes=1)
    page = await world.bot._metrics()

    told = families(page)
    known = {figure.name: figure for figure in FIGURES}
    assert set(told) <= set(known)
    assert {one.name for one in set(FIGURES) - SILENT - UNHEARD} <= set(told)
    for name, metric in told.items():
        assert metric.type == known[name].kind
        assert metric.documentation == known[name].about or known[name] in STANDARD
        assert all(labels == set(known[name].labels) for labels in labels_of(metric))
    for word in (ANA, await ana.app(), ANSWER[:20]):
        assert word not in page

    assert value(page, measuring.MESSAGES, outcome="sent", method="chat.postMessage") >= 2
    assert value(page, measuring.SLACK_CALLS, "_count", outcome="ok") >= 2
    assert value(page, measuring.ACKNOWLEDGEMENTS, "_count", kind="command", outcome="ok") == 1
    assert value(page, measuring.ACKNOWLEDGEMENTS, "_count", kind="event") >= 1
    assert value(page, measuring.KNOCKS, outcome="effective") >= 1
    assert value(page, measuring.JOBS, "_count", outcome="failed") == 0
    assert value(page, measuring.JOBS, "_count", outcome="done") >= 3
    assert value(page, measuring.READY) == len(metrics.CHECKS)
    assert value(page, measuring.STORE_UP) == value(page, measuring.WORKSPACES) == 1
    assert value(page, measuring.OVERDUE) == 0
    assert value(page, measuring.MEMORY) > 50_000_000


async def test_repeats_and_refusals_are_told_apart(world: World) -> None:
    deps = world.deps
    knock = Knock(world.workspace_id, "", ANA, {"event_id": "Ev1", "event": {}})
    for _ in range(3):
        with suppress(Repeated):
            async with deps.transaction(knock):
                pass
    await world.sandbox.faults(methods={"chat.postMessage": {"rate_limited": 1.0}})
    ana = world.person(ANA)
    await ana.types("/drill now")
    await until(lambda: _postponed(world))
    await world.sandbox.faults(methods={})
    page = await metrics.metrics(deps, ["socket"])
    assert value(page, measuring.KNOCKS, outcome="repeated") == 2
    assert value(page, measuring.SLACK_CALLS, "_count", outcome="limited") >= 1
    assert value(page, measuring.OUTBOX, lane="answer") >= 1
    assert value(page, measuring.OLDEST, lane="answer") > 0
    assert value(page, measuring.OLDEST, lane="digest") == 0
    assert value(page, measuring.READY, check="socket") == 0

    nowhere = db.sessions(db.engine("postgresql://nobody@127.0.0.1:1/nothing"))
    page = await metrics.metrics(replace(deps, sessions=nowhere))
    assert value(page, measuring.STORE_UP) == 0
    assert measuring.OUTBOX.name not in families(page)


async def _postponed(world: World) -> bool:
    page = await metrics.metrics(world.deps)
    return value(page, measuring.MESSAGES, outcome="postponed", code="ratelimited") > 0


def test_codes_stay_few_whatever_stands_before_slack() -> None:
    meters = Meters()
    for number in range(200):
        meters.tried("chat.postMessage", "refused", f"code_{number}")
    meters.tried("chat.postMessage", "refused", "<html>\nOut of order")
    meters.tried("chat.postMessage", "refused", "code_3")
    page = generate_latest(meters.registry).decode()
    assert value(page, measuring.MESSAGES) == 202
    assert value(page, measuring.MESSAGES, code="other") == 200 - measuring.MOST_CODES + 1
    assert value(page, measuring.MESSAGES, code="code_3") == 2


def test_names_and_units_keep_the_conventions() -> None:
    for figure in FIGURES:
        counts = figure.name.endswith("_total")
        assert counts is (figure.kind is Kind.COUNTER), figure.name
        if figure.kind in (Kind.HISTOGRAM, Kind.SUMMARY):
            assert figure.name.endswith("_seconds")
        assert figure.about.endswith("."), figure.name
