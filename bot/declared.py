"""What people can do: every command, button and form, and the words for what goes wrong."""

from collections.abc import Mapping

from bot.drills import listeners as drills
from bot.drills import views as drill_views
from bot.drills.answers import listeners as answers
from bot.drills.blitz import listeners as blitz
from bot.drills.blitz import views as blitz_views
from bot.drills.checklist import listeners as checklist
from bot.drills.marks import listeners as marks
from bot.drills.marks import views as mark_views
from bot.drills.opening import listeners as opening
from bot.drills.queries import listeners as queries
from bot.drills.queries import views as query_views
from bot.drills.reviewing import listeners as reviewing
from bot.drills.reviewing import views as reviewing_views
from bot.drills.team import listeners as team
from bot.drills.team import views as team_views
from bot.drills.voice import listeners as voice
from bot.drills.voice import views as voice_views
from bot.home import listeners as home
from bot.home import views as home_views
from bot.home.plan import listeners as home_plan
from bot.home.progress import listeners as home_progress
from bot.mocks.history import listeners as mock_history
from bot.mocks.joining import listeners as joining
from bot.mocks.joining import views as joining_views
from bot.mocks.marks import listeners as mock_marks
from bot.mocks.marks import views as mock_mark_views
from bot.mocks.meetings import listeners as meetings
from bot.mocks.meetings import views as meeting_views
from bot.mocks.outcomes import listeners as mock_outcomes
from bot.mocks.outcomes import views as outcome_views
from bot.mocks.reporting import listeners as mock_reporting
from bot.mocks.reporting import views as mock_reporting_views
from bot.mocks.solo import listeners as solo
from bot.mocks.solo import views as solo_views
from bot.mocks.weighing import listeners as weighing
from bot.mocks.weighing import views as weighing_views
from bot.okrs import views as okr_views
from bot.okrs.board import listeners as okr_board
from bot.okrs.board import views as okr_board_views
from bot.okrs.calibration import listeners as okr_calibration
from bot.okrs.calibration import views as okr_calibration_views
from bot.okrs.checkins import listeners as check_ins
from bot.okrs.checkins import views as check_in_views
from bot.okrs.closing import listeners as closing
from bot.okrs.closing import views as closing_views
from bot.okrs.digests.now import listeners as digests_now
from bot.okrs.digests.now import views as digests_now_views
from bot.okrs.drafting import listeners as drafting
from bot.okrs.drafting import views as drafting_views
from bot.okrs.editing import listeners as okr_editing
from bot.okrs.editing import views as okr_editing_views
from bot.okrs.editing.objectives import views as okr_objective_views
from bot.okrs.exchange import listeners as okr_exchange
from bot.okrs.exchange import views as okr_exchange_views
from bot.okrs.team import listeners as okr_team
from bot.okrs.team import views as okr_team_views
from bot.okrs.tree import listeners as okr_tree
from bot.okrs.tree import views as okr_tree_views
from bot.okrs.writing import listeners as okr_writing
from bot.okrs.writing import views as okr_writing_views
from bot.okrs.writing.key_results import listeners as okr_key_results
from bot.okrs.writing.overview import listeners as okr_overview
from bot.outbox import listeners as outbox
from bot.people import listeners as people
from bot.plans import listeners as plans
from bot.plans import views as plan_views
from bot.plans.ending import listeners as ending
from bot.plans.ending import views as ending_views
from bot.plans.timeline import listeners as timeline
from bot.scoring.rubrics import listeners as rubrics
from bot.scoring.rubrics import views as rubric_views
from bot.slack import frame_views
from bot.slack.declare import Declaration
from bot.workspaces import listeners as workspaces

_DECLARED: tuple[Declaration, ...] = (
    *workspaces.DECLARATIONS,
    *people.DECLARATIONS,
    *outbox.DECLARATIONS,
    *opening.DECLARATIONS,
    *drills.DECLARATIONS,
    *answers.DECLARATIONS,
    *blitz.DECLARATIONS,
    *checklist.DECLARATIONS,
    *reviewing.DECLARATIONS,
    *marks.DECLARATIONS,
    *queries.DECLARATIONS,
    *voice.DECLARATIONS,
    *home_plan.DECLARATIONS,
    *plans.DECLARATIONS,
    *team.DECLARATIONS,
    *ending.DECLARATIONS,
    *timeline.DECLARATIONS,
    *rubrics.DECLARATIONS,
    *joining.DECLARATIONS,
    *mock_outcomes.DECLARATIONS,
    *mock_marks.DECLARATIONS,
    *mock_history.DECLARATIONS,
    *solo.DECLARATIONS,
    *mock_reporting.DECLARATIONS,
    *weighing.DECLARATIONS,
    *meetings.DECLARATIONS,
    *check_ins.DECLARATIONS,
    *okr_writing.DECLARATIONS,
    *okr_key_results.DECLARATIONS,
    *okr_overview.DECLARATIONS,
    *okr_team.DECLARATIONS,
    *okr_tree.DECLARATIONS,
    *okr_editing.DECLARATIONS,
    *okr_board.DECLARATIONS,
    *okr_exchange.DECLARATIONS,
    *digests_now.DECLARATIONS,
    *closing.DECLARATIONS,
    *drafting.DECLARATIONS,
    *okr_calibration.DECLARATIONS,
    *home.DECLARATIONS,
    *home_progress.DECLARATIONS,
)

DECLARATIONS = ending.asking(_DECLARED)

WORDS: Mapping[str, str] = {
    **frame_views.WORDS,
    **rubric_views.MISTAKES,
    **plan_views.MISTAKES,
    **ending_views.MISTAKES,
    **drill_views.MISTAKES,
    **blitz_views.MISTAKES,
    **reviewing_views.MISTAKES,
    **mark_views.MISTAKES,
    **query_views.MISTAKES,
    **team_views.MISTAKES,
    **voice_views.MISTAKES,
    **outcome_views.MISTAKES,
    **mock_reporting_views.MISTAKES,
    **mock_mark_views.MISTAKES,
    **joining_views.MISTAKES,
    **solo_views.MISTAKES,
    **weighing_views.MISTAKES,
    **meeting_views.MISTAKES,
    **okr_views.MISTAKES,
    **check_in_views.MISTAKES,
    **okr_writing_views.MISTAKES,
    **okr_team_views.MISTAKES,
    **okr_tree_views.MISTAKES,
    **okr_editing_views.MISTAKES,
    **okr_objective_views.MISTAKES,
    **okr_board_views.MISTAKES,
    **okr_exchange_views.MISTAKES,
    **digests_now_views.MISTAKES,
    **closing_views.MISTAKES,
    **drafting_views.MISTAKES,
    **okr_calibration_views.MISTAKES,
    **home_views.MISTAKES,
}
