"""People: how Slack and the page show them, and what happens when one changes."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.refusals import NotForThem
from bot.sandbox.state import SLACKBOT, Json, Person
from bot.sandbox.workspace import Workspace

GUESTS = {"": (False, False), "multi": (True, False), "single": (True, True)}

# What a person who filled in nothing else has; pictures are the page's business.
PLAIN_PROFILE: Json = {
    "avatar_hash": "",
    "fields": {},
    "phone": "",
    "skype": "",
    "status_emoji": "",
    "status_emoji_display_info": [],
    "status_expiration": 0,
    "status_text": "",
    "status_text_canonical": "",
    **{f"image_{size}": "" for size in (24, 32, 48, 72, 192, 512)},
}


def _profile(slack: Workspace, person: Person, email: bool) -> Json:
    first, _, last = person.real_name.partition(" ")
    shown = person.name if person.is_bot else ""  # so that Slack shows people by their real names
    profile: Json = {
        **PLAIN_PROFILE,
        "first_name": first,
        "last_name": last,
        "real_name": person.real_name,
        "display_name": shown,
        "real_name_normalized": person.real_name,
        "display_name_normalized": shown,
        "title": person.title,
        "team": slack.state.team["id"],
    }
    if email and person.email:
        profile["email"] = person.email
    if person.is_bot:
        profile |= {"bot_id": slack.state.app.bot_id, "api_app_id": slack.state.app.id}
    return profile


def as_slack(slack: Workspace, person: Person, email: bool = True) -> Json:
    """The user object of the Web API. Deactivated people keep little, as in Slack."""
    offset = slack.machine_now().astimezone(ZoneInfo(person.tz)).utcoffset()
    body: Json = {
        "id": person.id,
        "team_id": slack.state.team["id"],
        "name": person.name,
        "deleted": person.deleted,
        "profile": _profile(slack, person, email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.deleted:
        return body
    return body | {
        "color": person.color,
        "locale": "en-GB",
        "who_can_share_contact_card": "EVERYONE",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_email_confirmed": True,
    }


def for_page(slack: Workspace, person: Person) -> Json:
    local = slack.local(person)
    offset = local.utcoffset()
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "local_time": local.isoformat(timespec="seconds"),
        "is_bot": person.is_bot or person.id == SLACKBOT,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_guest": person.is_restricted,
        "deleted": person.deleted,
        "color": person.color,
        "title": person.title,
    }


def change(slack: Workspace, person: Person, wanted: Json) -> None:
    """Apply what the JSON API may change of a profile, and tell the app (`user_change`)."""
    if "tz" in wanted:
        person.tz = _zone(wanted["tz"])
    for key in ("real_name", "title"):
        if key in wanted:
            setattr(person, key, str(wanted[key]))
    for key in ("deleted", "is_admin"):
        if key in wanted:
            setattr(person, key, bool(wanted[key]))
    if "guest" in wanted:
        if wanted["guest"] not in GUESTS:
            raise NotForThem("invalid_arguments", "guest is multi, single or empty")
        person.is_restricted, person.is_ultra_restricted = GUESTS[wanted["guest"]]
    person.updated = int(slack.now())
    told(slack, person, "user_change")


def arrive(slack: Workspace, wanted: Json) -> Person:
    """A new person joins the workspace, and #general with it."""
    name = str(wanted.get("name", "")).strip().lower()
    key = "U0" + "".join(sign for sign in name.upper() if sign.isalnum())
    if not name or key in slack.state.people:
        raise NotForThem("name_taken", "give a name that nobody has")
    person = Person(
        key,
        name,
        str(wanted.get("real_name") or name.title()),
        _zone(wanted.get("tz", "Europe/London")),
        email=f"{name}@sandbox.example",
        updated=int(slack.now()),
    )
    slack.state.people[key] = person
    told(slack, person, "team_join")
    return person


def told(slack: Workspace, person: Person, event: str) -> None:
    slack.state.touch("person", person.id)
    slack.changes.publish("person", None, person=for_page(slack, person))
    body: Json = {"type": event, "user": as_slack(slack, person), "cache_ts": person.updated}
    slack.out.event(body | {"event_ts": slack.state.next_ts(slack.now())})


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotForThem("invalid_timezone", f"there is no time zone {name}") from error
