"""What several workers on one store need: who is at a source of a run, and whose turn it is at a host."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for name, kind in (("job", sa.BigInteger()), ("holder", TEXT), ("heartbeat", TEXT)):
        op.add_column("run_sources", sa.Column(name, kind, nullable=True))
    op.create_table("host_turns",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("free_at", sa.Float(), nullable=False),
        sa.Column("paused_until", sa.Float(), nullable=False),
        sa.Column("busy_until", sa.Float(), nullable=False),
        sa.Column("holder", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_turns")))
