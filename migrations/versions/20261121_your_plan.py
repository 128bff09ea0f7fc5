"""A plan up to the interview day: its stages, what comes back and when, blitzes, letters."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_your_plan"
down_revision = "20261121_weekly_mocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blitzes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("drills", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_blitzes_member_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_blitzes_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blitzes")),
    )
    with op.batch_alter_table("blitzes", schema=None) as batch_op:
        batch_op.create_index("ix_blitzes_member", ["member_id", "id"], unique=False)

    op.create_table(
        "interviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("went", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("then", sa.Text(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_interviews_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_interviews_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interviews")),
        sa.UniqueConstraint("member_id", "day", name=op.f("uq_interviews_member_id_day")),
    )
    op.create_table(
        "memories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_memories_member_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_memories_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memories")),
        sa.UniqueConstraint(
            "member_id", "kind", "item_id", name=op.f("uq_memories_member_id_kind_item_id")
        ),
    )
    op.create_table(
        "plan_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_plan_pictures_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_plan_pictures_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pictures")),
        sa.UniqueConstraint(
            "workspace_id", "topic", name=op.f("uq_plan_pictures_workspace_id_topic")
        ),
    )
    with op.batch_alter_table("plan_pictures", schema=None) as batch_op:
        for column in ("next_try_at", "member_id"):
            batch_op.create_index(batch_op.f(f"ix_plan_pictures_{column}"), [column], unique=False)

    with op.batch_alter_table("drill_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("aim", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("back", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("blitz_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_drill_sessions_blitz_id"), "blitzes", ["blitz_id"], ["id"]
        )

    with op.batch_alter_table("practice_plans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("began_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("next_letter_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_practice_plans_next_letter_at"), ["next_letter_at"], unique=False
        )

    # A plan under way began with its setup; UTC is near enough to the zone of that day.
    op.execute("UPDATE practice_plans SET began_on = DATE(set_up_at) WHERE set_up_at IS NOT NULL")

    op.create_table(
        "voice_clips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("taken", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=True),
        sa.Column("fillers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_voice_clips_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["drill_sessions.id"], name=op.f("fk_voice_clips_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_voice_clips_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_clips")),
        sa.UniqueConstraint(
            "workspace_id", "channel", "ts", name=op.f("uq_voice_clips_workspace_id_channel_ts")
        ),
    )
    with op.batch_alter_table("voice_clips", schema=None) as batch_op:
        for column in ("next_try_at", "session_id", "file_id", "counts_at"):
            batch_op.create_index(batch_op.f(f"ix_voice_clips_{column}"), [column], unique=False)

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("transcribe", sa.Boolean(), nullable=False, server_default=sa.true())
        )

    op.create_table(
        "practice_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_practice_letters_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_practice_letters_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_letters")),
        sa.UniqueConstraint("member_id", "month", name=op.f("uq_practice_letters_member_id_month")),
        sqlite_autoincrement=True,
    )
    # The first look is with the next drill; the letter's own time is found then.
    op.execute("UPDATE practice_plans SET next_letter_at = next_due_at")

    op.create_table(
        "drill_queries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("revealed", sa.Boolean(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("view_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_drill_queries_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["drill_sessions.id"], name=op.f("fk_drill_queries_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_drill_queries_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_queries")),
        sa.UniqueConstraint("session_id", name=op.f("uq_drill_queries_session_id")),
    )
    with op.batch_alter_table("drill_queries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drill_queries_next_try_at"), ["next_try_at"], unique=False
        )

    op.create_table(
        "review_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_review_requests_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["members.id"], name=op.f("fk_review_requests_reviewer_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["drill_sessions.id"], name=op.f("fk_review_requests_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_review_requests_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_requests")),
        sa.UniqueConstraint(
            "session_id", "reviewer_id", name=op.f("uq_review_requests_session_id_reviewer_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_requests", schema=None) as batch_op:
        batch_op.create_index("ix_review_requests_member", ["member_id"], unique=False)
        batch_op.create_index("ix_review_requests_reviewer", ["reviewer_id"], unique=False)


def downgrade() -> None:
    # On purpose: going back would drop what people typed. An older release wants an older backup.
    raise RuntimeError("the store only moves forward; restore a backup instead")
