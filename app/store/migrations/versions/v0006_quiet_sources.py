"""What a source's listing was, byte for byte, and until when no page of it is to be looked at again."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for name in ("digest", "quiet_until"):
        op.add_column("sources", sa.Column(name, TEXT))
