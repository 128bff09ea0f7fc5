"""Finds the query in what a member wrote in Slack, and mends what Slack and phones make of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LOOKS = 20  # lines of a message at which a query may begin outside a code block
LONGEST = 8_000  # characters of a query that is run
FENCE = re.compile(r"```(?:[ \t]*sql\b)?(.*?)(?:```|\Z)", re.S | re.I)
LINK = re.compile(r"<(?:https?|mailto):[^<>|\s]*\|([^<>|]*)>|<((?:https?|mailto):[^<>|\s]*)>")
COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()+", re.S)
# What a statement begins with; also those that are refused, so that they are told why.
VERBS = (
    *("select", "with", "from", "values", "table", "describe", "show", "summarize", "explain"),
    *("insert", "update", "delete", "create", "drop", "alter", "truncate", "merge", "copy"),
    *("attach", "detach", "pragma", "set", "reset", "install", "load", "call", "export", "import"),
    *("execute", "prepare", "use", "begin", "commit", "vacuum", "checkpoint", "pivot", "unpivot"),
)
FIRST = re.compile(rf"(?:{'|'.join(VERBS)})\b", re.I)
WITH = re.compile(r'with\s+(?:recursive\s+)?[\w"]+\s*(?:\([^)]*\))?\s+as\b[^(]{0,20}\(', re.I)
SELECT = re.compile(r"select\b", re.I)
OPENS = re.compile(r"[\s`]*(?:select|with)\b", re.I)
FROM = re.compile(r'\b(?:from|join)\s+[\w"(]', re.I)
SIGNS = re.compile(r"[*();=<>]|\w\.\w|\w,\s*\w+\s+from\b", re.I)
NAMED = re.compile(r'\b(?:from|join)\s+"?(\w+)"?', re.I)
QUOTES = {"'": "‘’‚‛", '"': "“”„‟"}
PLAIN = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None),
    **dict.fromkeys(map(ord, "‐‑‒–−"), "-"),  # hyphens, an en dash, a minus
    ord("—"): "--",  # a phone's em dash was two hyphens
}
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True)
class Read:
    """What a member wrote, parted: the words, and the queries in order."""

    prose: str
    queries: tuple[str, ...] = ()


def tables_in(query: str) -> tuple[str, ...]:
    """The names that follow FROM and JOIN."""
    return tuple(dict.fromkeys(name.lower() for name in NAMED.findall(query)))


def read(texts: Iterable[str], tables: Iterable[str] = ()) -> Read:
    """Part each message; `tables` help to tell a query outside a code block from a sentence."""
    known = tuple(tables)
    parts = [_read(text, known) for text in texts]
    prose = "\n".join(part.prose for part in parts if part.prose)
    return Read(prose, tuple(query for part in parts for query in part.queries))


def _read(text: str, tables: tuple[str, ...]) -> Read:
    queries: list[str] = []
    words: list[str] = []
    at = 0
    for found in FENCE.finditer(text):
        words.append(_unfenced(text[at : found.start()], tables, queries))
        at = found.end()
        block = mend(found.group(1))
        if _begins(block):
            queries.append(block)
        else:  # a table or a sum in a code block belongs to what is said
            words.append(found.group(0))
    words.append(_unfenced(text[at:], tables, queries))
    return Read("\n".join(filter(None, (one.strip() for one in words))), tuple(queries))


def _begins(block: str) -> bool:
    """Does a code block hold a statement and not a result or a sum?"""
    return bool(FIRST.match(COMMENTS.sub("", block)))


def _unfenced(text: str, tables: tuple[str, ...], queries: list[str]) -> str:
    """Words without the queries that stand among them as paragraphs; those go into the list."""
    words: list[str] = []
    lines = text.split("\n")
    at = looks = 0
    while at < len(lines):
        if looks == LOOKS or not OPENS.match(lines[at]):
            words.append(lines[at])
            at += 1
            continue
        looks += 1
        end = _end(lines, at)
        block = mend("\n".join(lines[at:end]).strip().strip("`"))
        if _looks_like(block, tables):
            queries.append(block)
            at = end
        else:
            words.append(lines[at])
            at += 1
    return "\n".join(words)


def _end(lines: list[str], at: int) -> int:
    """Where a query that begins on this line would end: after a `;`, or at an empty line."""
    for number in range(at, len(lines)):
        line = lines[number].strip().rstrip("`")
        if not line:
            return number
        if line.endswith(";"):
            return number + 1
    return len(lines)


def _looks_like(block: str, tables: tuple[str, ...]) -> bool:
    """A query, and no sentence that begins with *Select* or *With*."""
    if WITH.match(block):
        return True
    if not SELECT.match(block):
        return False
    if not FROM.search(block):
        return bool(re.fullmatch(r"select\s+[^\s,]+(?:\s*,\s*[^\s,]+)*\s*;?", block, re.I))
    named = re.search(
        rf"\b(?:from|join)\s+\"?(?:{'|'.join(map(re.escape, tables)) or '$.'})\b", block, re.I
    )
    return bool(named or SIGNS.search(block))


def mend(text: str) -> str:
    """A query as it was meant: Slack's entities and links, typographic signs, odd spaces."""
    text = LINK.sub(lambda found: found.group(1) or found.group(2), text)
    for entity, sign in ENTITIES:
        text = text.replace(entity, sign)
    for straight, curled in QUOTES.items():
        if straight not in text:  # beside straight ones they belong to what is quoted
            text = text.translate(dict.fromkeys(map(ord, curled), straight))
    text = text.translate(PLAIN).replace("\r\n", "\n")
    return text.strip("\n").rstrip()
