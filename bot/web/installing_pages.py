"""What somebody reads who adds the bot to Slack. Pure: values in, HTML out."""

from bot.okrs.board.rendering import notice

AGAIN = "Begin again"


def invitation(authorize: str) -> str:
    """The page with the one link; `authorize` is Slack's address."""
    return notice(
        "Add Drumbeat to Slack",
        "Drumbeat sends a short interview drill on work days, finds partners for mock interviews, "
        "and keeps a team’s goals alive.",
        "Slack shows next what Drumbeat may read and write there, and asks you to allow it. Some "
        "workspaces let only their admins do that.",
        link=("Add to Slack", authorize),
    )


def done(team: str) -> str:
    where = f"Drumbeat is in {team}" if team else "Drumbeat is in your workspace"
    return notice(
        where,
        "Open Slack, look for Drumbeat under Apps, and open its Home tab: it says how to begin.",
        "You can close this page.",
    )


def done_org() -> str:
    return notice(
        "Drumbeat is in your organisation",
        "One step is left: it is in none of its workspaces yet. An organisation admin adds it to "
        "them in Slack’s settings of the organisation, under Apps.",
        "You can close this page.",
    )


def denied(install: str) -> str:
    return notice(
        "Nothing was added",
        "Somebody pressed Cancel, or Slack did not let you add apps. In that case ask an admin of "
        "your workspace to open this page.",
        link=(AGAIN, install),
    )


def unknown(install: str) -> str:
    return notice(
        "This did not begin here",
        "Nothing was added. The address may have lost a piece, or it was not made by Drumbeat.",
        link=(AGAIN, install),
    )


def late(install: str) -> str:
    return notice(
        "That took a little too long",
        "Nothing was added. There are ten minutes between the first page and Slack’s answer.",
        link=(AGAIN, install),
    )


def elsewhere(install: str) -> str:
    return notice(
        "Please finish where you began",
        "Nothing was added. This was begun in another browser, or yours keeps no cookies; Drumbeat "
        "needs one for ten minutes, so that nobody can add it in your name.",
        link=(AGAIN, install),
    )


def twice(install: str) -> str:
    return notice(
        "This link was used before",
        "If Drumbeat is in your workspace by now, all is well and you can close this page.",
        "If not, begin again.",
        link=(AGAIN, install),
    )


def away(install: str) -> str:
    return notice(
        "Slack did not answer",
        "Nothing was added as far as we know. Wait a minute, then begin again: adding Drumbeat "
        "twice does no harm.",
        link=(AGAIN, install),
    )


def misplaced() -> str:
    return notice(
        "Drumbeat is not set up for this yet",
        "Nothing was added, and it is not your fault: Slack does not accept this Drumbeat’s client "
        "id, secret or address.",
        "Please tell whoever runs it; their command is drumbeat doctor.",
    )


def starting() -> str:
    return notice("Not ready yet", "Drumbeat is just starting. Load this page again in a minute.")
