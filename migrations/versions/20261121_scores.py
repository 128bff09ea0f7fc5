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


def downgrade() -> None:
    raise NotImplementedError("the store only moves forward; restore a backup instead")
