"""Ritual templates, behaviours, the blueprint and the promises: what their readers refuse."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import content
from bot.content import Content, linting
from bot.content.promises import Promises
from bot.content.rituals import Behaviour
from tests.content_samples import ROOT, SHIPPED


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


def copied(folder: Path, name: str, old: str, new: str) -> Path:
    """A folder of somebody's own with one shipped file, changed in one place."""
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert old in text
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "what"),
    [
        ("rituals/sprint-boundary.toml", "\nminutes = ", "\nminutes = 1", "agenda", "minutes"),
        ("rituals/sprint-boundary.toml", 'rhythm = "', 'rhythm = "un', "rhythm", "weekly"),
        (
            "rituals/sprint-boundary.toml",
            'id = "sprint',
            'id = "spring',
            "id",
            "the file is called",
        ),
        ("rituals/sprint-boundary.toml", "skip_when", "skip_if", "skip_if", "not a known field"),
        ("recognition.toml", 'id = "', 'id = "-', "behaviours[0].id", ""),
        ("recognition.toml", "\nnot = ", "\nnon = ", "behaviours[0]", ""),
        ("blueprint.toml", "week = 1\n", "week = 2\n", "steps", "in order"),
        ("blueprint.toml", "week = 13\n", "week = 14\n", "steps", "13"),
    ],
)
def test_what_cannot_be_used_is_told_by_file_and_field(
    tmp_path: Path, name: str, old: str, new: str, where: str, what: str
) -> None:
    _, wrong = content.survey([copied(tmp_path, name, old, new)])
    assert {error.path.name for error in wrong} == {Path(name).name}
    assert any(error.where.startswith(where) and what in error.what for error in wrong), wrong


def test_a_later_folder_replaces_a_ritual_and_the_lists(bank: Content, tmp_path: Path) -> None:
    copied(tmp_path, "rituals/retrospective.toml", 'title = "', 'title = "Our ')
    copied(tmp_path, "recognition.toml", 'title = "', 'title = "Kindly ')
    both = content.load([SHIPPED, tmp_path])
    assert both.rituals["retrospective"].title.startswith("Our ")
    assert len(both.rituals) == len(bank.rituals)
    assert both.behaviours[0].title.startswith("Kindly ")
    assert both.blueprint == bank.blueprint


def test_a_sentence_stands_once_in_all_rituals(bank: Content) -> None:
    one, two = list(bank.rituals.values())[:2]
    changed = {**bank.rituals, two.id: two.model_copy(update={"purpose": one.purpose})}
    found = linting.lint(replace(bank, rituals=changed))
    assert {finding.id for finding in found} == {one.id, two.id}
    assert {finding.rule for finding in found} == {"sentence"}


def test_no_behaviour_is_listed_twice(bank: Content) -> None:
    first = bank.behaviours[0]
    told: Mapping[str, Any] = {
        "id": "again",
        "group": first.group,
        "title": f"{first.title}!",
        "seen_as": "Said so in the channel.",
        "not": "Anything else.",
    }
    twin = Behaviour.model_validate(told)
    found = linting.lint(replace(bank, behaviours=(*bank.behaviours, twin)))
    assert ("recognition", "behaviours") in {(finding.id, finding.rule) for finding in found}


def test_a_promise_that_is_missed_is_told_with_both_numbers(bank: Content) -> None:
    promised = Promises.model_validate(
        {"at_least": {"drills": 9999, "kits": 1}, "difficulty": {"easy": [0.9, 1.0]}}
    )
    found = {one.rule: one.what for one in linting.lint(replace(bank, promises=promised))}
    assert set(found) == {"at_least.drills", "difficulty.easy"}
    assert f"promises 9999 and there are {len(bank.drills)}" in found["at_least.drills"]
    assert "promises 90% to 100%" in found["difficulty.easy"]


def test_a_folder_without_promises_is_held_to_none(bank: Content) -> None:
    one = next(iter(bank.drills.values()))
    few = replace(bank, drills={one.id: one}, promises=Promises())
    assert [finding for finding in linting.lint(few) if finding.id == "promises"] == []


def test_editors_find_every_schema() -> None:
    told = tomllib.loads((ROOT / ".taplo.toml").read_text(encoding="utf-8"))
    shipped = {path.name for path in SHIPPED.glob("*.schema.json")}
    assert {Path(rule["schema"]["path"]).name for rule in told["rule"]} == shipped
    for rule in told["rule"]:
        assert (ROOT / rule["schema"]["path"]).is_file()
        assert any(ROOT.glob(pattern) for pattern in rule["include"]), rule["include"]
