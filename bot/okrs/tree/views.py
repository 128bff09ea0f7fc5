"""`/okr tree`: objectives under their parents, across teams. Pure.

Lists of rich text, because Slack indents them on a phone too, and reads them out as lists.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import UserMistake
from bot.okrs import parse, wording
from bot.okrs.tree.rules import Tree, TreeKeyResult, TreeLine
from bot.slack.blocks import (
    OPTIONS_AT_MOST,
    Block,
    actions,
    button,
    clip,
    entered,
    header,
    modal,
    note,
    plural,
    section,
    select,
)

TREE = "okrs.tree"
PICK = "okrs.tree_pick"
PAGE = "okrs.tree_page"
DEEPEST = 6  # levels of indentation; a phone has room for no more
KEY_RESULTS = 12  # of one objective
TITLE = 150
ROOM = 100_000  # bytes of key results in one view, of the 250,000 that Slack takes
MISTAKES = {
    "no_cycles": "There are no goals yet. `/okr new` writes the first objective.",
    "tree_near": "I know no team and no cycle of this name. Did you mean `/okr tree {near}`?",
    "tree_unknown": "I know no team and no cycle of this name. `/okr tree` shows all there are.",
}


def tree(told: Tree) -> Block:
    blocks = [_pickers(told)]
    if not told.lines:
        blocks.append(section("No objectives here yet. `/okr new` writes one."))
    orphans, room = False, ROOM
    for line in told.lines:
        if line.orphan and not orphans:
            orphans = True
            blocks += [
                header("Aligned to nothing"),
                note("These have no parent, and nothing hangs below them. `/okr edit` aligns one."),
            ]
        block = _line(line, line.key_results[:KEY_RESULTS])
        room -= len(json.dumps(block))
        blocks.append(block if room > 0 else _line(line, ()))
    if told.pages > 1:
        blocks += _turning(told)
    return modal("Alignment tree", TREE, blocks, submit="", close="Close")


def _pickers(told: Tree) -> Block:
    teams = [("0", "All teams"), *((str(key), name or "?") for key, name in told.teams)]
    cycles = [(str(key), name or "?") for key, name in told.cycles]
    pickers = [select(f"{PICK}.team", _with(teams, str(told.team_id)), str(told.team_id))]
    if cycles:
        chosen = str(told.cycle_id)
        pickers.insert(0, select(f"{PICK}.cycle", _with(cycles, chosen), chosen))
    return actions(*pickers, block_id="tree")


def _with(options: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """As many as a select takes, the chosen one among them."""
    shown = options[:OPTIONS_AT_MOST]
    missing = [one for one in options if one[0] == chosen and one not in shown]
    return shown[: OPTIONS_AT_MOST - len(missing)] + missing


def _turning(told: Tree) -> list[Block]:
    turns = [(told.page - 1, "Previous page")] * (told.page > 0)
    turns += [(told.page + 1, "Next page")] * (told.page < told.pages - 1)
    where = f"{told.cycle_id}.{told.team_id}"
    buttons = [button(text, f"{PAGE}.{to}", f"{where}.{to}") for to, text in turns]
    page = f"Page {told.page + 1} of {told.pages}, {plural(told.count, 'objective')} in all."
    return [note(page), *([actions(*buttons, block_id="pages")] if buttons else [])]


def _line(line: TreeLine, shown: Sequence[TreeKeyResult]) -> Block:
    depth = min(line.depth, DEEPEST)
    spoken = [_text(_mark(line))]
    if line.parent:
        spoken.append(_text(f", aligned to {clip(line.parent, TITLE)}"))
    own = [
        _text(clip(line.title or "?", TITLE), bold=True),
        _text(f" ({clip(line.team, 60)})\n"),
        *spoken,
    ]
    below = [[_text(_key_result(one))] for one in shown]
    left = len(line.key_results) - len(shown)
    if left:
        more = "more " if shown else ""
        below.append([_text(plural(left, f"{more}key result"))])
    parts = [_list(depth, [own])] + ([_list(depth + 1, below)] if below else [])
    return {"type": "rich_text", "elements": parts}


def _mark(line: TreeLine) -> str:
    mark = wording.colour_mark(line.standing.colour)
    if not line.key_results:
        return f"{mark}: {wording.reason_words(line.standing.why, {})}"
    if line.standing.progress is None:
        return mark
    return f"{mark}  {wording.progress_bar(line.standing.progress)}"


def _key_result(one: TreeKeyResult) -> str:
    """Colour in mark and word, value, target, and why, in one line."""
    told = one.standing
    value = wording.value_words(told.terms, told.value)
    target = wording.target_beside(told.terms, told.value)
    target = f", {clip(target, 150)}" if target else ""
    why = wording.reason_words(told.why, one.titles)
    head = f"{wording.colour_mark(told.colour)}: {clip(one.title, TITLE)}"
    return f"{head} ({clip(value, 100)}{target}). {clip(why, 300)}"


def _list(indent: int, items: list[list[Block]]) -> Block:
    sections = [{"type": "rich_text_section", "elements": one} for one in items]
    return {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": sections}


def _text(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text} | ({"style": {"bold": True}} if bold else {})


def read_picked(state: Mapping[str, Any]) -> tuple[int, int]:
    """(cycle, team) chosen in the selects. Raises UserMistake when there is none of ours."""
    chosen = state.get("tree") or {}
    given = [entered({"one": {"only": chosen.get(f"{PICK}.{name}")}}, "one") for name in NAMES]
    return _numbers([str(one) for one in given])


NAMES = ("cycle", "team")


def read_page(value: str) -> tuple[int, int, int]:
    """(cycle, team, page) of a button."""
    numbers = value.split(".")
    cycle_id, team_id = _numbers(numbers[:2])
    page = parse.identity(numbers[2], "stale_goal") if len(numbers) > 2 else 0
    return cycle_id, team_id, page


def _numbers(given: list[str]) -> tuple[int, int]:
    if len(given) != 2:
        raise UserMistake("stale_goal")
    return parse.identity(given[0], "stale_goal"), parse.identity(given[1], "stale_goal")
