"""What is remembered of how a source does: its pace, where its listing moved to, what it usually holds, and its pages."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for column in (
            sa.Column("pace", sa.Integer()), sa.Column("wait", sa.Integer()), sa.Column("cadence", sa.Float()),
            sa.Column("last_news", TEXT), sa.Column("address", TEXT), sa.Column("moved_to", TEXT),
            sa.Column("moves", sa.Integer(), nullable=False, server_default="0"), sa.Column("links", sa.Integer()),
            sa.Column("usual_links", sa.Float()),
            *(sa.Column(name, sa.Float(), nullable=False, server_default="0")
              for name in ("pages_asked", "pages_answered", "pages_read", "pages_dated"))):
        op.add_column("sources", column)
