"""The model judge, self-scores, disputed marks and rubrics of a workspace's own."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_scores"
down_revision = "20261121_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rubrics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_rubrics_member_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_rubrics_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubrics")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_rubrics_workspace_id_number")),
        sa.UniqueConstraint(
            "workspace_id", "version", name=op.f("uq_rubrics_workspace_id_version")
        ),
    )

    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("restatement", sa.Integer(), nullable=True),
        sa.Column("trade_offs", sa.Integer(), nullable=True),
        sa.Column("execution", sa.Integer(), nullable=True),
        sa.Column("communication", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_ratings_member_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_ratings_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint(
            "workspace_id",
            "topic",
            "member_id",
            name=op.f("uq_ratings_workspace_id_topic_member_id"),
        ),
        info={"erase": "delete"},
    )
    op.create_index("ix_ratings_member", "ratings", ["member_id", "at"])

    op.create_table(
        "disputed_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("scorer", sa.Text(), nullable=False),
        sa.Column("mark", sa.Double(), nullable=False),
        sa.Column("fitting", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_disputed_marks_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_disputed_marks_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputed_marks")),
        sa.UniqueConstraint(
            "workspace_id",
            "topic",
            "cell",
            "member_id",
            name=op.f("uq_disputed_marks_workspace_id_topic_cell_member_id"),
        ),
        info={"erase": "delete"},
    )
    op.create_index("ix_disputed_marks_at", "disputed_marks", ["workspace_id", "at"])
    op.create_index("ix_disputed_marks_member", "disputed_marks", ["member_id"])

    op.add_column(
        "drill_sessions", sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "drill_sessions", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(op.f("ix_drill_sessions_held_until"), "drill_sessions", ["held_until"])
    # Their cards were shown: own marks that come now are not blind.
    op.execute("UPDATE drill_sessions SET revealed_at = answered_at WHERE answered_at IS NOT NULL")

    op.create_table(
        "judgements",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_judgements_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_judgements_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
        sa.UniqueConstraint(
            "workspace_id",
            "topic",
            "digest",
            name=op.f("uq_judgements_workspace_id_topic_digest"),
        ),
        info={"erase": "delete"},
    )
    op.create_index("ix_judgements_member", "judgements", ["member_id", "digest"])
    op.create_index(op.f("ix_judgements_next_try_at"), "judgements", ["next_try_at"])
    op.create_table(
        "judge_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_judge_days_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_days")),
        sa.UniqueConstraint("workspace_id", "day", name=op.f("uq_judge_days_workspace_id_day")),
    )
    op.add_column(
        "members", sa.Column("judge", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    # On purpose: going back would drop what people typed. An older release wants an older backup.
    raise RuntimeError("the store only moves forward; restore a backup instead")
