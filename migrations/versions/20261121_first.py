"""Workspaces, members, plans, drill sessions, answers, scorecards and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot_user_id", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("team_id", name=op.f("uq_workspaces_team_id")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dm_channel", sa.Text(), nullable=True),
        sa.Column("tz", sa.Text(), nullable=False),
        sa.Column("tz_chosen", sa.Boolean(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("profile_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_to", sa.Time(), nullable=False),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.Column("days_off", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("privacy_told", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_members_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint(
            "workspace_id", "user_id", name=op.f("uq_members_workspace_id_user_id")
        ),
    )
    op.create_table(
        "seen_knocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_seen_knocks_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen_knocks")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_seen_knocks_workspace_id_key")),
    )
    with op.batch_alter_table("seen_knocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_knocks_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "team_drills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("tz", sa.Text(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_team_drills_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_drills")),
        sa.UniqueConstraint(
            "workspace_id", "channel", name=op.f("uq_team_drills_workspace_id_channel")
        ),
    )
    with op.batch_alter_table("team_drills", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_team_drills_next_due_at"), ["next_due_at"], unique=False
        )

    op.create_table(
        "kept_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("event", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_kept_replies_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_kept_replies_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_replies")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_kept_replies_workspace_id_key")),
        info={"erase": "delete"},
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread_of", sa.Text(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("target_ts", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_bytes", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_outbox_messages_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_outbox_messages_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_messages_key")),
        sa.UniqueConstraint(
            "workspace_id",
            "topic",
            "revision",
            name=op.f("uq_outbox_messages_workspace_id_topic_revision"),
        ),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_messages_line",
            ["workspace_id", "channel", "id"],
            unique=False,
            sqlite_where=sa.text("state in ('queued', 'leased', 'sending', 'doubt')"),
            postgresql_where=sa.text("state in ('queued', 'leased', 'sending', 'doubt')"),
        )
        batch_op.create_index("ix_outbox_messages_member", ["member_id", "sent_at"], unique=False)
        batch_op.create_index("ix_outbox_messages_sent_at", ["sent_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_messages_ts", ["workspace_id", "channel", "ts"], unique=False
        )
        batch_op.create_index(
            "ix_outbox_messages_unsent",
            ["lane", "id"],
            unique=False,
            sqlite_where=sa.text("state in ('queued', 'leased', 'sending', 'doubt')"),
            postgresql_where=sa.text("state in ('queued', 'leased', 'sending', 'doubt')"),
        )

    op.create_table(
        "practice_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("daily_time", sa.Time(), nullable=False),
        sa.Column("work_days", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("target", sa.Date(), nullable=True),
        sa.Column("answer_mode", sa.Text(), nullable=False),
        sa.Column("self_score_first", sa.Boolean(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("resting", sa.Boolean(), nullable=False),
        sa.Column("taken", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("pauses", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("missed", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_practice_plans_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_practice_plans_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_plans")),
        sa.UniqueConstraint("member_id", name=op.f("uq_practice_plans_member_id")),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("practice_plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_plans_next_due_at"), ["next_due_at"], unique=False
        )

    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("drill_id", sa.Text(), nullable=False),
        sa.Column("scorer", sa.Text(), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("overall", sa.Double(), nullable=False),
        sa.Column("restatement", sa.Double(), nullable=True),
        sa.Column("trade_offs", sa.Double(), nullable=True),
        sa.Column("execution", sa.Double(), nullable=True),
        sa.Column("communication", sa.Double(), nullable=True),
        sa.Column("forgotten", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_scorecards_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_scorecards_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
        sa.UniqueConstraint("workspace_id", "topic", name=op.f("uq_scorecards_workspace_id_topic")),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("scorecards", schema=None) as batch_op:
        batch_op.create_index("ix_scorecards_member", ["member_id", "at"], unique=False)

    op.create_table(
        "team_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_drill_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("drill_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_drill_id"], ["team_drills.id"], name=op.f("fk_team_runs_team_drill_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_team_runs_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_runs")),
        sa.UniqueConstraint("team_drill_id", "day", name=op.f("uq_team_runs_team_drill_id_day")),
    )
    with op.batch_alter_table("team_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_runs_summary_at"), ["summary_at"], unique=False)

    op.create_table(
        "drill_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("daily_date", sa.Date(), nullable=True),
        sa.Column("team_run_id", sa.Integer(), nullable=True),
        sa.Column("drill_id", sa.Text(), nullable=False),
        sa.Column("drill_version", sa.Integer(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("warmup_id", sa.Text(), nullable=True),
        sa.Column("recall", sa.Text(), nullable=True),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("box_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("focus", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_drill_sessions_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_run_id"], ["team_runs.id"], name=op.f("fk_drill_sessions_team_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_drill_sessions_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_sessions")),
        sa.UniqueConstraint(
            "member_id", "daily_date", name=op.f("uq_drill_sessions_member_id_daily_date")
        ),
        sa.UniqueConstraint(
            "member_id", "team_run_id", name=op.f("uq_drill_sessions_member_id_team_run_id")
        ),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("drill_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_drill_sessions_member", ["member_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drill_sessions_next_at"), ["next_at"], unique=False)

    op.create_table(
        "answers",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_answers_member_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["drill_sessions.id"], name=op.f("fk_answers_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_answers_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("session_id", "part", name=op.f("uq_answers_session_id_part")),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_next_try_at"), ["next_try_at"], unique=False)

    op.create_table(
        "answer_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("edited_ts", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_messages_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_answer_messages_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_answer_messages_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_messages")),
        sa.UniqueConstraint(
            "workspace_id", "channel", "ts", name=op.f("uq_answer_messages_workspace_id_channel_ts")
        ),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("answer_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_messages_answer_id"), ["answer_id"], unique=False
        )


def downgrade() -> None:
    raise RuntimeError("the store only moves forward; restore a backup instead")
