import io
import json
import time
from typing import Any

import pytest

from bot.scoring import batch
from bot.scoring.rules import Question
from tests.scoring.graded_set import load, rubric

GRADED = load()[0]
ENTRY = {
    "id": "a1",
    "prompt": GRADED.question.prompt,
    "answer": GRADED.text,
    "key_points": ["Define an active rider", {"point": "Name a guardrail", "cell": "execution"}],
}


def bank(drill_id: str) -> Question | None:
    return GRADED.question if drill_id == GRADED.drill else None


def run(*lines: str) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    code = batch.run(lines, out, bank, rubric())
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_gives_the_promised_object() -> None:
    code, (marks,) = run(json.dumps(ENTRY))
    assert code == 0
    assert list(marks) == ["id", "cells", "overall", "key_points", "flags", "scorer"]
    assert list(marks["cells"]) == ["restatement", "trade_offs", "execution", "communication"]
    for cell in marks["cells"].values():
        assert set(cell) == {"score", "quotes", "anchor"}
        assert all(quote in GRADED.text for quote in cell["quotes"])
    assert set(marks["key_points"][0]) == {"point", "covered", "coverage", "quote"}
    assert marks["scorer"] == "embedded-v2"


def test_a_drill_of_the_bank_brings_the_rest() -> None:
    code, (marks,) = run(json.dumps({"id": 7, "drill_id": GRADED.drill, "answer": GRADED.text}))
    assert (code, marks["id"]) == (0, 7)
    assert len(marks["key_points"]) == len(GRADED.question.key_points)


def test_a_cell_not_asked_for_is_null() -> None:
    _, (marks,) = run(json.dumps({**ENTRY, "cells": ["execution"]}))
    assert marks["cells"]["trade_offs"] == {"score": None, "quotes": [], "anchor": ""}
    assert marks["cells"]["execution"]["score"] > 0


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not JSON"),
        ("[1]", "object"),
        (json.dumps({**ENTRY, "answer": 3}), "answer"),
        (json.dumps({**ENTRY, "prompt": None}), "prompt"),
        (json.dumps({**ENTRY, "key_points": [3]}), "key_points[0]"),
        (json.dumps({**ENTRY, "key_points": "x"}), "key_points"),
        (json.dumps({**ENTRY, "minutes": -1}), "minutes"),
        (json.dumps({**ENTRY, "cells": ["style"]}), "cells"),
        (json.dumps({**ENTRY, "cells": [["style"]]}), "cells"),
        (json.dumps({"id": 1, "drill_id": "none", "answer": "x"}), "drill_id"),
        (json.dumps({"prompt": "x", "answer": "y"}), "id"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_rest_goes_on(line: str, error: str) -> None:
    code, (first, second) = run(line, json.dumps(ENTRY))
    assert code == 1
    assert error in first["error"]
    assert set(first) <= {"id", "error"}
    assert second["id"] == "a1"


def test_two_hundred_answers_a_second() -> None:
    lines = [json.dumps({**ENTRY, "id": n, "answer": each.text}) for n, each in enumerate(load())]
    started = time.process_time()
    run(*lines)
    assert len(lines) / (time.process_time() - started) >= 200
