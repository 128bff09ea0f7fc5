"""Many workspaces: installations by OAuth with sealed tokens, why a workspace stands still."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_installations"
down_revision = "20261121_your_plan"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("is_org", sa.Boolean(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("bot_user_id", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sealed_token", sa.Text(), nullable=False),
        sa.Column("sealed_refresh", sa.Text(), nullable=True),
        sa.Column("sealed_with", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint(
            "enterprise_id", "team_id", name=op.f("uq_installations_enterprise_id_team_id")
        ),
    )
    op.create_index("ix_installations_changed_at", "installations", ["changed_at"])
    op.create_table(
        "spent_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_states")),
        sa.UniqueConstraint("digest", name=op.f("uq_spent_states_digest")),
    )
    op.create_index(op.f("ix_spent_states_ends_at"), "spent_states", ["ends_at"])
    _widen_workspaces()


def _widen_workspaces() -> None:
    # The default stays: a replica of the former release knows nothing of the column.
    op.add_column(
        "workspaces", sa.Column("enterprise_id", sa.Text(), nullable=False, server_default="")
    )
    # As one statement, which both databases take: alembic would make SQLite copy the table, and
    # every row of every other table points at it.
    op.execute(
        "ALTER TABLE workspaces ADD COLUMN installation_id INTEGER "
        "CONSTRAINT fk_workspaces_installation_id REFERENCES installations (id)"
    )
    op.add_column("workspaces", sa.Column("stop_code", sa.Text(), nullable=True))
    for name in ("purged_at", "changed_at"):
        op.add_column("workspaces", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_workspaces_changed_at", "workspaces", ["changed_at"])
    op.create_index("ix_workspaces_installation_id", "workspaces", ["installation_id"])


def downgrade() -> None:
    # On purpose: going back would drop the tokens. An older release wants an older backup.
    raise RuntimeError("the store only moves forward; restore a backup instead")
