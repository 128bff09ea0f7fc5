from bot.deps import Deps
from bot.drills.answers import listeners as answers
from bot.drills.team import outgoing, service, views
from bot.errors import UserMistake
from bot.outbox import service as outbox
from bot.people import service as people
from bot.people.rules import known_zone, near_zone
from bot.plans import parse
from bot.plans import service as plans
from bot.slack.declare import Action, Declaration, Knock, Outcome, Role, Say, Verb


async def team(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/drill team 09:00 Europe/Berlin`, `/drill team off`, `/drill team`."""
    channel = knock.channel_id
    if not channel.startswith(("C", "G")) or knock.channel_name == "directmessage":
        raise UserMistake("team_channel")
    words = knock.words[1:]
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        team = await service.of_channel(session, knock.workspace_id, channel)
        if not words:
            if team is None:
                raise UserMistake("team_usage")
            return (Say(views.standing(channel, team.next_due_at, team.tz, team.lead)),)
        if words[0].lower() == "off":
            service.stop(team, member)
            return (Say(views.stopped(channel)),)
        at, tz = parse.time_of_day(words[0]), _zone(words[1:], member.tz)
        plan = await plans.ensure(session, member)
        made = await service.schedule(session, member, channel, at, tz, plan.track, deps.now())
        said = views.scheduled(channel, made.next_due_at, made.tz, made.lead)
    return (Say(said),)


def _zone(words: list[str], own: str) -> str:
    if not words:
        return own
    typed = " ".join(words)
    found = known_zone(typed)
    if found is None:
        raise UserMistake("team_zone", given=parse.shown(typed), near=near_zone(typed))
    return found


async def replied(deps: Deps, knock: Knock, run_id: int) -> None:
    """A message, an edit or a deletion in the thread of a channel's drill."""
    user_id = answers.author(knock.event)
    if not user_id:
        return
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, user_id)
        row = await service.session_of(session, deps.content, run_id, member, deps.now())
        if row is None:
            return
        first = row.answered_at is None and not member.privacy_told
        await answers.take(deps, session, knock, row)
        if first and row.answered_at is not None:
            member.privacy_told = True
            draft = outgoing.first_answer(row, member, deps.judge_name)
            await outbox.say(session, draft, deps.machine_now())


async def name_me(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        yes = await service.name_me(session, knock.number, member)
    return (Say(views.named(yes)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/drill",
        "team",
        team,
        "a daily drill for this channel, or `off`",
        "09:00 Europe/Berlin",
        role=Role.LEAD,
        whose="the channel’s drill, for who set it up; a new one for anybody",
    ),
    Action(views.NAME_ME, name_me, "be named in a channel’s summary"),
)
