"""The workspace as it stands on its first day: six people in four time zones, two channels."""

from bot.sandbox.state import SLACKBOT, Channel, Person, State

PEOPLE = (
    ("U0ANA", "ana", "Ana Ruiz", "Europe/Madrid", "Product manager", "3b6fb6"),
    ("U0BEN", "ben", "Ben Adeyemi", "Europe/London", "Designer", "8a5a9e"),
    ("U0CHLOE", "chloe", "Chloe Martin", "America/New_York", "Data analyst", "b3541e"),
    ("U0DEV", "dev", "Dev Sharma", "Asia/Kolkata", "Engineer", "2f7d5b"),
    ("U0EMI", "emi", "Emi Tanaka", "America/New_York", "Product manager", "a03b54"),
    ("U0FINN", "finn", "Finn O'Brien", "Europe/London", "Engineering lead", "59691f"),
)


def first_day(now: float) -> State:
    """A fresh workspace. `now` is real time in Unix seconds."""
    state = State()
    moment = int(now)
    for user, name, real_name, tz, title, color in PEOPLE:
        state.people[user] = Person(
            user,
            name,
            real_name,
            tz,
            title,
            color,
            email=f"{name}@sandbox.example",
            is_admin=user == "U0ANA",
            is_owner=user == "U0ANA",
            updated=moment,
        )
    bot = state.app.bot_user
    state.people[bot] = Person(bot, "app", state.app.name, is_bot=True, updated=moment)
    state.people[SLACKBOT] = Person(SLACKBOT, "slackbot", "Slackbot", updated=moment)
    everyone = [user for user, *_ in PEOPLE]
    for key, name in (("C0GENERAL", "general"), ("C0PRODUCT", "product")):
        state.channels[key] = Channel(
            key, "channel", name, creator="U0ANA", created=moment, members=list(everyone)
        )
    touch_all(state)
    return state


def touch_all(state: State) -> None:
    """Mark every record for writing."""
    state.touch("app", "app")
    state.touch("team", "team")
    for user in state.people:
        state.touch("person", user)
    for channel in state.channels.values():
        state.touch("channel", channel.id)
        for ts in channel.messages:
            state.touch("message", channel.id, ts)
