"""What an operator is handed: alerts, the dashboard, the pages about them, the image."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from bot import app, findings
from bot.config import ROOT, sandboxed
from bot.measuring import FIGURES, Figure, Kind
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.slack.blocks import Message
from bot.workspaces import service as workspaces
from tests import audit

DOCS = ROOT / "docs"
PARTS = {Kind.HISTOGRAM: ("_bucket", "_count", "_sum"), Kind.SUMMARY: ("_count", "_sum")}
SERIES: dict[str, Figure] = {
    figure.name + part: figure for figure in FIGURES for part in PARTS.get(figure.kind, ("",))
}
FROM_PROMETHEUS = {"job", "instance", "le"}
UP = Figure("up", Kind.GAUGE, FIGURES[0].source, "Prometheus' own.")


def walked(node: object) -> Iterator[object]:
    """An expression and all its parts."""
    yield node
    inner = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "vector_selector")]
    for one in [*inner, *getattr(node, "args", ())]:
        if one is not None:
            yield from walked(one)


def groupings(parsed: object) -> set[str]:
    parts = [one for one in walked(parsed) if isinstance(one, promql.AggregateExpr)]
    return {label for one in parts if one.modifier for label in one.modifier.labels}


def holds(text: str) -> None:
    """Prometheus can read it, and what it names is on our page with these labels."""
    parsed = promql.parse(text.replace("$__rate_interval", "5m"))
    found = [one for one in walked(parsed) if isinstance(one, promql.VectorSelector)]
    assert found, text
    labels = set(FROM_PROMETHEUS)
    for one in found:
        figure = UP if one.name == "up" else SERIES.get(one.name or "")
        assert figure, f"{one.name} in {text}"
        asked = {matcher.name for matcher in one.matchers.matchers}
        assert asked <= {*figure.labels, *FROM_PROMETHEUS}, text
        labels |= set(figure.labels)
    assert groupings(parsed) <= labels, text


def rules() -> list[dict[str, Any]]:
    told = yaml.safe_load((DOCS / "alerts.yml").read_text("utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def test_alerts_name_what_there_is_and_where_it_is_explained() -> None:
    sections = re.findall(r"^## (\w+)$", (DOCS / "incidents.md").read_text("utf-8"), re.MULTILINE)
    assert [rule["alert"] for rule in rules()] == sections
    for rule in rules():
        holds(rule["expr"])
        notes = rule["annotations"]
        assert notes["runbook_url"] == f"docs/incidents.md#{rule['alert'].lower()}"
        shown = set(re.findall(r"\$labels\.(\w+)", notes["summary"]))
        assert shown <= groupings(promql.parse(rule["expr"])), rule["alert"]


def test_every_section_says_what_it_means_where_to_look_and_what_to_do() -> None:
    page = (DOCS / "incidents.md").read_text("utf-8")
    for section in page.split("\n## ")[1:]:
        assert re.findall(r"^\*\*(\w+)\.\*\* \S", section, re.MULTILINE) == ["Means", "Look", "Do"]
    for name in re.findall(r"`((?:drumbeat|process)_\w+)", page):
        assert name in {*SERIES, *(figure.name for figure in FIGURES)}, name
    for target in re.findall(r"\]\(([\w.]+)\)", page):
        assert (DOCS / target).exists(), target


def test_the_dashboard_shows_what_there_is() -> None:
    panels = json.loads((DOCS / "grafana.json").read_text("utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    assert len(asked) > 20
    for text in asked:
        holds(text)
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.parametrize(
    "text",
    ["sum(drumbeat_nothing)", "drumbeat_ready{person='Ana'}", "max by (lane) (drumbeat_ready)"],
)
def test_what_is_not_there_is_found(text: str) -> None:
    with pytest.raises(AssertionError):
        holds(text)


def test_doctor_sees_how_much_room_the_store_has(tmp_path: Path) -> None:
    store = tmp_path / "drumbeat.db"
    store.write_bytes(b"x" * 3_000_000)
    url = f"sqlite:///{store}"
    assert findings.space(url, spare=1).ok
    assert "store 3 MB" in findings.space(url, spare=1).seen
    assert "make room" in findings.space(url, spare=10**18).mend
    store.with_name("drumbeat.db-wal").write_bytes(b"x" * 2_000_000)
    assert "query tool" in findings.space(url, spare=1, unmerged=1_000_000).mend
    assert findings.space("postgresql://somewhere/else").ok


async def test_doctor_says_how_long_messages_have_waited(database_url: str) -> None:
    async with app.build_deps(sandboxed(database_url=database_url)) as deps:
        assert (await findings.delivery(deps)).seen == "no message waits"
        now = deps.machine_now()
        async with deps.transaction() as session:
            place = await workspaces.installed(session, "T0HERE", "Here", "U0BOT", now)
            for topic, lane, hours in (("a:1", Lane.DIGEST, 2), ("b:2", Lane.ANSWER, 1)):
                told = Draft(place, "C0HERE", topic, "test", lane, Message("Hello"))
                await outbox.say(session, told, now - timedelta(hours=hours))
        found = await findings.delivery(deps)
        assert not found.ok
        assert "2 messages not sent yet, 0 of them in doubt" in found.seen
        assert "120 minutes (digest)" in found.seen
        assert "incidents.md" in found.mend
        async with deps.transaction() as session:
            await outbox.withdraw(session, place, "b:2", now)
        assert (await findings.delivery(deps)).ok, "a digest may wait for two hours"


def test_what_the_index_does_not_know_is_not_called_audited() -> None:
    well: dict[str, Any] = {"name": "aiohttp", "version": "3.0", "vulns": []}
    assert audit.judge([well]).lines == ("audit: 1 packages, nothing known against them",)
    unknown = {"name": "fsrs", "skip_reason": "not found"}
    told = audit.judge([well, unknown])
    assert not told.bad
    assert "1 of 2 packages not audited" in told.lines[0]
    assert "not audited" in audit.judge([]).lines[0]
    known = well | {"vulns": [{"id": "CVE-1", "fix_versions": ["3.1"]}]}
    told = audit.judge([known, unknown])
    assert told.bad
    assert told.lines[0] == "audit: aiohttp 3.0: CVE-1, mended in 3.1"
    assert "not audited" in told.lines[1]
