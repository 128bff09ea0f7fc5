"""The scoreboard's page as HTML: one file with its style in it and no script."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.okrs.board.page import Page

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "board.css").read_text("utf-8")
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Nothing but this style and the empty icon; nobody may frame it, and nothing leads out of it.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@cache
def _template(name: str) -> "Template":
    # Loaded with the first page: the bot's start and memory do without.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    shelf = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Ours, and hashed in the policy letter by letter, so it must stay as it is.
    shelf.globals["style"] = Markup(STYLE)  # noqa: S704
    return shelf.get_template(name)


def board(told: Page) -> str:
    return _template("board.html").render(page=told)


def notice(title: str, *lines: str, link: tuple[str, str] | None = None) -> str:
    """A page that says something instead of a scoreboard; `link` is (its text, its address)."""
    return _template("notice.html").render(title=title, lines=lines, link=link)


def ended() -> str:
    return notice(
        "This link has ended",
        "A link to a scoreboard works for seven days.",
        "For a new one, type /okr board in Slack, or ask somebody who can.",
    )


def missing() -> str:
    return notice(
        "There is no page here",
        "The link may have lost a piece on its way: copy the whole of it.",
        "For a new one, type /okr board in Slack, or ask somebody who can.",
    )


def starting() -> str:
    return notice("Not ready yet", "Drumbeat is just starting. Load this page again in a minute.")
