"""Pages of `docs` that are made from what they describe: commands, permissions, settings, metrics.

`python -m bot.reference` writes them; a test fails while one is out of date.
"""

from collections.abc import Iterable

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot import features
from bot.config import ROOT, Settings
from bot.measuring import FIGURES, Figure, Source
from bot.slack.declare import Action, Declaration, Event, Role, Verb, View
from bot.web.routes import ROUTES

COMMANDS, SETTINGS = ROOT / "docs" / "commands.md", ROOT / "docs" / "settings.md"
PERMISSIONS = ROOT / "docs" / "permissions.md"
METRICS = ROOT / "docs" / "metrics.md"
SOURCES = {
    Source.STORE: "Asked of the store. Replicas say the same, so take the greatest, not the sum.",
    Source.PROCESS: "Of one process. What is counted begins with its start; add the replicas up.",
}
ROLES = {Role.MEMBER: "everybody", Role.LEAD: "the lead", Role.ADMIN: "admins"}
HEAD = "_Made by `python -m bot.reference`: change the source, not this page._"


def commands(declarations: Iterable[Declaration]) -> str:
    """Everything Slack can knock for, a table a kind."""
    known = tuple(declarations)
    verbs = [one for one in known if isinstance(one, Verb)]
    pressed = [one for one in known if isinstance(one, Action)]
    forms = [one for one in known if isinstance(one, View)]
    events = [one for one in known if isinstance(one, Event)]
    parts = [
        "# Commands, buttons, forms and events",
        HEAD,
        "## Slash commands",
        "A word that is not known is answered with the nearest one that is; `help` lists them.",
        _table(
            ("type", "does", "for"), [(_typed(one), one.about, ROLES[one.role]) for one in verbs]
        ),
        "## Buttons and menus",
        _table(
            ("action id", "does", "for"),
            [(f"`{one.action_id}`", one.about, ROLES[one.role]) for one in pressed],
        ),
        "## Forms",
        _table(
            ("callback id", "is", "for"),
            [(f"`{one.callback_id}`", one.about, ROLES[one.role]) for one in forms],
        ),
        "## Events",
        _table(("event", "scopes"), sorted({(f"`{one.name}`", _scopes(one)) for one in events})),
    ]
    return "\n\n".join(parts) + "\n"


def _typed(verb: Verb) -> str:
    return f"`{' '.join(part for part in (verb.command, verb.name, verb.usage) if part)}`"


def _scopes(event: Event) -> str:
    named = ", ".join(f"`{scope}`" for scope in event.scopes) or "none"
    return f"{named} (optional)" if event.optional else named


PEOPLE = (
    ("everybody", "Whoever is in the workspace, guests of many channels or of one among them."),
    (
        "the lead",
        "Who leads the team it is about. Who makes a team leads it or names another.",
    ),
    ("admins", "Slack’s admins and owners. They may do all that a lead may, for every team."),
    ("a guest", "The same as everybody. Slack makes no guest an admin."),
    ("somebody in no team", "The same as everybody; teams’ goals can be read, not changed."),
    ("a deactivated person", "Nothing."),
    (
        "somebody of another workspace",
        "Nothing, also in a channel that both workspaces share: nobody hears what they write.",
    ),
)
EVERYTHING = {Role.MEMBER: "one’s own", Role.LEAD: "", Role.ADMIN: "the workspace"}


def permissions(declarations: Iterable[Declaration]) -> str:
    """Who may do what: people, then what they type, press and send, then the web."""
    known = tuple(declarations)
    parts = [
        "# Who may do what",
        HEAD,
        "Every command, button and form passes one place before anything is done, "
        "`bot/people/gate.py`, which knows the person’s workspace and role. What it is done with, "
        "such as which team’s goals, the feature checks as the last column says. Whoever may not "
        "is told so in a sentence, and nothing changes. What is somebody’s own, such as answers, "
        "marks and the interview date, no lead and no admin can see. `tests/test_permissions.py` "
        "tries every line as every kind of person.",
        "## People",
        _table(("who", "may do"), PEOPLE),
        "## In Slack",
        _table(("what", "does", "for", "with"), _permitted(known)),
        "## By HTTP",
        "Any other path is a 404, any other method a 405.",
        _table(
            ("request", "for", "tells or does"),
            [(f"`{one.method} {one.path}`", one.who, one.says) for one in ROUTES],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _permitted(known: Iterable[Declaration]) -> list[tuple[str, ...]]:
    return [
        (_named(one), one.about, ROLES[one.role], one.whose or EVERYTHING[one.role])
        for kind in (Verb, Action, View)
        for one in known
        if isinstance(one, kind) and not isinstance(one, Event)
    ]


def _named(one: Verb | Action | View) -> str:
    if isinstance(one, Verb):
        return _typed(one)
    return f"`{one.action_id if isinstance(one, Action) else one.callback_id}`"


def settings() -> str:
    """Every setting with its default and its meaning."""
    rows = [
        (f"`{variable(name, field)}`", _default(field), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    parts = [
        "# Settings",
        HEAD,
        "Read once at the start, from the environment or a file `.env` in the folder the program "
        "is started in; the environment wins. An empty value counts as not set. A wrong one "
        "ends the program with exit code 2 and a line that names it.",
        _table(("name", "default", "meaning"), rows),
    ]
    return "\n\n".join(parts) + "\n"


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable of a setting."""
    alias = field.validation_alias
    if alias is None:
        return name.upper()
    return str(alias if isinstance(alias, str) else getattr(alias, "choices", [name])[0]).upper()


def _default(field: FieldInfo) -> str:
    plain = field.default
    return "–" if plain is None or plain is PydanticUndefined else f"`{plain}`"


def metrics() -> str:
    """Every name on `/metrics`."""
    parts = [
        "# Metrics",
        HEAD,
        "`/metrics` speaks Prometheus' text format. Whoever asks from elsewhere than this machine "
        "needs `DRUMBEAT_METRICS_TOKEN` as bearer token. No label names a person or a channel. "
        "[grafana.json](grafana.json) is a dashboard of them, [alerts.yml](alerts.yml) says what "
        "to be woken for, and [incidents.md](incidents.md) what to do then.",
    ]
    for source, told in SOURCES.items():
        rows = [
            (f"`{one.name}`", one.kind, _labels(one), one.about)
            for one in FIGURES
            if one.source is source
        ]
        parts += [told, _table(("name", "type", "labels", "says"), rows)]
    return "\n\n".join(parts) + "\n"


def _labels(figure: Figure) -> str:
    return ", ".join(f"`{label}`" for label in figure.labels) or "–"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the pages."""
    COMMANDS.write_text(commands(features.DECLARATIONS), "utf-8")
    PERMISSIONS.write_text(permissions(features.DECLARATIONS), "utf-8")
    SETTINGS.write_text(settings(), "utf-8")
    METRICS.write_text(metrics(), "utf-8")


if __name__ == "__main__":
    main()
