"""Interview kits and the weights of mocks: as shipped, as read, and as lint sees them."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from bot import content
from bot.content import Content, ContentWrong, linting
from bot.content.cli import Described, app, schema_text
from bot.content.kits import WHOLE, Kit, section_length
from bot.content.words import Finding
from bot.mocks.pairing.weights import Weights
from tests.content_samples import GOOD, GOOD_ID, KIT, KIT_ID, ROOT, SHIPPED, with_kit, written

PARTS = ("facts", "probes", "signals", "clock")


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


def changed(bank: Content, **fields: Any) -> Kit:
    return Kit.model_validate(bank.kits[KIT_ID].model_dump(mode="json") | fields)


def linted(*kits: Kit) -> list[Finding]:
    return linting.lint(Content({}, {}, {}, {}, {}, kits={kit.id: kit for kit in kits}))


# --- as shipped ------------------------------------------------------------------------------


def test_every_track_has_kits_of_each_difficulty(bank: Content) -> None:
    held = {
        (track, level)
        for track in content.TRACKS
        for level in content.DIFFICULTIES
        if any(kit.track == track and kit.difficulty == level for kit in bank.kits.values())
    }
    assert len(held) == len(content.TRACKS) * len(content.DIFFICULTIES)
    levels = Counter(kit.difficulty for kit in bank.kits.values())
    shares = [levels[level] / len(bank.kits) for level in content.DIFFICULTIES]
    assert shares == pytest.approx([0.3, 0.4, 0.3], abs=0.05)


def test_the_schema_of_kits_is_up_to_date_and_they_fit_it() -> None:
    text = (SHIPPED / "kit.schema.json").read_text(encoding="utf-8")
    assert text == schema_text(Described.kit), (
        "run: drumbeat content schema kit > content/kit.schema.json"
    )
    validator = jsonschema.Draft7Validator(json.loads(text))
    for path in SHIPPED.glob("kits/*.toml"):
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    assert not validator.is_valid(tomllib.loads(KIT.replace("minutes = 25", "minutes = 90")))
    assert CliRunner().invoke(app, ["schema", "kit"]).stdout == text


def test_the_smallest_kit_of_the_guide_is_sound(tmp_path: Path) -> None:
    guide = (ROOT / "docs/content.md").read_text(encoding="utf-8").split("## A kit")[1]
    (text,) = re.findall(r"```toml\n(.*?)\n```", guide.split("\n## ")[0], re.S)
    name = tomllib.loads(text)["id"]
    assert set(content.load([with_kit(tmp_path, text, name=name)]).kits) == {name}
    result = CliRunner().invoke(app, ["lint", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, "1 item checked, no faults.\n")


# --- reading ---------------------------------------------------------------------------------


def test_a_later_folder_adds_kits_and_replaces_them(tmp_path: Path) -> None:
    with_kit(tmp_path, KIT.replace("version = 1", "version = 2"))
    with_kit(tmp_path, KIT.replace(f'id = "{KIT_ID}"', 'id = "ours"'), name="ours")
    shipped, both = content.load([SHIPPED]), content.load([SHIPPED, tmp_path])
    assert both.kits.keys() - shipped.kits.keys() == {"ours"}
    assert (shipped.kits[KIT_ID].version, both.kits[KIT_ID].version) == (1, 2)
    assert both.paths[KIT_ID].is_relative_to(tmp_path)
    assert not content.load([SHIPPED], drills=False).kits


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("minutes = 25", "minutes = 41", "minutes: input should be less than or equal to 40"),
        ("minutes = 25", "minutes = 25.0", "minutes: input should be a valid integer"),
        ("minutes = 25", "minutes = 20", "probes: the last one must be at minute 19 or earlier"),
        ("minute = 5", "minute = 9", "probes: minutes must rise from one to the next"),
        ("minute = 0,", "minute = 1,", "clock: the first cue must be at minute 0"),
        ("minute = 23,", "minute = 26,", "clock: the last cue must be at minute 25 or earlier"),
        ("in your own words?", "here.", "probes[0].ask: must end with a question mark"),
        ('"communication"\nstr', '"execution"\nstr', "signals: no signal is for communication"),
        ("asked =", "ask =", "facts[0].asked: is missing; add it"),
        ("listen_for =", "listenfor =", "probes[0].listen_for: is missing; add it"),
        (f'id = "{KIT_ID}"', 'id = "heat"', f"id: is heat but the file is called {KIT_ID}; make"),
        ("One alert each", "x" * 81, "title: string should have at most 80 characters"),
    ],
)
def test_a_wrong_kit_is_named_with_field_and_mend(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    assert old in KIT
    with pytest.raises(ContentWrong) as caught:
        content.load([with_kit(tmp_path, KIT.replace(old, new, 1))])
    assert str(caught.value).startswith(f"{tmp_path / 'kits' / KIT_ID}.toml: {line}")


def test_an_id_is_a_kits_or_a_drills(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    with_kit(tmp_path, KIT.replace(f'id = "{KIT_ID}"', f'id = "{GOOD_ID}"'), name=GOOD_ID)
    with pytest.raises(ContentWrong, match=f"id: {GOOD_ID} is taken by metrics-coding/"):
        content.load([tmp_path])


def test_a_kit_fits_a_message(bank: Content) -> None:
    """Each part is held to a section, and all of it to what Slack takes in one message."""
    kit = bank.kits[KIT_ID]
    long = [{"asked": "a" * 150, "tell": "<" * 200}] * 4
    with pytest.raises(ValueError, match=r"take 3,960 characters .* a Slack section holds 3,000"):
        changed(bank, facts=long)
    wide = {
        "facts": [{"asked": "a" * 30, "tell": "b" * 300}] * 8,
        "probes": [{"minute": n, "ask": f"{'c' * 299}?", "listen_for": "d"} for n in range(1, 9)],
        "clock": [{"minute": n, "cue": "e" * 250} for n in range(10)],
        "key_points": [{"point": "f" * 200, "cell": cell} for cell in content.CELLS[:3] * 3],
    }
    with pytest.raises(ValueError, match=f"the whole kit takes .* a message holds {WHOLE:,}"):
        changed(bank, **wide)
    for one in bank.kits.values():
        assert max(section_length(getattr(one, part)) for part in PARTS) <= 3000
    assert changed(bank, good_for=["counting"]).facts == kit.facts


def test_key_points_cover_what_words_are_scored_for(bank: Content) -> None:
    points = [{"point": f"Says {n}", "cell": "execution"} for n in range(5)]
    with pytest.raises(ValueError, match="no key point is for restatement, trade_offs; add one"):
        changed(bank, key_points=points)
    points += [{"point": "x" * 251, "cell": "restatement"}]
    with pytest.raises(ValueError, match="a point has over 250 characters"):
        changed(bank, key_points=points)


# --- lint ------------------------------------------------------------------------------------

COPIED = "A sensor in each greenhouse sends an alert when it gets too hot"
POINTS = [
    {"point": point, "cell": cell}
    for point, cell in zip((COPIED, *"abcd"), (*content.CELLS, "execution"), strict=True)
]
SAID = "Ask once which villages the van has left out."


@pytest.mark.parametrize(
    ("fields", "rule", "what"),
    [
        ({"prompt": "A site is silent and 30 sensors say nothing at all."}, "prompt", "4 numbers"),
        ({"prompt": "**Bold** 1 2 3 4 and a text that is long enough."}, "prompt", "*bold*"),
        ({"good_for": ["TBD"]}, "good_for[0]", "“TBD” is left over"),
        ({"title": "a — b — c — d"}, "style", "more than 2 em dashes"),
        ({"prompt": "1, 2, 3, 4. " + "a < b & " * 300}, "prompt", "over 3000 characters once"),
        ({"clock": [{"minute": n, "cue": SAID} for n in range(3)]}, "sentence", "stands 3 times"),
        (
            {"facts": [{"asked": "Masts", "tell": "2"}, {"asked": "The mast", "tell": "1"}]},
            "facts",
            "same thing twice",
        ),
        ({"key_points": POINTS}, "key_points[0]", "stands in the prompt too"),
    ],
)
def test_each_rule_of_one_kit(bank: Content, fields: dict[str, Any], rule: str, what: str) -> None:
    assert linted(bank.kits[KIT_ID]) == []
    found = linted(changed(bank, **fields))
    assert [one for one in found if one.rule == rule and what in one.what], found


def test_kits_do_not_repeat_one_another_or_a_drill(bank: Content) -> None:
    kit, drill = bank.kits[KIT_ID], bank.drills[GOOD_ID]
    twin = changed(bank, id="twin")
    rules = {(one.id, one.rule) for one in linted(kit, twin)}
    for name in (KIT_ID, "twin"):
        assert {(name, rule) for rule in ("title", "prompt", "sentence", "probes")} <= rules
    copy = changed(bank, prompt=drill.prompt)
    both = Content({drill.id: drill}, {}, bank.families, {}, {}, kits={copy.id: copy})
    prompts = [one.id for one in linting.lint(both) if one.rule == "prompt"]
    assert sorted(prompts) == sorted([drill.id, copy.id])


def test_stats_count_kits(bank: Content) -> None:
    counts = json.loads(CliRunner().invoke(app, ["stats", "--json"]).stdout)["counts"]
    assert counts["kits"] == len(bank.kits)
    last = CliRunner().invoke(app, ["stats"]).stdout.splitlines()[-1]
    assert f", {len(bank.kits)} interview kits, " in last


# --- the weights of mocks --------------------------------------------------------------------


def weighing(folder: Path, text: str) -> Path:
    (folder / "mocks").mkdir(parents=True, exist_ok=True)
    (folder / "mocks/weights.toml").write_text(text, encoding="utf-8")
    return folder


def test_weights_come_with_the_content_field_by_field(tmp_path: Path) -> None:
    own = weighing(tmp_path, "[points]\nlevel = 7\n")
    shipped, both = content.load([SHIPPED]), content.load([SHIPPED, own])
    assert Weights().changed(shipped.mock_weights) == Weights()
    used = Weights().changed(both.mock_weights)
    assert (used.points.level, used.points.repeat) == (7.0, Weights().points.repeat)
    assert both.mock_weights["points"]["types"] == shipped.mock_weights["points"]["types"]
    assert shipped.mock_weights["points"]["level"] == 2.0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[points]\nlevel = 101\n", "points.level: must be a number from 0 to 100"),
        ("[zebra]\n", "zebra: is not known; it may be points,"),
        ("points = 3\n", "points: must be a table, [points]"),
        ("[hours]\nwake = 21.5\n", "hours.sleep: must be an hour or more after hours.wake"),
        ("[points\n", "is not TOML"),
    ],
)
def test_lint_names_a_wrong_weight_in_its_own_file(
    tmp_path: Path, text: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = weighing(tmp_path / "first", "[points]\nlevel = 3\n")
    own = weighing(tmp_path / "own", text)
    monkeypatch.setenv("DRUMBEAT_CONTENT", f"{first}:{own}")
    result = CliRunner().invoke(app, ["lint", str(own)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{own / 'mocks/weights.toml'}: {line}")
    assert result.stderr.count("\n") == 1
