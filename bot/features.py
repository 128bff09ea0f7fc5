"""The list a new feature is added to. Importing this also loads every table."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db import soonest
from bot.declared import DECLARATIONS as DECLARATIONS
from bot.declared import WORDS as WORDS
from bot.deps import Deps
from bot.drills import jobs as drill_jobs
from bot.drills import service as drill_service
from bot.drills.answers import held, judging
from bot.drills.answers import jobs as answer_jobs
from bot.drills.answers import listeners as answers
from bot.drills.marks import jobs as mark_jobs
from bot.drills.opening import jobs as opening_jobs
from bot.drills.progress.letters import jobs as letter_jobs
from bot.drills.progress.letters import service as letters
from bot.drills.queries import jobs as query_jobs
from bot.drills.queries import service as query_service
from bot.drills.reviewing import outgoing as review_requests
from bot.drills.reviewing import service as review_service
from bot.drills.tables import DrillSession
from bot.drills.team import jobs as team_jobs
from bot.drills.team import listeners as team
from bot.drills.team import outgoing as team_outgoing
from bot.drills.team import service as team_service
from bot.drills.team.tables import TeamDrill, TeamRun
from bot.drills.voice import jobs as voice_jobs
from bot.drills.voice import service as voice_service
from bot.drills.voice.service import VoiceClip
from bot.home import jobs as home_jobs
from bot.mocks.marks import jobs as mock_mark_jobs
from bot.mocks.marks import service as mock_mark_service
from bot.mocks.marks.reminding import service as mock_mark_reminding
from bot.mocks.meetings import listeners as meetings
from bot.mocks.outcomes import jobs as outcome_jobs
from bot.mocks.outcomes import loading as outcome_loading
from bot.mocks.rounds import eligibility as mock_eligibility
from bot.mocks.rounds import jobs as mock_round_jobs
from bot.mocks.rounds import outgoing as mock_rounds
from bot.mocks.solo import held as solo_held
from bot.mocks.solo import jobs as solo_jobs
from bot.mocks.solo import listeners as solo
from bot.mocks.solo import service as solo_service
from bot.mocks.tables import MockGroup, MockRound, MockSeat, MockSolo
from bot.okrs.calls import service as call_service
from bot.okrs.checkins.tables import CheckInCall, Round
from bot.okrs.closing import jobs as closing_jobs
from bot.okrs.closing import outgoing as closing_outgoing
from bot.okrs.closing import service as closing_service
from bot.okrs.digests import jobs as digest_jobs
from bot.okrs.digests import outgoing as digest_outgoing
from bot.okrs.reviews import outgoing as review_outgoing
from bot.okrs.rounds import jobs as round_jobs
from bot.okrs.tables import TeamCycle
from bot.outbox import catching_up, reconciling, resting, waiting
from bot.outbox import jobs as outbox_jobs
from bot.outbox.topics import TopicKind
from bot.people import jobs as people_jobs
from bot.plans import service as plan_service
from bot.plans.pictures import jobs as plan_picture_jobs
from bot.plans.pictures import service as plan_picture_service
from bot.plans.tables import PracticePlan
from bot.plans.timeline import outgoing as timeline
from bot.scheduler import TICK, Every, Job, OnBell, WhenDue
from bot.workspaces import jobs as workspace_jobs
from bot.workspaces.purging import jobs as purging_jobs
from bot.workspaces.rules import BELL as WORKSPACES
from bot.workspaces.tokens import jobs as token_jobs

TOPICS: Mapping[str, TopicKind] = {
    kind.name: kind
    for kind in (
        TopicKind("", replied=answers.elsewhere),
        TopicKind(
            "drill",
            still_wanted=drill_service.still_wanted,
            sent=drill_service.landed,
            dropped=drill_service.dropped,
            replied=answers.replied,
            keeps=held.by_session,
        ),
        TopicKind(letters.KIND, still_wanted=letters.still_wanted, dropped=letters.dropped),
        TopicKind(letters.PICTURE, still_wanted=letters.still_wanted),
        TopicKind(
            "team_drill",
            sent=team_service.landed,
            dropped=team_outgoing.dropped,
            replied=team.replied,
            keeps=held.by_run,
        ),
        TopicKind(
            review_requests.REVIEW,
            still_wanted=review_service.still_wanted,
            dropped=review_requests.dropped,
        ),
        TopicKind(
            "mock_ask",
            still_wanted=outcome_loading.still_wanted,
            dropped=outcome_loading.dropped,
        ),
        TopicKind(mock_rounds.ALONE, still_wanted=mock_eligibility.alone_wanted),
        TopicKind(mock_rounds.REST, still_wanted=mock_eligibility.rest_wanted),
        TopicKind("mock_absent", still_wanted=outcome_loading.still_absent),
        TopicKind("mock_reveal", still_wanted=mock_mark_service.still_wanted),
        TopicKind("mock_marks_reminder", still_wanted=mock_mark_reminding.reminder_wanted),
        TopicKind(
            "mock_solo",
            still_wanted=solo_service.still_wanted,
            dropped=solo_service.dropped,
            replied=solo.replied,
            keeps=solo_held.keeps,
        ),
        *meetings.KINDS,
        TopicKind(timeline.KIND, still_wanted=plan_picture_service.still_wanted),
        TopicKind("okr_check_in", still_wanted=call_service.still_wanted),
        TopicKind("okr_check_in_reminder", still_wanted=call_service.reminder_wanted),
        TopicKind("okr_review", dropped=review_outgoing.dropped),
        TopicKind("okr_digest", dropped=digest_outgoing.dropped),
        TopicKind("okr_close_ask", still_wanted=closing_service.still_wanted),
        TopicKind("okr_close", dropped=closing_outgoing.dropped),
    )
}

# What a tick does: each job with the columns in which its time stands, all of them indexed.
DUE: Mapping[Job, tuple[InstrumentedAttribute[datetime | None], ...]] = {
    opening_jobs.open_due: (PracticePlan.next_due_at,),
    voice_jobs.take_due: (VoiceClip.counts_at,),  # before the box ends: it counts for that
    drill_jobs.move_on: (DrillSession.next_at,),
    mark_jobs.reveal_due: (DrillSession.held_until,),
    letter_jobs.send_due: (PracticePlan.next_letter_at,),
    team_jobs.open_due: (TeamDrill.next_due_at,),
    team_jobs.summarise: (TeamRun.summary_at,),
    outcome_jobs.ask_due: (MockSeat.ask_at,),
    mock_round_jobs.move_on: (MockRound.next_at,),
    mock_mark_jobs.reveal_due: (MockGroup.reveal_at,),
    mock_mark_jobs.remind_due: (MockSeat.remind_at,),
    solo_jobs.move_on: (MockSolo.next_at,),
    round_jobs.close_due: (Round.closes_at,),
    digest_jobs.tell_due: (Round.digest_at,),
    round_jobs.move_on: (TeamCycle.next_round_at, CheckInCall.next_at),
    closing_jobs.ask_due: (TeamCycle.close_at,),
    closing_jobs.settle_due: (TeamCycle.settle_at,),
}
TIMES = tuple(column for columns in DUE.values() for column in columns)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def due_jobs(deps: Deps) -> tuple[Job, ...]:
    """The jobs whose time has come, in the order of `DUE`.

    One question to the store, so an idle tick costs next to nothing.
    """
    now = deps.now()
    asked = [or_(*(exists().where(time <= now) for time in times)) for times in DUE.values()]
    async with deps.transaction() as session:
        answers = (await session.execute(select(*asked))).one()
    return tuple(job for job, due in zip(DUE, answers, strict=True) if due)


async def tick(deps: Deps) -> None:
    """All that is due now, one job after the other; what these have made due comes after them."""
    done: set[Job] = set()
    while left := [job for job in await due_jobs(deps) if job not in done]:
        for job in left:
            await job(deps)
        done.update(left)


# What waits for a bell: work that somebody's action or a tick has made.
BELLED: tuple[OnBell, ...] = (
    OnBell("outbox", outbox_jobs.deliver_answers),
    OnBell("outbox", outbox_jobs.deliver_planned),
    OnBell("doubt", reconciling.reconcile),
    OnBell("kept", outbox_jobs.hand_on, seconds=5),
    OnBell("judge", judging.judge_waiting, seconds=5),
    OnBell(voice_service.BELL, voice_jobs.await_transcripts, seconds=2),
    OnBell("answers", answer_jobs.score_waiting),
    # Twice: a query that runs into its limit of three seconds must not keep the others waiting.
    *(OnBell(query_service.BELL, query_jobs.run_waiting, seconds=5) for _ in range(2)),
    OnBell(solo_held.BELL, solo_jobs.score_waiting, seconds=5),
    OnBell("pairing", mock_round_jobs.pair_waiting),
    OnBell("pictures", digest_jobs.draw, seconds=5),
    OnBell(plan_picture_service.BELL, plan_picture_jobs.draw, seconds=5),
    OnBell("home", home_jobs.publish),
    OnBell("people", people_jobs.read_newcomers, seconds=30),
)
JOBS: tuple[Every | OnBell | WhenDue, ...] = (
    WhenDue(TICK, due_jobs),
    Every(3600, outbox_jobs.sweep),
    Every(3600, home_jobs.forget),
    Every(3600, purging_jobs.purge),
    OnBell(WORKSPACES, workspace_jobs.follow, seconds=3),
    OnBell("tokens", token_jobs.refresh, seconds=60),
    OnBell("installed", people_jobs.read_new_workspaces, seconds=30),
    *BELLED,
)
# Once, when the program has reached Slack.
AT_START: tuple[Job, ...] = (token_jobs.seal_anew, people_jobs.read_everybody)
# At start too, and whenever the socket was away: events may have passed us by.
AFTER_GAP: tuple[Job, ...] = (catching_up.read_back,)
# Told in the same transaction when members' time zones change.
ON_MOVED = (plan_service.moved, call_service.moved, outcome_loading.moved)


async def next_due(deps: Deps, after: datetime) -> datetime | None:
    """The next instant of the calendar at which something is due."""
    async with deps.transaction() as session:
        found = (await waiting.next_instant(session, after), await soonest(session, after, *TIMES))
    return min((instant for instant in found if instant), default=None)


async def overdue(session: AsyncSession, now: datetime) -> float:
    """Calendar seconds that the oldest thing whose time has come waits for a tick; 0: nothing."""
    first = await soonest(session, BEGINNING, *TIMES)
    return max((now - first).total_seconds(), 0.0) if first else 0.0


# Told in the same transaction when workspaces stand still, and when they go on.
ON_STOPPED = (resting.rest,)
ON_RESUMED = (resting.go_on,)
