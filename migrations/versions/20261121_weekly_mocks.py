"""Mock interviews: who wants them, rounds, groups, seats, solo mocks; marks of other people."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_weekly_mocks"
down_revision = "20261121_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mock_rounds",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("matches_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_rounds_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_rounds")),
        sa.UniqueConstraint("workspace_id", "week", name=op.f("uq_mock_rounds_workspace_id_week")),
    )
    with op.batch_alter_table("mock_rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mock_rounds_next_at"), ["next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mock_rounds_next_try_at"), ["next_try_at"], unique=False
        )

    op.create_table(
        "mock_weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("changed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_weights_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_weights")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_mock_weights_workspace_id")),
    )
    op.create_table(
        "mock_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mock_entries_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mock_rounds.id"], name=op.f("fk_mock_entries_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_entries_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_entries")),
        sa.UniqueConstraint(
            "round_id", "member_id", name=op.f("uq_mock_entries_round_id_member_id")
        ),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("mock_entries", schema=None) as batch_op:
        batch_op.create_index("ix_mock_entries_member", ["member_id"], unique=False)
        batch_op.create_index("ix_mock_entries_state", ["round_id", "state"], unique=False)

    op.create_table(
        "mock_exclusions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mock_exclusions_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["members.id"], name=op.f("fk_mock_exclusions_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_exclusions_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_exclusions")),
        sa.UniqueConstraint(
            "member_id", "other_id", name=op.f("uq_mock_exclusions_member_id_other_id")
        ),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("mock_exclusions", schema=None) as batch_op:
        batch_op.create_index("ix_mock_exclusions_other", ["other_id"], unique=False)

    op.create_table(
        "mock_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rematch", sa.Boolean(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("why", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("slots", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("tell_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reveal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mock_rounds.id"], name=op.f("fk_mock_groups_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_groups_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_groups")),
    )
    with op.batch_alter_table("mock_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mock_groups_reveal_at"), ["reveal_at"], unique=False)
        batch_op.create_index("ix_mock_groups_round", ["round_id"], unique=False)

    op.create_table(
        "mock_profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("windows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("tracks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_week", sa.Date(), nullable=True),
        sa.Column("skipped_week", sa.Date(), nullable=True),
        sa.Column("silent_rounds", sa.Integer(), nullable=False),
        sa.Column("resting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mock_profiles_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_profiles_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_profiles")),
        sa.UniqueConstraint("member_id", name=op.f("uq_mock_profiles_member_id")),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("mock_profiles", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mock_profiles_joined", ["workspace_id", "joined_at"], unique=False
        )

    op.create_table(
        "mock_solos",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kit_id", sa.Text(), nullable=False),
        sa.Column("kit_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("privacy", sa.Boolean(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mock_solos_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_solos_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_solos")),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("mock_solos", schema=None) as batch_op:
        batch_op.create_index("ix_mock_solos_member", ["member_id", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mock_solos_next_at"), ["next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mock_solos_next_try_at"), ["next_try_at"], unique=False
        )

    op.create_table(
        "mock_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kit_id", sa.Text(), nullable=False),
        sa.Column("kit_version", sa.Integer(), nullable=False),
        sa.Column("fits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("absent_id", sa.Integer(), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["absent_id"], ["members.id"], name=op.f("fk_mock_seats_absent_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["mock_groups.id"], name=op.f("fk_mock_seats_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mock_seats_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mock_rounds.id"], name=op.f("fk_mock_seats_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_seats_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_seats")),
        sa.UniqueConstraint("group_id", "member_id", name=op.f("uq_mock_seats_group_id_member_id")),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("mock_seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mock_seats_ask_at"), ["ask_at"], unique=False)
        batch_op.create_index("ix_mock_seats_member", ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mock_seats_remind_at"), ["remind_at"], unique=False)
        batch_op.create_index(
            "uq_mock_seats_taken",
            ["round_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("left_at is null"),
            postgresql_where=sa.text("left_at is null"),
        )

    op.create_table(
        "mock_solo_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("solo_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("edited_ts", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mock_solo_messages_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["solo_id"], ["mock_solos.id"], name=op.f("fk_mock_solo_messages_solo_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_mock_solo_messages_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_solo_messages")),
        sa.UniqueConstraint(
            "workspace_id",
            "channel",
            "ts",
            name=op.f("uq_mock_solo_messages_workspace_id_channel_ts"),
        ),
        info={"erase": "delete"},
    )
    with op.batch_alter_table("mock_solo_messages", schema=None) as batch_op:
        batch_op.create_index("ix_mock_solo_messages_solo", ["solo_id"], unique=False)

    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_ratings_about", ["about_id", "at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_ratings_about_id"), "members", ["about_id"], ["id"]
        )


def downgrade() -> None:
    # On purpose: going back would drop what people typed. An older release wants an older backup.
    raise RuntimeError("the store only moves forward; restore a backup instead")
