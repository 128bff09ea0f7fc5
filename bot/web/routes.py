"""Who may ask for what by HTTP. A test compares it with the routes that there are."""

from dataclasses import dataclass

from bot.slack.manifest import BACK


@dataclass(frozen=True)
class Route:
    """`path` as aiohttp writes it, `who` is let in, `says` what they learn or do."""

    method: str
    path: str
    who: str
    says: str


ROUTES: tuple[Route, ...] = (
    Route("GET", "/healthz", "anybody", "whether the program turns"),
    Route("GET", "/readyz", "anybody", "the names of what fails, nobody’s data"),
    Route(
        "GET",
        "/metrics",
        "whoever has `DRUMBEAT_METRICS_TOKEN`; this machine itself where no proxy stands between",
        "figures without names",
    ),
    Route(
        "POST",
        "/slack/events",
        "Slack, by a signature that is at most five minutes old; then as the tables above say",
        "everything that happens in Slack",
    ),
    Route(
        "GET",
        "/board/{token}",
        "whoever holds a link, until it ends, while its workspace and team are there",
        "one team’s goals and how they stand, without notes, blockers and people’s ids",
    ),
    Route("GET", "/slack/install", "anybody, where the bot is offered to many", "how to add it"),
    Route(
        "GET",
        BACK,
        "who began in the same browser and comes back from Slack’s page",
        "installs the bot in their workspace",
    ),
)
