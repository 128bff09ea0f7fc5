"""Every lint rule, each on a bank that breaks it and on one that does not."""

from typing import Any

import pytest

from bot import content
from bot.content import Content, Drill, Warmup, linting
from tests.content_samples import GOOD_ID, SHIPPED


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


def changed(bank: Content, **fields: Any) -> Drill:
    drill = bank.drills[GOOD_ID].model_dump(mode="json")
    return Drill.model_validate(drill | fields)


def bank_of(bank: Content, *drills: Drill, cards: tuple[Warmup, ...] = ()) -> Content:
    return Content(
        drills={drill.id: drill for drill in drills},
        warmups={card.id: card for card in cards},
        families=bank.families,
        rubric=bank.rubric,
        paths={},
    )


def points(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"point": point, "cell": cell} for point, cell in pairs]


FOUR = (
    ("Counts doorbells", "execution"),
    ("Checks the till", "trade_offs"),
    ("Asks what the van is for", "restatement"),
    ("Begins with no", "communication"),
)


@pytest.mark.parametrize(
    ("fields", "rule", "what"),
    [
        ({"family": "sql-magic"}, "family", "sql-magic is not in families.toml"),
        ({"cells": ["execution", "trade_offs", "restatement"]}, "cells", "communication, which"),
        ({"key_points": points(*FOUR[1:], FOUR[1])}, "cells", "no key point is for execution"),
        ({"cells": [*content.CELLS[:3], "execution"]}, "cells", "a cell stands twice"),
        ({"minutes": 1.0}, "model_answer", "1 minutes hold 90 to 170"),
        (
            {"key_points": points(*FOUR, ("Three zones add up to 806,000", "execution"))},
            "key_points[4]",
            None,
        ),
        (
            {
                "key_points": points(
                    *FOUR, ("The three zones adding to 806,000, tills having 550,000", "execution")
                )
            },
            "key_points[4]",
            "stands in the model answer too",
        ),
        ({"stage": "scenario", "prompt": "A van is late. " * 5}, "prompt", "2 numbers or more"),
        ({"prompt": "A van is late. " * 5}, "prompt", None),
        ({"mistakes": ["TBD", "Adds twice"]}, "mistakes[0]", "“TBD” is left over"),
        ({"flips": ["Lorem ipsum", "Other"]}, "flips[0]", "“Lorem” is left over"),
        ({"prompt": "Look at {{zone}} and say what you would do next"}, "prompt", "left over"),
        ({"flips": ["a — b — c — d", "Other"]}, "style", "more than 2 em dashes"),
        ({"flips": ["a — b — c", "Other"]}, "style", None),
        ({"prompt": "Look at **this** and say what you would do next"}, "prompt", "*bold*"),
        ({"prompt": "Look at this and say:\n```\nSELECT 1\nwhat you read"}, "prompt", "not closed"),
        ({"prompt": "Read this & that. " + "a < b " * 380}, "prompt", "once escaped"),
        ({"probes": ["Why so?", "Say more."]}, "probes[1]", "must end with a question mark"),
        ({"probes": ["Why so?", "why, so?"]}, "probes", "asked twice in the bank"),
        ({"flips": ["Riders are scarce", "rider is scarce"]}, "flips", "the same thing twice"),
    ],
)
def test_each_rule_of_one_drill(
    bank: Content, fields: dict[str, Any], rule: str, what: str | None
) -> None:
    assert linting.lint(bank_of(bank, changed(bank))) == []
    found = linting.lint(bank_of(bank, changed(bank, **fields)))
    texts = [finding.what for finding in found if finding.rule == rule]
    if what is None:
        assert texts == []
    else:
        assert [text for text in texts if what in text], found


def test_a_sentence_may_stand_in_two_drills_and_no_more(bank: Content) -> None:
    three = list(bank.drills.values())[:3]
    said = [
        drill.model_copy(update={"mistakes": ("Forgets the people who wait at home.", drill.id)})
        for drill in three
    ]
    rules = {finding.rule for finding in linting.lint(bank_of(bank, *said[:2]))}
    assert "sentence" not in rules
    found = linting.lint(bank_of(bank, *said))
    assert [finding.id for finding in found if finding.rule == "sentence"] == sorted(
        drill.id for drill in three
    )


def test_a_prompt_with_a_word_swapped_is_found(bank: Content) -> None:
    prompt = bank.drills[GOOD_ID].prompt
    twin = changed(bank, id="twin", prompt=prompt.replace("Nairobi", "Mombasa"))
    found = linting.lint(bank_of(bank, changed(bank), twin))
    near = [finding for finding in found if finding.rule == "prompt"]
    assert {finding.id for finding in near} == {GOOD_ID, "twin"}
    assert "of its five-word runs stand in twin too" in near[0].what


def test_cards_are_checked_too(bank: Content) -> None:
    card = next(iter(bank.warmups.values()))
    twin = card.model_copy(update={"id": "twin", "family": "none", "back": "TODO: write it"})
    found = linting.lint(bank_of(bank, cards=(card, twin)))
    assert {(finding.id, finding.rule) for finding in found} == {
        (card.id, "front"),
        ("twin", "front"),
        ("twin", "back"),
        ("twin", "family"),
    }


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("measures", "measur"),
        ("measured", "measur"),
        ("planning", "plan"),
        ("planned", "plan"),
        ("countries", "country"),
        ("less", "less"),
        ("string", "string"),
        ("bus", "bus"),
        ("806000", "806000"),
    ],
)
def test_stems(word: str, stem: str) -> None:
    assert linting.stem(word) == stem
