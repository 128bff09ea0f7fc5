"""Would the model answer be marked as one? Asked of the bot's own scorer, drill by drill."""

from collections.abc import Iterable
from dataclasses import replace

from bot.content.bank import Content
from bot.content.words import Finding
from bot.drills.service import question
from bot.scoring.embedded import score
from bot.scoring.rules import Rubric

LEAST = 3.0  # of 4, in every cell that the drill exercises


def lint(content: Content, drills: Iterable[str]) -> list[Finding]:
    """A finding for every cell in which the model answer of one of these drills stays too low.

    None without a rubric. Raises ValueError when there is one that cannot be used.
    """
    if not content.rubric:
        return []
    rubric = Rubric.from_dict(content.rubric)
    found = []
    for drill in (content.drills[name] for name in drills):
        # The scorer takes the model answer for a copy as long as it knows it.
        card = score(replace(question(drill), model_answer=""), drill.model_answer, rubric)
        for cell, mark in card.cells.items():
            if cell.value in drill.cells and (mark.score or 0) < LEAST:
                what = f"would get {mark.score or 0:.2f} in {cell.value}; show more of it"
                found.append(Finding(drill.id, "model_answer", what))
    return found
