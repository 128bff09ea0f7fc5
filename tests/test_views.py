"""Every message and view at extreme input is one that Slack takes.

The views are found, not listed: a new one is tested from the day it is written.
"""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot import features
from bot.config import ROOT
from bot.drills.answers import views as answers
from bot.outbox.rules import metadata
from bot.sandbox.shapes import message_problems, view_problems
from bot.scoring.feedback import Feedback, Line
from bot.scoring.rules import Cell, CellScore, Evidence, KeyPointScore, Scorecard
from bot.scoring.wording import Focus
from bot.slack.blocks import Message, clip, escape, sections
from bot.slack.declare import Action
from tests.extremes import TEXTS, arguments, public_views

LONGEST = 4000  # characters of a text; chat.update takes no more


def modules() -> list[str]:
    files = [*(ROOT / "bot").rglob("views.py"), ROOT / "bot" / "slack" / "frame_views.py"]
    named = [path.relative_to(ROOT).with_suffix("") for path in files]
    return sorted(".".join(path.parts) for path in named if "sandbox" not in path.parts)


VIEWS: dict[str, Callable[..., Any]] = {
    f"{name.removeprefix('bot.')}.{view.__name__}": view
    for name in modules()
    for view in public_views(import_module(name))
}


def problems(made: object) -> list[str]:
    """What Slack would refuse; a block that is neither a modal nor a Home is part of a message."""
    if isinstance(made, Message):
        told = {"text": made.text, "blocks": list(made.blocks), "ts": "1.2"}
        return message_problems(told | {"metadata": metadata("k" * 40, "drill.daily")})
    assert isinstance(made, dict)
    if made.get("type") in ("modal", "home"):
        return view_problems(made)
    return message_problems({"text": "x", "blocks": [made]})


@pytest.mark.parametrize("size", TEXTS)
@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_it(name: str, size: str) -> None:
    view = VIEWS[name]
    made = view(**arguments(view, size))
    assert problems(made) == []
    if isinstance(made, Message):
        assert 0 < len(made.text) <= LONGEST


def pressable(node: Any) -> set[str]:
    """The action ids of whatever Slack knocks for at once: buttons, selects, live inputs."""
    if isinstance(node, list):
        return {found for one in node for found in pressable(one)}
    if not isinstance(node, dict):
        return set()
    quiet = node.get("type") == "input" and not node.get("dispatch_action")
    own = {str(node["action_id"])} if "action_id" in node else set()
    inner = [one for name, one in node.items() if not (quiet and name == "element")]
    return own | pressable(inner)


@pytest.mark.parametrize("name", VIEWS)
def test_what_can_be_pressed_has_a_listener(name: str) -> None:
    view = VIEWS[name]
    made = view(**arguments(view, "usual"))
    declared = {one.action_id for one in features.DECLARATIONS if isinstance(one, Action)}
    ids = pressable(list(made.blocks) if isinstance(made, Message) else made)
    assert {one for one in ids if not {one, one.rpartition(".")[0]} & declared} == set()


# Their text is put together by us, or is a user's id that must become a mention.
TRUSTED = {"slack.frame_views.told", "plans.pictures.views.undrawn"}


@pytest.mark.parametrize("name", sorted(set(VIEWS) - TRUSTED))
def test_what_people_typed_calls_nobody(name: str) -> None:
    """A mention or a link that somebody typed stays the characters it was."""
    view = VIEWS[name]
    made = view(**arguments(view, "mentions"))
    shown = json.dumps([made.text, *made.blocks] if isinstance(made, Message) else made)
    marked = [part for part in _mrkdwn(json.loads(shown)) if "<!channel>" in part]
    assert marked == []
    assert not isinstance(made, Message) or "<!channel>" not in made.text


def _mrkdwn(node: Any) -> list[str]:
    """Every text that Slack would read markup in; plain text and values stay as they are."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            return [str(node["text"])]
        return [found for one in node.values() for found in _mrkdwn(one)]
    if isinstance(node, list):
        return [found for one in node for found in _mrkdwn(one)]
    return []


def test_there_are_views() -> None:
    """The search above finds what there is: features without views have none to find."""
    found = {name.rpartition(".")[0] for name in VIEWS}
    assert found >= {"drills.views", "drills.answers.views", "home.views", "home.setup.views"}
    assert found >= {"plans.views", "slack.frame_views"}
    spoken = [path for path in Path(ROOT / "bot").rglob("*views.py") if "sandbox" not in str(path)]
    assert len(spoken) == len(modules()), "a file of views goes by the name views.py"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_mistake_can_be_worded(text: str) -> None:
    """Also when what was typed is repeated in it; parsers shorten it before."""
    values = {"given": text[:40], "near": text[:40], "example": "2027-01-01"}
    for code, sentence in features.WORDS.items():
        told = sentence.format_map(_Any(values))
        assert 0 < len(told) <= 3000, code


class _Any(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x" * 40


# --- the card -----------------------------------------------------------------------------------


def scorecard(text: str, points: int, score: float | None) -> Scorecard:
    evidence = tuple(Evidence(text, 0, len(text), "decision") for _ in range(30))
    one = CellScore(score, evidence if score else (), text, (text,) * 20)
    return Scorecard(
        dict.fromkeys(Cell, one),
        4.0 if score else 0.0,
        tuple(KeyPointScore(text[:1000], n % 2 == 0, 0.5, text) for n in range(points)),
        ("copied",) * 10,
    )


@pytest.mark.parametrize("score", [None, 0.0, 0.49, 0.5, 3.5, 4.0])
@pytest.mark.parametrize("points", [0, 1, 10])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_cells_stand_in_the_text(text: str, points: int, score: float | None) -> None:
    """Outsiders read `Trade-offs: 3/4` in the text, however long the rest is."""
    line = Line(text, text, text)
    feedback = Feedback(line, line, line, None, text, Focus(Cell.execution, text))
    card = answers.card(
        answers.Card(2**53, scorecard(text, points, score), feedback, final=True, late=True)
    )
    assert problems(card) == []
    mark = "not assessed" if score is None else f"{int(score + 0.5)}/4"
    for cell in ("Restatement", "Trade-offs", "Execution", "Communication"):
        assert f"{cell}: {mark}" in card.text


# --- the builders -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("limit", [1, 2, 75, 3000])
def test_clip_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(clip(text, limit)) <= limit
    assert clip(text, len(text)) == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_sections_lose_no_word(text: str) -> None:
    made = sections(escape(text))
    assert message_problems({"text": "x", "blocks": made}) == []
    together = "".join(block["text"]["text"] for block in made)
    assert "".join(together.split()) == "".join(escape(text).split())


def test_an_entity_is_never_cut() -> None:
    """`&amp;` cut in half would be shown as its letters."""
    typed = escape("&" * 5000)
    for block in sections(typed):
        assert block["text"]["text"].replace("&amp;", "") == ""
    for limit in range(5, 40):
        assert clip(typed, limit).removesuffix("…").replace("&amp;", "") == ""
