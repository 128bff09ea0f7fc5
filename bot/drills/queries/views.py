"""A query's result in the thread, and the form in which one is written. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.drills.queries import parse, phrases
from bot.drills.queries.comparing import Difference
from bot.drills.queries.rules import Column, Given, Table, Trouble
from bot.drills.views import WRITE
from bot.errors import UserMistake
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    divider,
    entered,
    escape,
    field,
    modal,
    note,
    plural,
    section,
    text_field,
)
from bot.slack.declare import read_id

SAVE = "drills.query"
FIELD = "query"
ROWS = 20  # of a result that are shown
IN_FORM = 8  # of them above the tables of the form
CELL = 24  # characters of a value
WIDTH = 74  # characters of a line
MONO = 2_900  # characters of a code block after escaping
TABLES = 12  # of a data set, shown in the form
TYPED = 3_000  # characters that Slack's field takes
MISTAKES = {
    "no_query": "This drill asks for words alone: answer in its thread.",
    "query_final": "Your answer is final, so the query sent before is the one that counts.",
    "query_empty": "There is no query in it yet: begin with SELECT or WITH.",
    "query_long": "This is longer than 8,000 characters. A shorter query will do.",
}


@dataclass(frozen=True)
class Result:
    """A query that was run: what came of it, and once the answer is final what was expected."""

    session_id: int
    query: str
    result: Table | Trouble
    differences: tuple[Difference, ...] = ()
    seconds: float = 0.0
    final: bool = False
    kept: bool | None = None  # the verdict that stands although this query came after it
    wanted: Table | None = None
    reference: str = ""
    in_words: bool = True  # has anything been said in words yet?

    @property
    def right(self) -> bool:
        return isinstance(self.result, Table) and not self.differences


def result(told: Result) -> Message:
    """*Query: right* or *not yet*, why, and the table."""
    lines = _lines(told)
    blocks = [section("\n".join(lines)), *_tables(told)]
    if told.final:
        blocks += _expected(told)
    elif not told.in_words:
        blocks.append(note(NARRATE))
    if not told.final:
        blocks.append(actions(button("Write SQL", WRITE, str(told.session_id))))
    spoken = " ".join(_lines(told, bold="")).replace("```", " ")
    return Message(spoken, tuple(blocks))


NARRATE = (
    "A query alone is not scored. Say in this thread what it shows and what you would do, in "
    "twelve words or more."
)


def _lines(told: Result, bold: str = "*") -> list[str]:
    """Stars of the query’s own stay: they are what it was about."""
    head = f"{bold}Query: {'right' if told.right else 'not yet'}.{bold}"
    if isinstance(told.result, Trouble):
        lines = [f"{head} {phrases.trouble(told.result)}", phrases.pointed(told.query, told.result)]
    else:
        many = f"{len(told.result.rows):,} rows or more" if told.result.more else None
        rows = many or plural(len(told.result.rows), "row")
        lines = [f"{head} {rows} in {max(round(told.seconds * 1000), 1):,} ms."]
        lines += [f"• {phrases.difference(one)}" for one in told.differences[:8]]
    if told.kept is not None:
        stands = f"{bold}{'right' if told.kept else 'not yet'}{bold}"
        lines.append(f"The expected result was shown before, so the card stays at {stands}.")
    return [line for line in lines if line]


def _tables(told: Result, most: int = ROWS) -> list[Block]:
    if not isinstance(told.result, Table):
        return []
    return [section(mono(told.result, most)), *_left_out(told.result, most)]


def _left_out(table: Table, most: int = ROWS) -> list[Block]:
    if table.more:
        return [note(f"The first {most} rows; there are many more.")]
    left = len(table.rows) > most
    return [note(f"The first {most} of {len(table.rows):,} rows.")] if left else []


def _expected(told: Result) -> list[Block]:
    blocks: list[Block] = []
    if told.wanted is not None and not told.right:
        blocks += [section("*The expected result*"), section(mono(told.wanted))]
        blocks += _left_out(told.wanted)
    if told.reference:
        blocks += [section("*One way to write it*"), section(code(told.reference))]
    return blocks


def withdrawn() -> Message:
    text = "Your query was withdrawn. A new one in this thread is run at once."
    return Message(text, (section(text),))


def down() -> Message:
    """The engine did not answer: said once, and replaced by the result."""
    text = (
        "Your query could not be run just now. It is kept, nothing is lost, and I try again by "
        "myself: the result will stand here."
    )
    return Message(text, (section(text),))


def narrate() -> Message:
    """In the scorecard's place while there is a query and not a word."""
    text = (
        "I have your query: its result stands in this thread. Your scorecard comes here once you "
        "say what it shows."
    )
    return Message(text, (section(text),))


# --- tables in one width of letters --------------------------------------------------------------


def code(text: str) -> str:
    """Text in a code block, cut to what a section holds."""
    plain = escape(clip(text.replace("`", "'"), TYPED))
    while len(plain) > MONO:
        text = text[: len(text) * 9 // 10]
        plain = escape(text.replace("`", "'")) + "…"
    return f"```{plain}```"


def mono(table: Table, most: int = ROWS) -> str:
    """A table in a code block: at most 20 rows, long values and what is too wide cut."""
    rows = table.rows[:most]
    texts = [[_shown(row[at]) for row in rows] for at in range(len(table.columns))]
    heads = [_shown(column.name) for column in table.columns]
    widths = [max(map(len, [head, *cells])) for head, cells in zip(heads, texts, strict=True)]
    fitting = _fitting(widths)
    kinds = [column.kind for column in table.columns]
    lines = [_line(heads, widths, kinds, fitting)]
    lines += [
        _line([cells[at] for cells in texts], widths, kinds, fitting) for at in range(len(rows))
    ]
    while len(told := escape("\n".join(lines))) > MONO:
        lines.pop()
    return f"```{told}```"


def _fitting(widths: Sequence[int]) -> int:
    """How many columns fit in a line; one always does."""
    used, count = 0, 0
    for width in widths:
        used += width + 2
        if used > WIDTH and count:
            break
        count += 1
    return count


def _line(texts: Sequence[str], widths: Sequence[int], kinds: Sequence[str], fitting: int) -> str:
    parts = [
        text.rjust(width) if kind == "number" else text.ljust(width)
        for text, width, kind in zip(texts, widths, kinds, strict=True)
    ][:fitting]
    return "  ".join([*parts, "…"] if fitting < len(texts) else parts).rstrip()


def _shown(value: str | None) -> str:
    """NULL for what is missing; a value on one line and not too long."""
    if value is None:
        return "NULL"
    plain = "".join(sign if sign.isprintable() else " " for sign in value[: CELL + 1])
    plain = plain.replace("`", "'")
    return plain[: CELL - 1] + "…" if len(plain) > CELL else plain


# --- the form ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """*Write SQL*: the drill's tables, the last query, and what came of it if it was run here."""

    session_id: int
    given: tuple[Given, ...]
    query: str = ""
    ran: Result | None = None
    running: bool = False
    down: bool = False


def form(told: Form) -> Block:
    blocks: list[Block] = []
    if told.running:
        blocks.append(
            section(":hourglass_flowing_sand: Running. The result comes here and in the thread.")
        )
    elif told.down:
        blocks += down().blocks
    elif told.ran is not None:
        blocks.append(section("\n".join(_lines(told.ran))))
    blocks += [divider()] if blocks else []
    box = text_field(FIELD, told.query, multiline=True, placeholder="SELECT …", most=TYPED)
    hint = "One SELECT. The newest query counts; say in the thread what it shows."
    blocks.append(field(FIELD, "Query", box, hint=hint))
    if told.ran is not None:  # under the query, which is to be changed without scrolling
        given = _tables(told.ran, most=IN_FORM)
        blocks += [section("*What it gives*"), *given] if given else []
    for one in told.given[:TABLES]:
        blocks += _described(one)
    if not told.given:
        blocks.append(note("The tables cannot be shown just now; the drill’s message names them."))
    return modal(
        "Write SQL", SAVE, blocks, metadata=str(told.session_id), submit="Run", close="Close"
    )


def _described(one: Given) -> list[Block]:
    """A table's name, size, columns with types, and its first rows."""
    columns = ", ".join(_column(column) for column in one.sample.columns[:20])
    size = plural(one.size, "row")
    head = f"*{escape(clip(one.name, 60))}*, {size}: {columns}"
    return [section(clip(head, 2_900)), section(mono(one.sample))]


def _column(column: Column) -> str:
    return f"`{escape(_shown(column.name))}` {escape(clip(column.type.lower(), 30))}"


def read_query(state: Mapping[str, Any]) -> str:
    """The typed query, mended. Raises UserMistake when there is none or it is too long."""
    typed = str(entered(state, FIELD) or "")
    query = parse.mend(typed).strip().strip("`").strip()
    if not query:
        raise UserMistake("query_empty", field=FIELD)
    if len(query) > parse.LONGEST:
        raise UserMistake("query_long", field=FIELD)
    return query


def read_session(metadata: str) -> int:
    return read_id(metadata)
