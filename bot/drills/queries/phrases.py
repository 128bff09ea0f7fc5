"""What is wrong with a query, in the words of its writer's trade. Pure."""

from bot.drills.queries import rules
from bot.drills.queries.comparing import Difference
from bot.drills.queries.rules import Trouble
from bot.slack.blocks import clip, escape, plural, together

NAME = 60  # characters of a name that are repeated
LINE = 100  # characters of a line that are quoted
ONLY = "Only one statement that reads is run: `SELECT`, or `WITH` before it."
VERBS = {
    "COPY": "`COPY` reads and writes files, and there are none here.",
    "ATTACH": "`ATTACH` opens another database, and there is none here.",
    "DETACH": "`DETACH` closes a database, and there is only this one.",
    "EXPORT": "`EXPORT` writes files, and there are none here.",
    "SET": "Settings stay as they are.",
    "VARIABLE_SET": "Settings stay as they are.",
    "PRAGMA": "Settings stay as they are, and `PRAGMA` cannot look at them.",
    "LOAD": "Extensions are not there to be installed or loaded.",
    "EXTENSION": "Extensions are not there to be installed or loaded.",
    "CALL": "`CALL` runs a procedure, and there are none here.",
    "EXPLAIN": "`EXPLAIN` shows how a query would run; here it is simply run.",
    "INSERT": "The tables cannot be changed.",
    "UPDATE": "The tables cannot be changed.",
    "DELETE": "The tables cannot be changed.",
    "MERGE": "The tables cannot be changed.",
    "DROP": "The tables cannot be changed.",
    "ALTER": "The tables cannot be changed.",
    "CREATE": "Nothing can be created; a `WITH` gives a part of the query a name.",
    "MULTI": "`PIVOT` is not taken; `CASE` inside `sum` does the same.",
}
ENDS = {
    "empty": "There is no statement in it.",
    "several": "There is more than one statement in it. Send the one that counts.",
    "long": "It is longer than 8,000 characters. A shorter one will do.",
    "deep": "It is nested too deeply to be read. A `WITH` makes it flat.",
    "unfinished": "It ends too early: a quote or a bracket may still be open.",
    "syntax": "It cannot be read as SQL.",
    "slow": "It was stopped because it took longer than three seconds. "
    "A join without a condition, or a recursion without an end, does that.",
    "memory": "It was stopped because it needs more memory than there is. "
    "Filter or group earlier, and join on a key.",
    "broke": "It was stopped: the engine could not carry it out. Write it more simply.",
    "closed": "It asks for something outside the drill’s own tables, and there is nothing.",
    "zone": "A column holds times with a zone, which cannot be shown. Cast it to `TIMESTAMP`.",
    "aggregate": "A total such as `sum` or `count` stands where rows are chosen one by one. "
    "Conditions on totals belong in `HAVING`.",
    "window": "A window function stands where rows are chosen one by one. "
    "Compute it in a `WITH` and choose from that.",
    "union": "Both sides of the `UNION` must have the same number of columns.",
    "subquery": "A query in brackets that is used as a value must return a single column.",
    "not_run": "It was not run.",
}
KINDS = {
    "number": "numbers",
    "text": "text",
    "date": "dates",
    "time": "times of day",
    "truth": "true or false",
    "other": "another type",
}


def trouble(told: Trouble) -> str:
    """One or two sentences; what people wrote in them is escaped."""
    name = _name(told.name)
    if told.code == "statement":
        return f"{VERBS.get(told.name.upper(), '')} {ONLY}".strip()
    if told.code == "table":
        return f"There is no table {name} here.{_there(told.near)}"
    if told.code == "columns":
        return f"It returns {name.strip('`')} columns, more than the 40 that are taken."
    named = NAMED.get(told.code)
    if named:
        name = "" if told.code == "conversion" and not told.name else name
        return named.format(name=name).strip() + _meant(told.near)
    if told.code in ENDS:
        return ENDS[told.code]
    said = f" It says: {escape(told.name)}" if told.name else ""
    return f"The engine could not carry it out.{said}"


NAMED = {
    "near": "It cannot be read as SQL from {name} on. Look at that word and the one before it.",
    "column": "There is no column {name} at that place.",
    "function": "The function {name} is not there to be used: it reaches outside the drill’s "
    "tables.",
    "no_function": "There is no function {name}.",
    "group": "The column {name} is neither in `GROUP BY` nor inside a total such as `sum`.",
    "ambiguous": "More than one table has a column {name}. Write the table before it.",
    "arguments": "{name} does not fit these types. Look at what the columns hold.",
    "compare": "A value of type {name} is compared with one of another type. Cast one of them.",
    "conversion": "A value cannot be turned into that type. {name}",
}


def _name(text: str) -> str:
    shown = clip(text.replace("`", "'").replace("\n", " "), NAME)
    return f"`{escape(shown)}`" if shown else "of that name"


def _meant(near: tuple[str, ...]) -> str:
    return f" Did you mean {together([_name(one) for one in near])}?" if near else ""


def _there(near: tuple[str, ...]) -> str:
    if not near:
        return ""
    return f" There {'is' if len(near) == 1 else 'are'} {together([_name(one) for one in near])}."


def pointed(query: str, told: Trouble) -> str:
    """`line 2, column 7`, the line and a caret below the place; empty where none is known."""
    if told.at is None:
        return ""
    place = rules.place(query, told.at)
    start = max(0, place.column - 1 - LINE // 2)
    line = place.text[start : start + LINE].replace("`", "'").replace("\t", " ")
    caret = " " * (place.column - 1 - start) + "^"
    return f"Line {place.line}, column {place.column}:\n```{escape(line)}\n{caret}```"


def difference(told: Difference) -> str:
    """One kind of difference, without any expected value."""
    column = _name(told.column)
    rows, columns = plural(told.count, "row"), plural(told.count, "column")
    if told.code.startswith("kind_"):
        wanted = KINDS[told.code.removeprefix("kind_")]
        return f"Column {column} should hold {wanted}, and it holds something else."
    return {
        "columns_more": f"It has {columns} too many.",
        "columns_fewer": f"{columns} {'is' if told.count == 1 else 'are'} missing.",
        "columns_order": "The columns are the right ones in another order.",
        "name": f"Column {told.count} is called {column}; the question asks for another name.",
        "rows_none": "It has no rows at all.",
        "rows_many": f"It has far too many rows: {told.count:,} or more.",
        "rows_more": f"It has {rows} too many.",
        "rows_fewer": f"{rows} {'is' if told.count == 1 else 'are'} missing.",
        "rows_twice": f"{rows} {'is' if told.count == 1 else 'are'} there more than once.",
        "rows_all_there": "The expected rows are all among them.",
        "values": f"Column {column} differs in {rows}.",
        "spaces": f"Column {column} differs in {rows}, somewhere only by spaces at an end.",
        "order": "The rows are right, and they stand in another order than asked.",
    }.get(told.code, "It differs from the expected result.")
