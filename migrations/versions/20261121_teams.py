"""Teams, cycles, objectives, key results, check-ins and how they ended."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_teams"
down_revision = "20261121_scores"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cycles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("tz", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_cycles_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_cycles_workspace_id_key")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_teams_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_teams_workspace_id_key")),
    )
    op.create_table(
        "check_in_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_check_in_drafts_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_check_in_drafts_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_drafts")),
        sa.UniqueConstraint("member_id", name=op.f("uq_check_in_drafts_member_id")),
        info={"erase": "delete"},
    )
    op.create_table(
        "objectives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_objectives_cycle_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["objectives.id"], name=op.f("fk_objectives_parent_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_objectives_team_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_objectives_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objectives")),
        sa.UniqueConstraint(
            "team_id", "cycle_id", "key", name=op.f("uq_objectives_team_id_cycle_id_key")
        ),
    )
    op.create_index(op.f("ix_objectives_cycle_id"), "objectives", ["cycle_id"])
    op.create_index(op.f("ix_objectives_parent_id"), "objectives", ["parent_id"])

    op.create_table(
        "team_cycles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.Text(), nullable=True),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("next_round_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settle_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_team_cycles_cycle_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_cycles_team_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_team_cycles_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_cycles")),
        sa.UniqueConstraint("team_id", "cycle_id", name=op.f("uq_team_cycles_team_id_cycle_id")),
    )
    op.create_index(op.f("ix_team_cycles_close_at"), "team_cycles", ["close_at"])
    op.create_index(op.f("ix_team_cycles_next_round_at"), "team_cycles", ["next_round_at"])
    op.create_index(op.f("ix_team_cycles_settle_at"), "team_cycles", ["settle_at"])

    op.create_table(
        "team_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_team_members_member_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_team_members_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
        sa.UniqueConstraint("team_id", "member_id", name=op.f("uq_team_members_team_id_member_id")),
        info={"erase": "delete"},
    )
    op.create_index(op.f("ix_team_members_member_id"), "team_members", ["member_id"])
    op.create_index(op.f("ix_team_members_team_id"), "team_members", ["team_id"])

    op.create_table(
        "writing_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_writing_drafts_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_writing_drafts_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_drafts")),
        sa.UniqueConstraint("member_id", name=op.f("uq_writing_drafts_member_id")),
        info={"erase": "delete"},
    )
    op.create_table(
        "check_in_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_cycle_id"], ["team_cycles.id"], name=op.f("fk_check_in_rounds_team_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_check_in_rounds_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_rounds")),
        sa.UniqueConstraint(
            "team_cycle_id", "day", name=op.f("uq_check_in_rounds_team_cycle_id_day")
        ),
    )
    op.create_index(op.f("ix_check_in_rounds_closes_at"), "check_in_rounds", ["closes_at"])
    op.create_index(op.f("ix_check_in_rounds_digest_at"), "check_in_rounds", ["digest_at"])
    op.create_index("ix_check_in_rounds_team", "check_in_rounds", ["workspace_id", "team_cycle_id"])

    op.create_table(
        "key_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("stretch", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("curve", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("milestones", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("zones", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("leading", sa.Boolean(), nullable=True),
        sa.Column("customer_link", sa.Text(), nullable=False),
        sa.Column("guardrail_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_key_results_cycle_id")),
        sa.ForeignKeyConstraint(
            ["guardrail_id"], ["key_results.id"], name=op.f("fk_key_results_guardrail_id")
        ),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objectives.id"], name=op.f("fk_key_results_objective_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_key_results_team_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_key_results_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_results")),
        sa.UniqueConstraint(
            "team_id", "cycle_id", "key", name=op.f("uq_key_results_team_id_cycle_id_key")
        ),
    )
    op.create_index("ix_key_results_objective", "key_results", ["objective_id"])

    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key_result_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_result_id"], ["key_results.id"], name=op.f("fk_amendments_key_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_amendments_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_amendments_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        info={"erase": "part"},
    )
    op.create_index("ix_amendments_key_result", "amendments", ["key_result_id", "at"])
    op.create_index(op.f("ix_amendments_member_id"), "amendments", ["member_id"])

    op.create_table(
        "check_in_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_with", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_check_in_calls_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["said_with"], ["check_in_calls.id"], name=op.f("fk_check_in_calls_said_with")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_in_rounds.id"], name=op.f("fk_check_in_calls_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_check_in_calls_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_calls")),
        sa.UniqueConstraint(
            "round_id", "member_id", name=op.f("uq_check_in_calls_round_id_member_id")
        ),
        info={"erase": "delete"},
    )
    op.create_index("ix_check_in_calls_member", "check_in_calls", ["member_id"])
    op.create_index(op.f("ix_check_in_calls_next_at"), "check_in_calls", ["next_at"])

    op.create_table(
        "check_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key_result_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("blocker", sa.Text(), nullable=False),
        sa.Column("done", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_result_id"], ["key_results.id"], name=op.f("fk_check_ins_key_result_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_check_ins_member_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_in_rounds.id"], name=op.f("fk_check_ins_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_check_ins_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint(
            "key_result_id", "member_id", "at", name=op.f("uq_check_ins_key_result_id_member_id_at")
        ),
        info={"erase": "part"},
    )
    op.create_index("ix_check_ins_key_result", "check_ins", ["key_result_id", "at", "id"])
    op.create_index("ix_check_ins_member", "check_ins", ["member_id"])
    op.create_index("ix_check_ins_round", "check_ins", ["round_id", "key_result_id"])

    op.create_table(
        "grades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key_result_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed", sa.Double(), nullable=True),
        sa.Column("given", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("onward", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_result_id"], ["key_results.id"], name=op.f("fk_grades_key_result_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_grades_member_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_grades_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grades")),
        sa.UniqueConstraint("key_result_id", "number", name=op.f("uq_grades_key_result_id_number")),
        info={"erase": "part"},
    )
    op.create_index("ix_grades_member", "grades", ["member_id"])

    op.create_table(
        "key_result_owners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key_result_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("accountable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_result_id"], ["key_results.id"], name=op.f("fk_key_result_owners_key_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_key_result_owners_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_key_result_owners_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_result_owners")),
        sa.UniqueConstraint(
            "key_result_id", "member_id", name=op.f("uq_key_result_owners_key_result_id_member_id")
        ),
        info={"erase": "delete"},
    )
    op.create_index("ix_key_result_owners_member", "key_result_owners", ["member_id"])
    op.create_index(
        "uq_key_result_owners_accountable",
        "key_result_owners",
        ["key_result_id"],
        unique=True,
        sqlite_where=sa.text("accountable"),
        postgresql_where=sa.text("accountable"),
    )

    op.create_table(
        "reveals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key_result_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("votes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_result_id"], ["key_results.id"], name=op.f("fk_reveals_key_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_in_rounds.id"], name=op.f("fk_reveals_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_reveals_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveals")),
        sa.UniqueConstraint(
            "round_id", "key_result_id", name=op.f("uq_reveals_round_id_key_result_id")
        ),
    )
    op.create_index(op.f("ix_reveals_key_result_id"), "reveals", ["key_result_id"])

    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("team_cycle_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["check_in_rounds.id"], name=op.f("fk_digests_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_cycle_id"], ["team_cycles.id"], name=op.f("fk_digests_team_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_digests_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("round_id", name=op.f("uq_digests_round_id")),
    )
    op.create_index(op.f("ix_digests_team_cycle_id"), "digests", ["team_cycle_id"])

    op.create_table(
        "digest_pictures",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread_of", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("picture", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_digest_pictures_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_digest_pictures_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_pictures")),
        sa.UniqueConstraint(
            "workspace_id", "thread_of", name=op.f("uq_digest_pictures_workspace_id_thread_of")
        ),
        info={"erase": "delete"},
    )
    op.create_index(op.f("ix_digest_pictures_member_id"), "digest_pictures", ["member_id"])
    op.create_index(op.f("ix_digest_pictures_next_try_at"), "digest_pictures", ["next_try_at"])

    op.add_column("outbox_messages", sa.Column("file_alt", sa.Text(), nullable=True))


def downgrade() -> None:
    # On purpose: going back would drop what people typed. An older release wants an older backup.
    raise RuntimeError("the store only moves forward; restore a backup instead")
