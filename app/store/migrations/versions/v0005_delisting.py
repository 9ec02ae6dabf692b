"""How many good readings of its official calendar an entry was missing in."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))

