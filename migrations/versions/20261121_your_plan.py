"""A plan up to the interview day: its stages, what comes back and when, blitzes, letters."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_your_plan"
down_revision = "20261121_weekly_mocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    # On purpose: going back would drop what people typed. An older release wants an older backup.
    raise RuntimeError("the store only moves forward; restore a backup instead")
